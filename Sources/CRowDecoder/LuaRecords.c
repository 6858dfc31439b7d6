#include "LuaSupport.h"

static void append(lua_State *state, RDBuffer *buffer, const char *text, size_t count) {
    rd_check_memory(state, rd_buffer_append(buffer, text, count));
}

// [-1, +0, v] Appends the value on top as a cell; `column` names it in a refusal.
static void append_cell(lua_State *state, RDBuffer *buffer, const char *column, bool guarded) {
    const int type = lua_type(state, -1);
    const bool is_object = type == LUA_TTABLE || type == LUA_TUSERDATA;
    rd_text text = {NULL, 0};
    if (type == LUA_TNUMBER) {
        if (!rd_append_number(state, buffer, -1)) luaL_error(state, "column %s: the number is NaN or infinite", column);
    } else if (type == LUA_TSTRING) {
        text.text = lua_tolstring(state, -1, &text.count);
        rd_check_memory(state, rd_buffer_csv_text(buffer, text, guarded));
    } else if (type == LUA_TBOOLEAN) {
        append(state, buffer, lua_toboolean(state, -1) ? "true" : "false", lua_toboolean(state, -1) ? 4 : 5);
    } else if (is_object && luaL_getmetafield(state, -1, "__tostring") != LUA_TNIL) {
        lua_pop(state, 1);
        text.text = luaL_tolstring(state, -1, &text.count);
        rd_check_memory(state, rd_buffer_csv_text(buffer, text, guarded));
        lua_pop(state, 1);
    } else if (type != LUA_TNIL && !rd_is_null(state, -1)) {
        luaL_error(state, "column %s is a %s; a text, number or boolean expected", column, lua_typename(state, type));
    }
    lua_pop(state, 1);
}

int rd_lua_csv_record(lua_State *state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    lua_settop(state, 4);
    const bool guarded = lua_toboolean(state, 3);
    size_t line_end_count = 0;
    const char *line_end = luaL_optlstring(state, 4, "\r\n", &line_end_count);
    const bool named = lua_istable(state, 2);
    lua_Integer count = (lua_Integer)lua_rawlen(state, named ? 2 : 1);
    if (!named && !lua_isnil(state, 2)) count = luaL_checkinteger(state, 2);
    RDBuffer *buffer = rd_new_buffer(state);
    for (lua_Integer index = 1; index <= count; ++index) {
        if (index > 1) append(state, buffer, ",", 1);
        if (named) {
            if (lua_rawgeti(state, 2, index) != LUA_TSTRING) return luaL_error(state, "column %I has no name", index);
            const char *column = lua_tostring(state, -1);
            lua_pushvalue(state, -1);
            lua_rawget(state, 1);
            append_cell(state, buffer, column, guarded);
        } else {
            const char *column = lua_pushfstring(state, "%I", index);
            lua_rawgeti(state, 1, index);
            append_cell(state, buffer, column, guarded);
        }
        lua_pop(state, 1);
    }
    append(state, buffer, line_end, line_end_count);
    return rd_push_buffer(state, buffer);
}

int rd_lua_ndjson_record(lua_State *state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    luaL_checktype(state, 2, LUA_TTABLE);
    lua_settop(state, 3);
    const int names = lua_istable(state, 3) ? 3 : 2;
    RDBuffer *buffer = rd_new_buffer(state);
    const lua_Integer count = (lua_Integer)lua_rawlen(state, 2);
    append(state, buffer, "{", 1);
    for (lua_Integer index = 1; index <= count; ++index) {
        if (index > 1) append(state, buffer, ",", 1);
        if (lua_rawgeti(state, names, index) != LUA_TSTRING) return luaL_error(state, "column %I has no name", index);
        rd_append_json(state, buffer, -1, "a column's name", false);
        append(state, buffer, ":", 1);
        lua_pop(state, 1);
        if (lua_rawgeti(state, 2, index) != LUA_TSTRING) return luaL_error(state, "column %I has no name", index);
        const char *column = lua_tostring(state, -1);
        lua_pushvalue(state, -1);
        lua_rawget(state, 1);
        rd_append_json(state, buffer, -1, column, false);
        lua_pop(state, 2);
    }
    append(state, buffer, "}\n", 2);
    return rd_push_buffer(state, buffer);
}
