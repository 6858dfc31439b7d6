// Columns of the output, found once and read of every row.
#ifndef FINLUA_PICKS_HPP
#define FINLUA_PICKS_HPP

#include <string>
#include <vector>

#include "Reader.hpp"

namespace rd {

constexpr size_t no_slot = static_cast<size_t>(-1);

/// One column of the output: a slot of the plan, or a column that only pages know.
struct Pick {
    size_t slot;
    std::string name;
    /// The slot of a measurement's unit.
    size_t unit_slot = no_slot;
    /// The name as a JSON member, with its colon and a comma before it if there is one.
    std::string member;
};

/// Without `columns`: the plan's. `names`, as many, are what JSON calls them.
std::vector<Pick> picks_of(const Plan &plan, const rd_text *columns, const rd_text *names, size_t count);

Cell cell_of(const RowView &view, const Pick &pick);

}  // namespace rd

#endif
