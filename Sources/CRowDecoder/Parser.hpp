// A simdjson parser on loan, and the two things JSON allows that simdjson 3.0.1 does not keep.
#ifndef FINLUA_PARSER_HPP
#define FINLUA_PARSER_HPP

#include <memory>
#include <string>

#include <simdjson.h>

#include "CRowDecoder.h"

namespace rd {

/// A parser from the pool; goes back when the loan ends, so that pages reuse the same touched memory.
class ParserLoan {
public:
    ParserLoan();
    ~ParserLoan();
    ParserLoan(const ParserLoan &) = delete;
    ParserLoan &operator=(const ParserLoan &) = delete;
    simdjson::dom::parser &operator*() { return *parser_; }

private:
    std::unique_ptr<simdjson::dom::parser> parser_;
};

/// Whether the integer -0 stays a number below zero, which costs a look at every byte, or becomes the integer 0.
enum class MinusZero { kept, dropped };

/// Parses the text; strings stay in the parser, so the result lives as long as the loan. False and a filled `error` if
/// it is no JSON. Throws std::bad_alloc only.
bool parse(ParserLoan &loan, const char *bytes, size_t count, size_t capacity, MinusZero minus_zero,
           simdjson::dom::element *root, rd_json_error *error);

void set_error(rd_json_error *error, int64_t offset, const char *message);

/// Says where and why the text, which simdjson refused, is no JSON.
void locate_error(const char *bytes, size_t count, simdjson::error_code code, rd_json_error *error);

}  // namespace rd

#endif
