// Rows of many pages, one after the other.
#ifndef FINLUA_READER_HPP
#define FINLUA_READER_HPP

#include <atomic>
#include <deque>
#include <memory>

#include "Buckets.hpp"
#include "Page.hpp"

namespace rd {

/// One row, wherever it is kept.
struct RowView {
    const Cell *cells = nullptr;
    const Page *page = nullptr;
    size_t row = 0;
    const Merged *merged = nullptr;

    template <typename Body>
    void each_extra(Body body) const {
        if (merged) {
            for (const ExtraCell &extra : merged->extras) {
                if (extra.value.kind != CellKind::absent) body(extra);
            }
            return;
        }
        for (const Extra &extra : page->extras) {
            if (extra.values[row].kind == CellKind::absent) continue;
            body(ExtraCell{extra.name, extra.values[row], extra.units.empty() ? Cell() : extra.units[row]});
        }
    }
};

}  // namespace rd

struct RDReader {
    RDReader(std::shared_ptr<const rd::Plan> plan, std::vector<int64_t> cuts, rd_interval interval)
        : plan(plan), buckets(plan, std::move(cuts), interval) {}

    /// The next row, without taking it; false if there is none or a fault.
    bool peek(rd::RowView *view);
    /// Takes the row that `peek` gave.
    void take();
    /// Holds what must be held until a row is free. Catches everything.
    void settle();

    /// A page, or the end of a window.
    struct Item {
        std::shared_ptr<const rd::Page> page;
        size_t finished_window;
    };

    std::atomic<int> references{1};
    std::shared_ptr<const rd::Plan> plan;
    rd::Buckets buckets;
    std::deque<Item> items;
    /// The next row of the first item's page.
    size_t row = 0;
    std::deque<std::unique_ptr<rd::Merged>> ready;
    uint64_t rows_read = 0;
    const char *fault = nullptr;
};

#endif
