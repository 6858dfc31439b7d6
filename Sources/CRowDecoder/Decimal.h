// The decimal that a double was written as.
#ifndef FINLUA_DECIMAL_H
#define FINLUA_DECIMAL_H

#include "CRowDecoder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// ± digits * 10^exponent.
typedef struct rd_decimal {
    uint64_t digits;
    int exponent;
    bool is_negative;
} rd_decimal;

/// The shortest decimal that reads back as `number`, which must be finite.
rd_decimal rd_decimal_of(double number);

void rd_sum_add_decimal(rd_sum *sum, rd_decimal decimal);

#ifdef __cplusplus
}
#endif

#endif
