// Which rows belong to a bucket that a window cut divides, and what they are together.
#ifndef FINLUA_BUCKETS_HPP
#define FINLUA_BUCKETS_HPP

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "Page.hpp"

namespace rd {

/// The cell of a column that is not in the plan.
struct ExtraCell {
    std::string_view name;
    Cell value;
    Cell unit;
};

/// A row made of the rows that the windows of one bucket have in common.
struct Merged {
    std::vector<Cell> cells;
    std::vector<ExtraCell> extras;
    /// Per plan column: the amounts to be summed.
    std::vector<std::vector<double>> amounts;
    /// What the cells' texts point into; never grows beyond what was reserved for it.
    std::string texts;
    /// Units of amounts that came after the row.
    std::deque<std::string> units;
    size_t last_window = 0;
    /// Every key its rows had: they differ where an amount was absent, and its unit with it.
    std::deque<std::string> keys;
    /// The key without units.
    std::string group;
};

/// Holds rows until their bucket is whole.
class Buckets {
public:
    Buckets(std::shared_ptr<const Plan> plan, std::vector<int64_t> cuts, rd_interval interval)
        : plan_(std::move(plan)), cuts_(std::move(cuts)), interval_(interval) {}

    /// Whether the row has to be held, and the last window its bucket can be in.
    bool is_divided(const Cell *row, size_t *last_window) const;

    /// Null, or why the row cannot be merged.
    const char *hold(const Page &page, size_t row, size_t last_window);

    /// Takes out the rows that are whole once windows 0 to `window` are, in the order they came. Null, or why not.
    const char *release(size_t window, std::vector<std::unique_ptr<Merged>> *whole);

private:
    std::string key(const Page &page, size_t row, bool with_units) const;
    /// The one held row that differs from this only in units of absent amounts; null if there is none or several.
    Merged *find_alike(const std::string &group, const Cell *cells) const;
    std::unique_ptr<Merged> copy(const Page &page, size_t row) const;
    const char *merge(Merged &held, const Page &page, size_t row) const;

    std::shared_ptr<const Plan> plan_;
    std::vector<int64_t> cuts_;
    rd_interval interval_;
    std::vector<std::unique_ptr<Merged>> held_;
    std::unordered_map<std::string_view, Merged *> by_key_;
    /// Rows that are alike but for their units.
    std::unordered_map<std::string, std::vector<Merged *>> by_group_;
};

}  // namespace rd

#endif
