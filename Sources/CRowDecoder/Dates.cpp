#include "Dates.hpp"

namespace rd {
namespace {

bool digits(std::string_view text, size_t from, size_t count, int *value) {
    *value = 0;
    for (size_t at = from; at < from + count; ++at) {
        if (at >= text.size() || text[at] < '0' || text[at] > '9') return false;
        *value = *value * 10 + (text[at] - '0');
    }
    return true;
}

}  // namespace

// Howard Hinnant, "chrono-compatible low-level date algorithms".
int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

bool month_of(std::string_view label, int *year, int *month) {
    return digits(label, 0, 4, year) && label.size() >= 7 && label[4] == '-' && digits(label, 5, 2, month) &&
           *month >= 1 && *month <= 12 && (label.size() == 7 || label[7] == '-');
}

bool day_of(std::string_view label, int64_t *day) {
    int year = 0, month = 0, day_of_month = 0;
    if (!month_of(label, &year, &month) || !digits(label, 8, 2, &day_of_month)) return false;
    *day = days_from_civil(year, month, day_of_month);
    return true;
}

void month_days(int year, int month, int64_t *first, int64_t *last) {
    *first = days_from_civil(year, month, 1);
    *last = (month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1)) - 1;
}

}  // namespace rd
