// Bytes that grow, and how values stand in CSV and JSON.
#ifndef FINLUA_BUFFER_HPP
#define FINLUA_BUFFER_HPP

#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>

#include "CRowDecoder.h"

struct RDBuffer {
    /// Null for the process's memory; it outlives the bytes.
    std::unique_ptr<std::pmr::memory_resource> memory;
    std::pmr::string bytes;

    RDBuffer() = default;
    explicit RDBuffer(std::unique_ptr<std::pmr::memory_resource> memory)
        : memory(std::move(memory)), bytes(this->memory.get()) {}

    void csv_text(std::string_view text, bool guarded);
    void json_text(std::string_view text);
    void number(double number);
    void integer(int64_t integer);
};

#endif
