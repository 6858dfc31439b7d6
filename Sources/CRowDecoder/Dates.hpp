// The labels of time buckets as days.
#ifndef FINLUA_DATES_HPP
#define FINLUA_DATES_HPP

#include <cstdint>
#include <string_view>

namespace rd {

/// Days since 1970-01-01, proleptic Gregorian.
int64_t days_from_civil(int64_t year, int month, int day);

/// "YYYY-MM", alone or followed by "-".
bool month_of(std::string_view label, int *year, int *month);

/// "YYYY-MM-DD" and whatever follows.
bool day_of(std::string_view label, int64_t *day);

/// The days of a month, the first and the last.
void month_days(int year, int month, int64_t *first, int64_t *last);

}  // namespace rd

#endif
