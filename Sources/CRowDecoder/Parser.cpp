#include "Parser.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <vector>

namespace rd {
namespace {

// Two pages are decoded at a time at most; more parsers would only hold memory.
constexpr size_t pooled_parsers = 2;
// A parser holds about 14 bytes for each byte of its largest text, so one huge body must not stay in the pool.
constexpr size_t pooled_capacity = size_t{32} << 20;

std::mutex pool_guard;
std::vector<std::unique_ptr<simdjson::dom::parser>> &pool() {
    static auto *parsers = new std::vector<std::unique_ptr<simdjson::dom::parser>>();
    return *parsers;
}

bool is_number_character(char character) {
    return (character >= '0' && character <= '9') || character == '-' || character == '+' || character == '.' ||
           character == 'e' || character == 'E';
}

// simdjson reads "-0" as the integer 0, and refuses an integer that 64 bits cannot hold. Both are numbers in JSON: as
// "-0.0" and with "e0" behind them simdjson reads them as such.
std::string with_plain_numbers(const char *bytes, size_t count) {
    std::string text;
    text.reserve(count + count / 8 + RD_JSON_PADDING);
    bool in_string = false;
    size_t at = 0;
    while (at < count) {
        const char character = bytes[at];
        if (in_string) {
            text.push_back(character);
            ++at;
            if (character == '\\' && at < count) text.push_back(bytes[at++]);
            in_string = character != '"';
            continue;
        }
        if (character != '-' && (character < '0' || character > '9')) {
            in_string = character == '"';
            text.push_back(character);
            ++at;
            continue;
        }
        size_t end = at;
        bool integral = true;
        while (end < count && is_number_character(bytes[end])) {
            if (bytes[end] == '.' || bytes[end] == 'e' || bytes[end] == 'E') integral = false;
            ++end;
        }
        text.append(bytes + at, end - at);
        const bool minus_zero = end - at == 2 && bytes[at] == '-' && bytes[at + 1] == '0';
        if (minus_zero) text.append(".0");
        // 19 digits may exceed 64 bits only from 9223372036854775808 on, which still fits unsigned.
        if (integral && end - at >= 20) {
            const bool negative = bytes[at] == '-';
            int64_t small = 0;
            uint64_t large = 0;
            const auto read = negative ? std::from_chars(bytes + at, bytes + end, small)
                                       : std::from_chars(bytes + at, bytes + end, large);
            if (read.ec == std::errc::result_out_of_range) text.append("e0");
        }
        at = end;
    }
    return text;
}

bool may_hold_minus_zero(const char *bytes, size_t count) {
    const char *at = bytes;
    const char *end = bytes + count;
    while ((at = static_cast<const char *>(memmem(at, static_cast<size_t>(end - at), "-0", 2))) != nullptr) {
        const char *next = at + 2;
        const bool before = at == bytes || std::strchr("[,: \t\r\n", at[-1]) != nullptr;
        const bool after = next == end || std::strchr(",]} \t\r\n", *next) != nullptr;
        if (before && after) return true;
        at = next;
    }
    return false;
}

}  // namespace

ParserLoan::ParserLoan() {
    const std::lock_guard<std::mutex> lock(pool_guard);
    if (pool().empty()) {
        parser_ = std::make_unique<simdjson::dom::parser>();
    } else {
        parser_ = std::move(pool().back());
        pool().pop_back();
    }
}

ParserLoan::~ParserLoan() {
    if (!parser_ || parser_->capacity() > pooled_capacity) return;
    try {
        const std::lock_guard<std::mutex> lock(pool_guard);
        if (pool().size() < pooled_parsers) pool().push_back(std::move(parser_));
    } catch (...) {
        // Not kept; the next loan makes a new one.
    }
}

void set_error(rd_json_error *error, int64_t offset, const char *message) {
    error->offset = offset;
    std::snprintf(error->message, sizeof error->message, "%s", message);
}

bool parse(ParserLoan &loan, const char *bytes, size_t count, size_t capacity, MinusZero minus_zero,
           simdjson::dom::element *root, rd_json_error *error) {
    if (count == 0) {
        set_error(error, 0, "the text is empty");
        return false;
    }
    simdjson::error_code code = simdjson::NUMBER_ERROR;
    if (minus_zero == MinusZero::dropped || !may_hold_minus_zero(bytes, count)) {
        const bool padded = capacity >= count + RD_JSON_PADDING;
        code = (*loan).parse(reinterpret_cast<const uint8_t *>(bytes), count, !padded).get(*root);
    }
    if (code == simdjson::NUMBER_ERROR) {
        const std::string text = with_plain_numbers(bytes, count);
        code = (*loan).parse(reinterpret_cast<const uint8_t *>(text.data()), text.size(), true).get(*root);
    }
    if (code == simdjson::MEMALLOC) throw std::bad_alloc();
    if (code != simdjson::SUCCESS) locate_error(bytes, count, code, error);
    return code == simdjson::SUCCESS;
}

}  // namespace rd
