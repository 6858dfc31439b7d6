#include "Buckets.hpp"

#include <algorithm>
#include <cmath>

#include "Dates.hpp"

namespace rd {
namespace {

constexpr const char *sum_too_large =
    "the sum of a week or month that a window cuts in two is too large for a number";

// A bucket's label may be its first or its last day, and a week may start on any day.
constexpr int64_t week_reach = 7;

std::vector<ExtraCell> extras_of(const Page &page, size_t row) {
    std::vector<ExtraCell> cells;
    for (const Extra &extra : page.extras) {
        if (extra.values[row].kind == CellKind::absent) continue;
        cells.push_back({extra.name, extra.values[row], extra.units.empty() ? Cell() : extra.units[row]});
    }
    return cells;
}

bool same(const Cell &left, const Cell &right) {
    if (left.kind != right.kind) return false;
    switch (left.kind) {
    case CellKind::absent: return true;
    case CellKind::text: return left.view() == right.view();
    case CellKind::boolean: return left.as.boolean == right.as.boolean;
    case CellKind::integer: return left.as.integer == right.as.integer;
    case CellKind::number:
    case CellKind::amount: return left.as.number == right.as.number;
    }
    return false;
}

void append_part(std::string &key, std::string_view text, char kind) {
    key.push_back(kind);
    const auto count = static_cast<uint32_t>(text.size());
    key.append(reinterpret_cast<const char *>(&count), sizeof count);
    key.append(text);
}

}  // namespace

bool Buckets::is_divided(const Cell *row, size_t *last_window) const {
    if (cuts_.empty() || interval_ == RD_DAY) return false;
    const Cell label = plan_->interval >= 0 ? row[plan_->columns[static_cast<size_t>(plan_->interval)].slot] : Cell();
    const std::string_view text = label.kind == CellKind::text ? label.view() : std::string_view();
    const auto at = [&](auto found) { return static_cast<size_t>(found - cuts_.begin()); };
    size_t first = 0;
    int year = 0, month = 0;
    int64_t day = 0;
    if (interval_ == RD_MONTH && month_of(text, &year, &month)) {
        int64_t start = 0, end = 0;
        month_days(year, month, &start, &end);
        first = at(std::upper_bound(cuts_.begin(), cuts_.end(), start));
        *last_window = at(std::upper_bound(cuts_.begin(), cuts_.end(), end));
    } else if (interval_ == RD_WEEK && day_of(text, &day)) {
        first = at(std::lower_bound(cuts_.begin(), cuts_.end(), day - week_reach));
        *last_window = at(std::upper_bound(cuts_.begin(), cuts_.end(), day + week_reach));
    } else {
        // Nobody knows which days such a label means: it may be in any window.
        *last_window = cuts_.size();
    }
    return *last_window > first;
}

std::string Buckets::key(const Page &page, size_t row, bool with_units) const {
    const Cell *cells = page.row(row);
    std::string key;
    for (const Column &column : plan_->columns) {
        if (column.kind == RD_MEASUREMENT && !with_units) continue;
        const Cell &cell = cells[column.kind == RD_MEASUREMENT ? column.slot + 1 : column.slot];
        std::string_view text = cell.kind == CellKind::text ? cell.view() : std::string_view();
        int year = 0, month = 0;
        // Whatever day of a month the label names, the bucket is the month.
        const bool is_month = column.kind == RD_INTERVAL && interval_ == RD_MONTH && month_of(text, &year, &month);
        if (is_month) text = text.substr(0, 7);
        append_part(key, text, cell.kind == CellKind::text ? 't' : '-');
    }
    std::vector<ExtraCell> extras = extras_of(page, row);
    const auto by_name = [](const ExtraCell &left, const ExtraCell &right) { return left.name < right.name; };
    std::sort(extras.begin(), extras.end(), by_name);
    for (const ExtraCell &extra : extras) {
        if (extra.value.kind != CellKind::text) continue;
        append_part(key, extra.name, 'n');
        append_part(key, extra.value.view(), 't');
    }
    return key;
}

std::unique_ptr<Merged> Buckets::copy(const Page &page, size_t row) const {
    auto merged = std::make_unique<Merged>();
    const Cell *cells = page.row(row);
    const std::vector<ExtraCell> extras = extras_of(page, row);
    // One allocation of the right size: a bucket may hold a hundred thousand rows.
    const auto length = [](const Cell &cell) { return cell.kind == CellKind::text ? cell.view().size() : 0; };
    size_t needed = 0;
    for (size_t slot = 0; slot < plan_->slots; ++slot) needed += length(cells[slot]);
    for (const ExtraCell &extra : extras) needed += extra.name.size() + length(extra.value) + length(extra.unit);
    merged->texts.reserve(needed);
    const auto keep_text = [&](std::string_view text) {
        const size_t start = merged->texts.size();
        merged->texts.append(text);
        return std::string_view(merged->texts.data() + start, text.size());
    };
    const auto keep = [&](const Cell &cell) {
        return cell.kind == CellKind::text ? Cell::of_text(keep_text(cell.view())) : cell;
    };
    merged->cells.reserve(plan_->slots);
    for (size_t slot = 0; slot < plan_->slots; ++slot) merged->cells.push_back(keep(cells[slot]));
    for (const ExtraCell &extra : extras) {
        merged->extras.push_back({keep_text(extra.name), keep(extra.value), keep(extra.unit)});
    }
    merged->amounts.resize(plan_->columns.size());
    return merged;
}

const char *Buckets::merge(Merged &held, const Page &page, size_t row) const {
    const Cell *cells = page.row(row);
    for (size_t index = 0; index < plan_->columns.size(); ++index) {
        const Column &column = plan_->columns[index];
        if (column.kind != RD_MEASUREMENT) continue;
        const Cell &added = cells[column.slot];
        Cell &cell = held.cells[column.slot];
        if (added.kind != CellKind::number) continue;
        if (cell.kind != CellKind::number) {
            cell = added;
            Cell &unit = held.cells[column.slot + 1];
            const Cell &added_unit = cells[column.slot + 1];
            if (unit.kind == CellKind::absent && added_unit.kind == CellKind::text) {
                held.units.emplace_back(added_unit.view());
                unit = Cell::of_text(held.units.back());
            }
            continue;
        }
        switch (column.aggregation) {
        case RD_SUM: held.amounts[index].push_back(added.as.number); break;
        case RD_MINIMUM: cell.as.number = std::min(cell.as.number, added.as.number); break;
        case RD_MAXIMUM: cell.as.number = std::max(cell.as.number, added.as.number); break;
        case RD_AVERAGE: return "the averages of a week or month that a window cuts in two cannot be merged";
        }
    }
    // What differs and is not known to add up is absent rather than wrong.
    const std::vector<ExtraCell> extras = extras_of(page, row);
    for (ExtraCell &extra : held.extras) {
        const auto is_other = [&](const ExtraCell &each) { return each.name == extra.name; };
        const auto other = std::find_if(extras.begin(), extras.end(), is_other);
        if (other == extras.end() || !same(other->value, extra.value)) extra.value = Cell();
    }
    return nullptr;
}

Merged *Buckets::find_alike(const std::string &group, const Cell *cells) const {
    const auto held = by_group_.find(group);
    if (held == by_group_.end()) return nullptr;
    const auto is_blank = [](const Cell *cell) {
        return cell[0].kind == CellKind::absent && cell[1].kind == CellKind::absent;
    };
    Merged *found = nullptr;
    for (Merged *merged : held->second) {
        const bool fits = std::all_of(plan_->columns.begin(), plan_->columns.end(), [&](const Column &column) {
            if (column.kind != RD_MEASUREMENT) return true;
            const Cell *left = &merged->cells[column.slot], *right = &cells[column.slot];
            return same(left[1], right[1]) || is_blank(left) || is_blank(right);
        });
        if (!fits) continue;
        if (found) return nullptr;
        found = merged;
    }
    return found;
}

const char *Buckets::hold(const Page &page, size_t row, size_t last_window) {
    std::string key = this->key(page, row, true);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return merge(*found->second, page, row);
    const std::string group = this->key(page, row, false);
    if (Merged *alike = find_alike(group, page.row(row))) {
        alike->keys.push_back(std::move(key));
        by_key_.emplace(alike->keys.back(), alike);
        return merge(*alike, page, row);
    }
    std::unique_ptr<Merged> merged = copy(page, row);
    merged->keys.push_back(std::move(key));
    merged->group = group;
    merged->last_window = last_window;
    held_.push_back(std::move(merged));
    by_key_.emplace(held_.back()->keys.back(), held_.back().get());
    by_group_[group].push_back(held_.back().get());
    return nullptr;
}

const char *Buckets::release(size_t window, std::vector<std::unique_ptr<Merged>> *whole) {
    std::vector<std::unique_ptr<Merged>> waiting;
    for (std::unique_ptr<Merged> &merged : held_) {
        if (merged->last_window > window) {
            waiting.push_back(std::move(merged));
            continue;
        }
        for (const std::string &key : merged->keys) by_key_.erase(key);
        // Alike rows have the same label, and so the same last window.
        by_group_.erase(merged->group);
        for (size_t index = 0; index < merged->amounts.size(); ++index) {
            if (merged->amounts[index].empty()) continue;
            double &amount = merged->cells[plan_->columns[index].slot].as.number;
            rd_sum sum;
            rd_sum_begin(&sum);
            rd_sum_add(&sum, amount);
            for (double added : merged->amounts[index]) rd_sum_add(&sum, added);
            amount = rd_sum_result(&sum);
            if (!std::isfinite(amount)) return sum_too_large;
        }
        whole->push_back(std::move(merged));
    }
    held_ = std::move(waiting);
    return nullptr;
}

}  // namespace rd
