#include <cmath>
#include <cstring>

#include "Parser.hpp"

// simdjson says that a text is no JSON, not where. This walks a text that was refused, slowly, for the message's sake.

namespace rd {
namespace {

class FaultFinder {
public:
    FaultFinder(const char *bytes, size_t count) : start_(bytes), at_(bytes), end_(bytes + count) {}

    /// Null if it finds nothing wrong.
    const char *find() {
        do {
            skip_space();
            const char *fault = expects_value_ ? value() : separator();
            if (fault) return fault;
        } while (depth_ > 0 || expects_value_);
        skip_space();
        return at_ == end_ ? nullptr : "there is more after the value";
    }

    int64_t offset() const { return at_ - start_; }

private:
    bool at_end() const { return at_ == end_; }
    bool is_next(char character) const { return !at_end() && *at_ == character; }

    void skip_space() {
        while (!at_end() && std::strchr(" \t\r\n", *at_) && *at_ != '\0') ++at_;
    }

    const char *value() {
        if (at_end()) return ended;
        expects_value_ = false;
        switch (*at_) {
        case '{': return open(true);
        case '[': return open(false);
        case '"': return string();
        case 't': return word("true");
        case 'f': return word("false");
        case 'n': return word("null");
        default: return number();
        }
    }

    const char *open(bool is_object) {
        if (depth_ == RD_JSON_DEPTH) return "it is nested too deeply";
        is_object_[depth_++] = is_object;
        ++at_;
        skip_space();
        if (is_next(is_object ? '}' : ']')) return close();
        if (is_object) return member_name();
        expects_value_ = true;
        return nullptr;
    }

    const char *close() {
        ++at_;
        --depth_;
        return nullptr;
    }

    const char *separator() {
        if (depth_ == 0) return nullptr;
        if (at_end()) return ended;
        const bool is_object = is_object_[depth_ - 1];
        if (is_next(is_object ? '}' : ']')) return close();
        if (!is_next(',')) return is_object ? "expected , or }" : "expected , or ]";
        ++at_;
        skip_space();
        if (is_object) return member_name();
        expects_value_ = true;
        return nullptr;
    }

    const char *member_name() {
        if (at_end()) return ended;
        if (!is_next('"')) return "expected a member's name";
        if (const char *fault = string()) return fault;
        skip_space();
        if (at_end()) return ended;
        if (!is_next(':')) return "expected :";
        ++at_;
        expects_value_ = true;
        return nullptr;
    }

    const char *string() {
        ++at_;
        while (!at_end() && *at_ != '"') {
            if (static_cast<unsigned char>(*at_) < 0x20) return "a text holds an unescaped control character";
            if (*at_ == '\\') {
                if (at_ + 1 == end_) break;
                if (!std::strchr("\"\\/bfnrtu", at_[1]) || at_[1] == '\0') return "a text holds an unknown escape";
                ++at_;
            }
            ++at_;
        }
        if (at_end()) return ended;
        ++at_;
        return nullptr;
    }

    const char *word(const char *expected) {
        for (const char *character = expected; *character; ++character, ++at_) {
            if (at_end()) return ended;
            if (*at_ != *character) return "expected true, false or null";
        }
        return nullptr;
    }

    const char *number() {
        const char *first = at_;
        while (!at_end() && std::strchr("+-.0123456789eE", *at_) && *at_ != '\0') ++at_;
        if (at_ == first) return "expected a value";
        double ignored = 0;
        if (rd_number_parse(first, static_cast<size_t>(at_ - first), &ignored)) return nullptr;
        at_ = first;
        return "a number is malformed, or too large";
    }

    static constexpr const char *ended = "the text ends in the middle";
    const char *start_;
    const char *at_;
    const char *end_;
    bool expects_value_ = true;
    size_t depth_ = 0;
    bool is_object_[RD_JSON_DEPTH] = {};
};

// Bytes of the character at `at`; 0 if it is none. RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
size_t character_bytes(const unsigned char *at, size_t left) {
    const unsigned char lead = at[0];
    if (lead < 0x80) return 1;
    const size_t count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || count > left) return 0;
    for (size_t index = 1; index < count; ++index) {
        if ((at[index] & 0xC0) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xE0 && at[1] < 0xA0) || (lead == 0xF0 && at[1] < 0x90);
    const bool outside = (lead == 0xED && at[1] >= 0xA0) || (lead == 0xF4 && at[1] >= 0x90);
    return overlong || outside ? 0 : count;
}

size_t valid_prefix(const char *bytes, size_t count) {
    size_t at = 0;
    while (at < count) {
        const size_t step = character_bytes(reinterpret_cast<const unsigned char *>(bytes) + at, count - at);
        if (step == 0) break;
        at += step;
    }
    return at;
}

}  // namespace

void locate_error(const char *bytes, size_t count, simdjson::error_code code, rd_json_error *error) {
    if (!simdjson::validate_utf8(bytes, count)) {
        return set_error(error, static_cast<int64_t>(valid_prefix(bytes, count)), "the text is not UTF-8");
    }
    FaultFinder finder(bytes, count);
    if (const char *fault = finder.find()) return set_error(error, finder.offset(), fault);
    set_error(error, -1, simdjson::error_message(code));
}

}  // namespace rd

extern "C" bool rd_utf8_valid(const char *text, size_t count) { return simdjson::validate_utf8(text, count); }
