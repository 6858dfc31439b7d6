#include <CRowDecoder.h>
#include <math.h>

#include "ls_internal.h"

/// exact_sum(x): what sum(x) is but for the rounding of each addition; each number is taken as its shortest decimal. Null
/// without numbers. Also a window function.

typedef struct {
    rd_sum sum;
    sqlite3_int64 count;  // of numbers in it
} exact;

/// False if the value is to be passed over, or was refused.
static bool is_number(sqlite3_context *context, sqlite3_value *value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return true;
        case SQLITE_FLOAT:
            if (isfinite(sqlite3_value_double(value))) return true;
            sqlite3_result_error(context, "exact_sum: the number is infinite", -1);
            return false;
        case SQLITE_NULL: return false;
        default: sqlite3_result_error(context, "exact_sum: a value is a text, not a number", -1); return false;
    }
}

static exact *running(sqlite3_context *context) {
    exact *sum = sqlite3_aggregate_context(context, sizeof *sum);
    if (!sum) sqlite3_result_error_nomem(context);
    return sum;
}

static void add(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    if (!is_number(context, *values)) return;
    exact *sum = running(context);
    if (!sum) return;
    if (sum->count++ == 0) rd_sum_begin(&sum->sum);
    if (sqlite3_value_type(*values) == SQLITE_INTEGER) {
        rd_sum_add_integer(&sum->sum, sqlite3_value_int64(*values));
    } else {
        rd_sum_add(&sum->sum, sqlite3_value_double(*values));
    }
}

static void take_away(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    if (!is_number(context, *values)) return;
    exact *sum = running(context);
    if (!sum) return;
    sum->count--;
    if (sqlite3_value_type(*values) == SQLITE_INTEGER) {
        const sqlite3_int64 integer = sqlite3_value_int64(*values);
        rd_sum_add_integer(&sum->sum, integer == INT64_MIN ? INT64_MAX : -integer);
        if (integer == INT64_MIN) rd_sum_add_integer(&sum->sum, 1);
    } else {
        rd_sum_add(&sum->sum, -sqlite3_value_double(*values));
    }
}

static void result(sqlite3_context *context) {
    exact *sum = sqlite3_aggregate_context(context, 0);
    if (!sum || sum->count == 0) return;
    const double total = rd_sum_result(&sum->sum);
    if (isfinite(total)) {
        sqlite3_result_double(context, total);
    } else {
        sqlite3_result_error(context, "exact_sum: the sum is too large for a number", -1);
    }
}

int ls_add_exact_sum(sqlite3 *handle) {
    return sqlite3_create_window_function(handle, "exact_sum", 1,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, add, result, result,
                                          take_away, NULL);
}
