// A running exact sum that is small while its amounts are ordinary.
#ifndef FINLUA_AMOUNT_H
#define FINLUA_AMOUNT_H

#include "Decimal.h"

/// 10^AMOUNT_EXPONENT is what the last digit counts: sums below 1.7e11 with up to 27 places fit.
enum { AMOUNT_EXPONENT = -27 };

typedef struct amount {
    __int128 mantissa;
    /// Where the sum went on when it did not fit any more, counted from 1; 0: it is here.
    size_t wide;
} amount;

/// Adds, or is false and changes nothing where the sum would not fit.
bool rd_amount_add(amount *sum, rd_decimal decimal);

/// The sum as one that always fits.
void rd_amount_widen(const amount *sum, rd_sum *wide);

#endif
