#include <charconv>
#include <cmath>
#include <cstring>

#include "CRowDecoder.h"

namespace {

// Readers take digits alone for an integer of 64 bits, so below 2^63 they are the number's own: shorter ones, of which
// zeros make up the rest, would be another integer.
constexpr double exact_integers = 9223372036854775808.0;

size_t copy_digits(char *out, const char *digits, size_t count) {
    std::memcpy(out, digits, count);
    return count;
}

// Sets `digits` (without a point) and the exponent of the first one, from "d.ddde±xx".
size_t split_scientific(const char *text, const char *end, char *digits, int *exponent) {
    size_t count = 0;
    const char *at = text;
    for (; at != end && *at != 'e'; ++at) {
        if (*at != '.') digits[count++] = *at;
    }
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, end, *exponent);
    return count;
}

size_t place_point(char *out, const char *digits, size_t count, int exponent) {
    size_t length = 0;
    const int whole = exponent + 1;
    if (whole <= 0) {
        length += copy_digits(out, "0.", 2);
        for (int zero = whole; zero < 0; ++zero) out[length++] = '0';
        return length + copy_digits(out + length, digits, count);
    }
    if (static_cast<size_t>(whole) >= count) {
        length += copy_digits(out, digits, count);
        for (size_t zero = count; zero < static_cast<size_t>(whole); ++zero) out[length++] = '0';
        return length;
    }
    length += copy_digits(out, digits, static_cast<size_t>(whole));
    out[length++] = '.';
    return length + copy_digits(out + length, digits + whole, count - static_cast<size_t>(whole));
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

// JSON's grammar: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(const char *at, const char *end) {
    if (at != end && *at == '-') ++at;
    if (at == end || !is_digit(*at)) return false;
    if (*at == '0') {
        ++at;
    } else {
        while (at != end && is_digit(*at)) ++at;
    }
    if (at != end && *at == '.') {
        ++at;
        if (at == end || !is_digit(*at)) return false;
        while (at != end && is_digit(*at)) ++at;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        if (at == end || !is_digit(*at)) return false;
        while (at != end && is_digit(*at)) ++at;
    }
    return at == end;
}

}  // namespace

extern "C" size_t rd_number_text(double number, char text[RD_NUMBER_TEXT]) {
    size_t length = 0;
    if (!std::isfinite(number)) {
        length = copy_digits(text, std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf", number < 0 ? 4 : 3);
    } else if (number == std::trunc(number) && std::fabs(number) < exact_integers && number != 0) {
        length = static_cast<size_t>(
            std::to_chars(text, text + RD_NUMBER_TEXT, static_cast<int64_t>(number)).ptr - text);
    } else {
        if (std::signbit(number)) text[length++] = '-';
        char scientific[RD_NUMBER_TEXT];
        char digits[RD_NUMBER_TEXT];
        int exponent = 0;
        const auto written =
            std::to_chars(scientific, scientific + RD_NUMBER_TEXT, std::fabs(number), std::chars_format::scientific);
        const size_t count = split_scientific(scientific, written.ptr, digits, &exponent);
        if (exponent >= -6 && exponent < 21) {
            length += place_point(text + length, digits, count, exponent);
        } else {
            length += place_point(text + length, digits, count, 0);
            text[length++] = 'e';
            length = static_cast<size_t>(std::to_chars(text + length, text + RD_NUMBER_TEXT, exponent).ptr - text);
        }
    }
    text[length] = '\0';
    return length;
}

extern "C" bool rd_number_parse(const char *text, size_t count, double *number) {
    if (!is_json_number(text, text + count)) return false;
    const auto read = std::from_chars(text, text + count, *number);
    return read.ec == std::errc() && read.ptr == text + count && std::isfinite(*number);
}
