// One page: its rows as cells, plan columns in fixed slots, columns nobody asked for beside them.
#ifndef FINLUA_PAGE_HPP
#define FINLUA_PAGE_HPP

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "Plan.hpp"

namespace rd {

/// Text that lives as long as the arena; blocks never move.
class Arena {
public:
    std::string_view keep(std::string_view text);
    size_t bytes() const { return bytes_; }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    char *next_ = nullptr;
    size_t left_ = 0;
    size_t bytes_ = 0;
};

/// A column that is not in the plan.
struct Extra {
    std::string_view name;
    std::vector<Cell> values;
    /// Units of {amount, unit} objects; empty if there is none.
    std::vector<Cell> units;
};

struct Page {
    std::shared_ptr<const Plan> plan;
    size_t rows = 0;
    /// rows * plan->slots.
    std::vector<Cell> cells;
    std::vector<Extra> extras;
    Arena arena;
    bool has_more = false;
    int64_t total_rows = -1;
    std::string next_cursor;
    bool has_cursor = false;
    std::string request_id;
    bool has_request_id = false;
    /// The days that the intervals of the rows name, while every one names some; `first_day > last_day`: no row yet.
    bool has_days = true;
    int64_t first_day = INT64_MAX;
    int64_t last_day = INT64_MIN;

    const Cell *row(size_t index) const { return cells.data() + index * plan->slots; }
    size_t byte_count() const;
};

}  // namespace rd

struct RDPage {
    std::shared_ptr<const rd::Page> page;
};

#endif
