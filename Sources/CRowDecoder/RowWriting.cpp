#include <new>

#include "Buffer.hpp"
#include "Picks.hpp"

struct RDTally {
    struct Column {
        rd_sum sum;
        std::string unit;
        bool has_number = false;
        bool is_mixed = false;
    };

    std::vector<Column> columns;
};

namespace rd {

std::vector<Pick> picks_of(const Plan &plan, const rd_text *columns, const rd_text *names, size_t count) {
    std::vector<Pick> picks;
    if (!columns) {
        for (const rd::Output &output : plan.outputs) picks.push_back({output.slot, output.name, no_slot, {}});
    }
    for (size_t index = 0; columns && index < count; ++index) {
        Pick pick{no_slot, std::string(rd::view(columns[index])), no_slot, {}};
        for (const rd::Column &column : plan.columns) {
            const bool measured = column.kind == RD_MEASUREMENT;
            if (measured && column.unit_output == pick.name) pick.slot = column.slot + 1;
        }
        for (const rd::Output &output : plan.outputs) {
            if (output.name == pick.name) pick.slot = output.slot;
        }
        picks.push_back(std::move(pick));
    }
    for (Pick &pick : picks) {
        for (const rd::Column &column : plan.columns) {
            const bool has_unit = column.kind == RD_MEASUREMENT && column.has_unit;
            if (has_unit && column.slot == pick.slot) pick.unit_slot = column.slot + 1;
        }
    }
    for (size_t index = 0; index < picks.size(); ++index) {
        RDBuffer member;
        if (index > 0) member.bytes.push_back(',');
        member.json_text(names ? rd::view(names[index]) : picks[index].name);
        member.bytes.push_back(':');
        picks[index].member = member.bytes;
    }
    return picks;
}

Cell cell_of(const RowView &view, const Pick &pick) {
    if (pick.slot != no_slot) return view.cells[pick.slot];
    rd::Cell found;
    view.each_extra([&](const rd::ExtraCell &extra) {
        if (extra.name == pick.name) found = extra.value;
        if (extra.unit.kind != rd::CellKind::text || pick.name.size() != extra.name.size() + 5) return;
        if (pick.name == std::string(extra.name) + "_unit") found = extra.unit;
    });
    return found;
}

}  // namespace rd

namespace {

using rd::Pick;

void write_plain(RDBuffer &buffer, const rd::Cell &cell) {
    switch (cell.kind) {
    case rd::CellKind::number:
    case rd::CellKind::amount: buffer.number(cell.as.number); break;
    case rd::CellKind::integer: buffer.integer(cell.as.integer); break;
    case rd::CellKind::boolean: buffer.bytes.append(cell.as.boolean ? "true" : "false"); break;
    case rd::CellKind::absent:
    case rd::CellKind::text: break;
    }
}

void write_csv(RDBuffer &buffer, const rd::RowView &view, const std::vector<Pick> &picks, rd_style style) {
    for (size_t index = 0; index < picks.size(); ++index) {
        if (index > 0) buffer.bytes.push_back(',');
        const rd::Cell cell = rd::cell_of(view, picks[index]);
        if (cell.kind == rd::CellKind::text) {
            buffer.csv_text(cell.view(), style.is_guarded);
        } else {
            write_plain(buffer, cell);
        }
    }
    buffer.bytes.append(style.has_line_feed ? "\n" : "\r\n");
}

void write_ndjson(RDBuffer &buffer, const rd::RowView &view, const std::vector<Pick> &picks) {
    buffer.bytes.push_back('{');
    for (const Pick &pick : picks) {
        buffer.bytes.append(pick.member);
        const rd::Cell cell = rd::cell_of(view, pick);
        if (cell.kind == rd::CellKind::text) {
            buffer.json_text(cell.view());
        } else if (cell.kind == rd::CellKind::absent) {
            buffer.bytes.append("null");
        } else {
            write_plain(buffer, cell);
        }
    }
    buffer.bytes.append("}\n");
}

void add(RDTally &tally, const rd::RowView &view, const std::vector<Pick> &picks) {
    for (size_t index = 0; index < picks.size(); ++index) {
        const rd::Cell cell = cell_of(view, picks[index]);
        const bool is_integer = cell.kind == rd::CellKind::integer;
        if (!is_integer && cell.kind != rd::CellKind::number && cell.kind != rd::CellKind::amount) continue;
        RDTally::Column &column = tally.columns[index];
        if (picks[index].unit_slot != rd::no_slot) {
            const rd::Cell unit = view.cells[picks[index].unit_slot];
            const std::string_view named = unit.kind == rd::CellKind::text ? unit.view() : std::string_view();
            if (!column.has_number) column.unit = named;
            column.is_mixed |= column.unit != named;
        }
        if (!column.has_number) rd_sum_begin(&column.sum);
        column.has_number = true;
        if (is_integer) {
            rd_sum_add_integer(&column.sum, cell.as.integer);
        } else {
            rd_sum_add(&column.sum, cell.as.number);
        }
    }
}

}  // namespace

extern "C" RDTally *rd_tally_create(void) { return new (std::nothrow) RDTally(); }

extern "C" void rd_tally_free(RDTally *tally) { delete tally; }

extern "C" size_t rd_tally_text(RDTally *tally, size_t column, char text[RD_SUM_TEXT]) {
    if (column >= tally->columns.size()) return 0;
    RDTally::Column &found = tally->columns[column];
    return found.has_number && !found.is_mixed ? rd_sum_text(&found.sum, text) : 0;
}

extern "C" bool rd_reader_write(RDReader *reader, rd_style style, const rd_text *columns, const rd_text *names,
                                size_t count, RDBuffer *buffer, RDTally *tally) {
    try {
        const std::vector<Pick> picks = rd::picks_of(*reader->plan, columns, columns ? names : nullptr, count);
        if (tally && tally->columns.size() < picks.size()) tally->columns.resize(picks.size());
        rd::RowView view;
        while (reader->peek(&view)) {
            if (style.format == RD_NDJSON) {
                write_ndjson(*buffer, view, picks);
            } else {
                write_csv(*buffer, view, picks, style);
            }
            if (tally) add(*tally, view, picks);
            reader->take();
        }
    } catch (...) {
        return false;
    }
    return reader->fault == nullptr;
}
