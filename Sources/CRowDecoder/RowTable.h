// One row as a Lua table.
#ifndef FINLUA_ROW_TABLE_H
#define FINLUA_ROW_TABLE_H

#include "CRowDecoder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// [-0, +1, m] Pushes the names of the plan's slots, so that rows need not hash them anew.
void rd_push_names(lua_State *state, const RDReader *reader);

/// As rd_reader_push, with the index of that table, or 0.
int rd_push_row(RDReader *reader, lua_State *state, int names);

#ifdef __cplusplus
}
#endif

#endif
