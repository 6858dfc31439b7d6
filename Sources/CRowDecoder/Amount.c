#include "Amount.h"

static const uint64_t powers[] = {1ULL,
                                  10ULL,
                                  100ULL,
                                  1000ULL,
                                  10000ULL,
                                  100000ULL,
                                  1000000ULL,
                                  10000000ULL,
                                  100000000ULL,
                                  1000000000ULL,
                                  10000000000ULL,
                                  100000000000ULL,
                                  1000000000000ULL,
                                  10000000000000ULL,
                                  100000000000000ULL,
                                  1000000000000000ULL,
                                  10000000000000000ULL,
                                  100000000000000000ULL,
                                  1000000000000000000ULL,
                                  10000000000000000000ULL};
enum { POWERS = sizeof powers / sizeof *powers };

bool rd_amount_add(amount *sum, rd_decimal decimal) {
    if (decimal.digits == 0) return true;
    int shift = decimal.exponent - AMOUNT_EXPONENT;
    if (shift < 0 || shift >= 2 * POWERS) return false;
    __int128 value = decimal.digits;
    while (shift > 0) {
        const int step = shift < POWERS ? shift : POWERS - 1;
        if (__builtin_mul_overflow(value, (__int128)powers[step], &value)) return false;
        shift -= step;
    }
    const bool is_over = decimal.is_negative ? __builtin_sub_overflow(sum->mantissa, value, &value)
                                             : __builtin_add_overflow(sum->mantissa, value, &value);
    if (!is_over) sum->mantissa = value;
    return !is_over;
}

void rd_amount_widen(const amount *sum, rd_sum *wide) {
    rd_sum_begin(wide);
    const bool is_negative = sum->mantissa < 0;
    unsigned __int128 rest = is_negative ? -(unsigned __int128)sum->mantissa : (unsigned __int128)sum->mantissa;
    const uint64_t part = powers[18];
    for (int exponent = AMOUNT_EXPONENT; rest != 0; exponent += 18, rest /= part) {
        rd_sum_add_decimal(wide, (rd_decimal){(uint64_t)(rest % part), exponent, is_negative});
    }
}
