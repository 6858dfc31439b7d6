// The columns a query asked for, and the cells its rows are kept in.
#ifndef FINLUA_PLAN_HPP
#define FINLUA_PLAN_HPP

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "CRowDecoder.h"

namespace rd {

enum class CellKind : uint8_t { absent, text, number, integer, boolean, amount };

/// One value of a row; `amount` is a number that came in an {amount, unit} object nobody asked for.
struct Cell {
    union {
        const char *text;
        double number;
        int64_t integer;
        bool boolean;
    } as{};
    uint32_t count = 0;
    CellKind kind = CellKind::absent;

    std::string_view view() const { return {as.text, count}; }
    static Cell of_text(std::string_view text) {
        Cell cell;
        cell.as.text = text.data();
        cell.count = static_cast<uint32_t>(text.size());
        cell.kind = CellKind::text;
        return cell;
    }
    static Cell of_number(double number, CellKind kind = CellKind::number) {
        Cell cell;
        cell.as.number = number;
        cell.kind = kind;
        return cell;
    }
};

struct Column {
    rd_column_kind kind;
    std::string name;
    /// Empty for a measurement that stays {amount=, unit=}.
    std::string output;
    std::string unit_output;
    std::string lower_name;
    std::string folded_name;
    rd_aggregation aggregation;
    bool has_unit;
    /// Where its cell stands in a row; a measurement's unit stands behind it.
    size_t slot;
};

/// A name that exports may ask for, and where it stands.
struct Output {
    std::string name;
    size_t slot;
};

struct Plan {
    std::vector<Column> columns;
    std::vector<Output> outputs;
    size_t slots = 0;
    /// The interval's column, or -1.
    int interval = -1;

    explicit Plan(const rd_column *described, size_t count);

    /// Whether rows of the two have the same cells in the same slots.
    bool fits(const Plan &other) const;
};

std::string lower(std::string_view name);
/// Lower case, with all but ASCII letters and digits as "_".
std::string folded(std::string_view name);

inline std::string_view view(rd_text text) { return {text.text ? text.text : "", text.text ? text.count : 0}; }

}  // namespace rd

struct RDPlan {
    std::shared_ptr<const rd::Plan> plan;
};

#endif
