#include "LuaSupport.h"

#include <math.h>
#include <string.h>

static int collect_buffer(lua_State *state) {
    RDBuffer **box = lua_touserdata(state, 1);
    if (*box) rd_buffer_free(*box);
    *box = NULL;
    return 0;
}

RDBuffer *rd_new_buffer(lua_State *state) {
    RDBuffer **box = lua_newuserdatauv(state, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(state, "finlua.buffer")) {
        lua_pushstring(state, "__gc");
        lua_pushcfunction(state, collect_buffer);
        lua_rawset(state, -3);
    }
    lua_setmetatable(state, -2);
    *box = rd_buffer_create_in(state);
    rd_check_memory(state, *box != NULL);
    return *box;
}

int rd_push_buffer(lua_State *state, RDBuffer *buffer) {
    lua_pushlstring(state, rd_buffer_bytes(buffer), rd_buffer_count(buffer));
    rd_buffer_release(buffer);
    return 1;
}

void rd_check_memory(lua_State *state, bool written) {
    if (!written) luaL_error(state, "not enough memory");
}

// [-0, +0, -] The text of the number at `index`; 0 if it is not finite.
static size_t number_text(lua_State *state, int index, char text[RD_NUMBER_TEXT]) {
    if (lua_isinteger(state, index)) {
        return (size_t)lua_integer2str(text, RD_NUMBER_TEXT, lua_tointeger(state, index));
    }
    const double number = lua_tonumber(state, index);
    return isfinite(number) ? rd_number_text(number, text) : 0;
}

bool rd_append_number(lua_State *state, RDBuffer *buffer, int index) {
    char text[RD_NUMBER_TEXT];
    const size_t count = number_text(state, index, text);
    if (count == 0) return false;
    rd_check_memory(state, rd_buffer_append(buffer, text, count));
    return true;
}

static int lua_number_text(lua_State *state) {
    luaL_checktype(state, 1, LUA_TNUMBER);
    char text[RD_NUMBER_TEXT];
    const size_t count = number_text(state, 1, text);
    luaL_argcheck(state, count > 0, 1, "a finite number expected");
    lua_pushlstring(state, text, count);
    return 1;
}

static int lua_exact_sum(lua_State *state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    rd_sum sum;
    rd_sum_begin(&sum);
    const lua_Unsigned count = lua_rawlen(state, 1);
    for (lua_Unsigned index = 1; index <= count; ++index) {
        const int type = lua_rawgeti(state, 1, (lua_Integer)index);
        if (type != LUA_TNUMBER) {
            const char *found = lua_typename(state, type);
            return luaL_error(state, "element %I is a %s; a number expected", (lua_Integer)index, found);
        }
        if (lua_isinteger(state, -1)) {
            rd_sum_add_integer(&sum, lua_tointeger(state, -1));
        } else {
            const double number = lua_tonumber(state, -1);
            if (!isfinite(number)) return luaL_error(state, "element %I is not finite", (lua_Integer)index);
            rd_sum_add(&sum, number);
        }
        lua_pop(state, 1);
    }
    const double result = rd_sum_result(&sum);
    if (!isfinite(result)) return luaL_error(state, "the sum is too large for a number");
    lua_pushnumber(state, result);
    return 1;
}

const luaL_Reg rd_lua_functions[] = {
    {"number_text", lua_number_text},
    {"json_encode", rd_lua_json_encode},
    {"json_decode", rd_lua_json_decode},
    {"json_array", rd_lua_json_array},
    {"csv_record", rd_lua_csv_record},
    {"ndjson_record", rd_lua_ndjson_record},
    {"exact_sum", lua_exact_sum},
    {"csv_fault", rd_lua_csv_fault},
    {"csv_parser", rd_lua_csv_parser},
    {"csv_columns", rd_lua_csv_columns},
    {"csv_place", rd_lua_csv_place},
    {"csv_next", rd_lua_csv_next},
    {"groups", rd_lua_groups},
    {"groups_rows", rd_lua_groups_rows},
    {"groups_row", rd_lua_groups_row},
    {"groups_list", rd_lua_groups_list},
    {NULL, NULL},
};

lua_CFunction rd_lua_function(const char *name) {
    const luaL_Reg *entry = rd_lua_functions;
    while (entry->name && strcmp(entry->name, name) != 0) ++entry;
    return entry->func;
}
