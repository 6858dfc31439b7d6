// What the Lua functions share. All may raise; none holds anything that a jump would leak.
#ifndef FINLUA_LUA_SUPPORT_H
#define FINLUA_LUA_SUPPORT_H

#include "CRowDecoder.h"

/// [-0, +1, m] Pushes a userdata that frees its buffer when it is collected.
RDBuffer *rd_new_buffer(lua_State *state);

/// [-0, +1, m] Pushes the bytes as a string, and lets go of them: a collection may be far away.
int rd_push_buffer(lua_State *state, RDBuffer *buffer);

/// [-0, +0, v] Raises if the bytes found no memory.
void rd_check_memory(lua_State *state, bool written);

/// [-0, +0, v] Appends the number on the stack; false if JSON and CSV cannot hold it.
bool rd_append_number(lua_State *state, RDBuffer *buffer, int index);

int rd_lua_json_encode(lua_State *state);
int rd_lua_json_decode(lua_State *state);
int rd_lua_json_array(lua_State *state);
int rd_lua_csv_record(lua_State *state);
int rd_lua_ndjson_record(lua_State *state);
int rd_lua_csv_fault(lua_State *state);
int rd_lua_csv_parser(lua_State *state);
int rd_lua_csv_columns(lua_State *state);
int rd_lua_csv_place(lua_State *state);
int rd_lua_csv_next(lua_State *state);
int rd_lua_groups(lua_State *state);
int rd_lua_groups_rows(lua_State *state);
int rd_lua_groups_row(lua_State *state);
int rd_lua_groups_list(lua_State *state);

/// [-0, +0, v] Appends the value at `index` as JSON; `name` starts the path of a refusal.
void rd_append_json(lua_State *state, RDBuffer *buffer, int index, const char *name, bool pretty);

#endif
