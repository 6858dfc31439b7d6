#include "RowTable.h"

#include "Reader.hpp"

// Raw functions only, and under the allocator's grace: none of them jumps over these frames.

namespace {

void push_text(lua_State *state, std::string_view text) { lua_pushlstring(state, text.data(), text.size()); }

void push_cell(lua_State *state, const rd::Cell &cell) {
    switch (cell.kind) {
    case rd::CellKind::absent: lua_pushnil(state); break;
    case rd::CellKind::text: lua_pushlstring(state, cell.as.text, cell.count); break;
    case rd::CellKind::number:
    case rd::CellKind::amount: lua_pushnumber(state, cell.as.number); break;
    case rd::CellKind::integer: lua_pushinteger(state, cell.as.integer); break;
    case rd::CellKind::boolean: lua_pushboolean(state, cell.as.boolean); break;
    }
}

// [-0, +1]
void push_amount(lua_State *state, const rd::Cell &amount, const rd::Cell &unit) {
    lua_createtable(state, 0, 2);
    lua_pushstring(state, "amount");
    push_cell(state, amount);
    lua_rawset(state, -3);
    if (unit.kind == rd::CellKind::absent) return;
    lua_pushstring(state, "unit");
    push_cell(state, unit);
    lua_rawset(state, -3);
}

std::string_view slot_name(const rd::Column &column, size_t slot) {
    if (slot != column.slot) return column.unit_output;
    return column.output.empty() ? column.name : column.output;
}

void push_name(lua_State *state, const rd::Column &column, size_t slot, int names) {
    if (names == 0) {
        push_text(state, slot_name(column, slot));
    } else {
        lua_rawgeti(state, names, static_cast<lua_Integer>(slot) + 1);
    }
}

void set_column(lua_State *state, const rd::Cell *cells, const rd::Column &column, int names) {
    const rd::Cell &cell = cells[column.slot];
    const bool measured = column.kind == RD_MEASUREMENT;
    const rd::Cell unit = measured ? cells[column.slot + 1] : rd::Cell();
    const bool stays_object = measured && column.output.empty();
    if (cell.kind != rd::CellKind::absent) {
        push_name(state, column, column.slot, names);
        if (stays_object) {
            push_amount(state, cell, unit);
        } else {
            push_cell(state, cell);
        }
        lua_rawset(state, -3);
    }
    if (unit.kind != rd::CellKind::absent && !stays_object) {
        push_name(state, column, column.slot + 1, names);
        push_cell(state, unit);
        lua_rawset(state, -3);
    }
}

void set_extra(lua_State *state, const rd::ExtraCell &extra) {
    push_text(state, extra.name);
    if (extra.value.kind == rd::CellKind::amount) {
        push_amount(state, extra.value, extra.unit);
    } else {
        push_cell(state, extra.value);
    }
    lua_rawset(state, -3);
}

}  // namespace

extern "C" void rd_push_names(lua_State *state, const RDReader *reader) {
    const rd::Plan &plan = *reader->plan;
    lua_createtable(state, static_cast<int>(plan.slots), 0);
    for (const rd::Column &column : plan.columns) {
        const size_t slots = column.kind == RD_MEASUREMENT ? 2 : 1;
        for (size_t slot = column.slot; slot < column.slot + slots; ++slot) {
            push_text(state, slot_name(column, slot));
            lua_rawseti(state, -2, static_cast<lua_Integer>(slot) + 1);
        }
    }
}

extern "C" int rd_push_row(RDReader *reader, lua_State *state, int names) {
    rd::RowView view;
    if (!reader->peek(&view)) return reader->fault ? -1 : 0;
    if (!lua_checkstack(state, 8)) {
        reader->fault = "there is not enough memory for the rows";
        return -1;
    }
    int fields = 0;
    for (size_t slot = 0; slot < reader->plan->slots; ++slot) {
        if (view.cells[slot].kind != rd::CellKind::absent) ++fields;
    }
    view.each_extra([&](const rd::ExtraCell &) { ++fields; });
    lua_createtable(state, 0, fields);
    for (const rd::Column &column : reader->plan->columns) set_column(state, view.cells, column, names);
    view.each_extra([&](const rd::ExtraCell &extra) { set_extra(state, extra); });
    reader->take();
    return 1;
}

extern "C" int rd_reader_push(RDReader *reader, lua_State *state) { return rd_push_row(reader, state, 0); }
