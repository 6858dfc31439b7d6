#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "CRowDecoder.h"
#include "Decimal.h"

namespace {

constexpr int place_count = 78;
constexpr int place_digits = 9;
constexpr int64_t place_base = 1000000000;
// 17 digits of the smallest double end at 1e-324; 2^32 of the largest stay below 1e318.
constexpr int lowest_exponent = -351;
// A place takes this many additions before it could leave 64 bits.
constexpr uint32_t carry_after = uint32_t{1} << 30;

void carry(rd_sum *sum) {
    int64_t over = 0;
    for (int64_t &place : sum->places) {
        const int64_t value = place + over;
        over = value / place_base;
        place = value % place_base;
    }
    sum->pending = 0;
}

// Adds ± digits * 10^exponent.
void add(rd_sum *sum, bool negative, uint64_t digits, int exponent) {
    if (++sum->pending == carry_after) carry(sum);
    const int offset = exponent - lowest_exponent;
    unsigned __int128 value = digits;
    for (int shift = offset % place_digits; shift > 0; --shift) value *= 10;
    for (int place = offset / place_digits; value != 0; ++place) {
        const auto part = static_cast<int64_t>(value % place_base);
        sum->places[place] += negative ? -part : part;
        value /= place_base;
    }
}

// After carrying, places of both signs may stand side by side; makes all of them the sign of the highest. Gives the
// highest place in use, or -1 for zero.
int settle_signs(rd_sum *sum, bool *negative) {
    carry(sum);
    int highest = place_count - 1;
    while (highest >= 0 && sum->places[highest] == 0) --highest;
    if (highest < 0) return -1;
    *negative = sum->places[highest] < 0;
    int64_t borrow = 0;
    for (int place = 0; place <= highest; ++place) {
        int64_t value = (*negative ? -sum->places[place] : sum->places[place]) - borrow;
        borrow = value < 0 ? 1 : 0;
        sum->places[place] = value + borrow * place_base;
    }
    while (highest >= 0 && sum->places[highest] == 0) --highest;
    return highest;
}

}  // namespace

extern "C" void rd_sum_begin(rd_sum *sum) { std::memset(sum, 0, sizeof *sum); }

extern "C" void rd_sum_add_integer(rd_sum *sum, int64_t integer) {
    const bool negative = integer < 0;
    const uint64_t digits = negative ? 0 - static_cast<uint64_t>(integer) : static_cast<uint64_t>(integer);
    add(sum, negative, digits, 0);
}

extern "C" void rd_sum_add_decimal(rd_sum *sum, rd_decimal decimal) {
    add(sum, decimal.is_negative, decimal.digits, decimal.exponent);
}

extern "C" rd_decimal rd_decimal_of(double number) {
    if (number == std::trunc(number) && std::fabs(number) < 9007199254740992.0) {
        return {static_cast<uint64_t>(std::fabs(number)), 0, number < 0};
    }
    char text[RD_NUMBER_TEXT];
    const auto written =
        std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific);
    uint64_t digits = 0;
    int fraction = 0;
    const char *at = text;
    for (bool after_point = false; *at != 'e'; ++at) {
        if (*at == '.') {
            after_point = true;
            continue;
        }
        digits = digits * 10 + static_cast<uint64_t>(*at - '0');
        if (after_point) ++fraction;
    }
    ++at;
    if (*at == '+') ++at;
    int exponent = 0;
    std::from_chars(at, written.ptr, exponent);
    return {digits, exponent - fraction, number < 0};
}

extern "C" void rd_sum_add(rd_sum *sum, double number) { rd_sum_add_decimal(sum, rd_decimal_of(number)); }

extern "C" double rd_sum_result(rd_sum *sum) {
    bool negative = false;
    const int highest = settle_signs(sum, &negative);
    if (highest < 0) return 0;
    char text[place_count * place_digits + 16];
    char *end = text;
    for (int place = highest; place >= 0; --place) {
        int64_t value = sum->places[place];
        for (int digit = place_digits - 1; digit >= 0; --digit) {
            end[digit] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        end += place_digits;
        sum->places[place] = negative ? -sum->places[place] : sum->places[place];
    }
    *end++ = 'e';
    end = std::to_chars(end, text + sizeof text, lowest_exponent).ptr;
    double result = 0;
    const auto read = std::from_chars(text, end, result);
    if (read.ec == std::errc::result_out_of_range) {
        result = highest * place_digits + lowest_exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
    }
    return negative ? -result : result;
}

extern "C" size_t rd_sum_text(rd_sum *sum, char text[RD_SUM_TEXT]) {
    bool negative = false;
    const int highest = settle_signs(sum, &negative);
    char digits[place_count * place_digits];
    constexpr int point = -lowest_exponent;  // digits after the point
    for (int place = 0; place < place_count; ++place) {
        int64_t value = place <= highest ? sum->places[place] : 0;
        for (int digit = 0; digit < place_digits; ++digit, value /= 10) {
            digits[place * place_digits + digit] = static_cast<char>('0' + value % 10);
        }
        if (place <= highest && negative) sum->places[place] = -sum->places[place];
    }
    int first = place_count * place_digits - 1;
    while (first > point && digits[first] == '0') --first;
    int last = 0;
    while (last < point && digits[last] == '0') ++last;
    size_t length = 0;
    if (negative) text[length++] = '-';
    for (int digit = first; digit >= last; --digit) {
        if (digit == point - 1) text[length++] = '.';
        text[length++] = digits[digit];
    }
    return length;
}
