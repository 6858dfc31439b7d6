#include "Picks.hpp"
#include "Reader.hpp"

namespace {

rd_cell plain(const rd::Cell &cell) {
    rd_cell result = {};
    switch (cell.kind) {
    case rd::CellKind::absent: result.kind = RD_ABSENT; break;
    case rd::CellKind::number:
    case rd::CellKind::amount:
        result.kind = RD_DOUBLE;
        result.as.number = cell.as.number;
        break;
    case rd::CellKind::integer:
        result.kind = RD_WHOLE;
        result.as.integer = cell.as.integer;
        break;
    case rd::CellKind::boolean:
        result.kind = RD_BOOLEAN;
        result.as.boolean = cell.as.boolean;
        break;
    case rd::CellKind::text:
        result.kind = RD_TEXT;
        result.as.text = {cell.view().data(), cell.view().size()};
        break;
    }
    return result;
}

}  // namespace

struct RDPicks {
    std::vector<rd::Pick> picks;
};

extern "C" RDPicks *rd_picks_create(const RDReader *reader, const rd_text *columns, size_t count) {
    try {
        return new RDPicks{rd::picks_of(*reader->plan, columns, nullptr, count)};
    } catch (...) {
        return nullptr;
    }
}

extern "C" void rd_picks_free(RDPicks *picks) { delete picks; }

extern "C" int rd_reader_cells(RDReader *reader, const RDPicks *picks, rd_cell *cells) {
    try {
        rd::RowView view;
        if (!reader->peek(&view)) return reader->fault ? -1 : 0;
        for (size_t index = 0; index < picks->picks.size(); ++index) {
            cells[index] = plain(rd::cell_of(view, picks->picks[index]));
        }
        return 1;
    } catch (...) {
        return -1;
    }
}

extern "C" void rd_reader_skip(RDReader *reader) { reader->take(); }
