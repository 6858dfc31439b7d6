// Bytes that grow, and how values stand in CSV and JSON.
#ifndef FINLUA_BUFFER_HPP
#define FINLUA_BUFFER_HPP

#include <string>
#include <string_view>

#include "CRowDecoder.h"

struct RDBuffer {
    std::string bytes;

    void csv_text(std::string_view text, bool guarded);
    void json_text(std::string_view text);
    void number(double number);
    void integer(int64_t integer);
};

#endif
