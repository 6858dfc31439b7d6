#include "LuaSupport.h"

static const char null_value;
static const char array_mark[] = "finlua.json.array";
static const char json_box[] = "finlua.json.text";

void rd_push_null(lua_State *state) { lua_pushlightuserdata(state, (void *)&null_value); }

bool rd_is_null(lua_State *state, int index) {
    return lua_islightuserdata(state, index) && lua_touserdata(state, index) == (const void *)&null_value;
}

void rd_push_array_mark(lua_State *state) {
    if (!luaL_newmetatable(state, array_mark)) return;
    lua_pushstring(state, "__metatable");  // all arrays share it
    lua_pushboolean(state, 0);
    lua_rawset(state, -3);
}

int rd_lua_json_array(lua_State *state) {
    if (lua_isnoneornil(state, 1)) {
        lua_settop(state, 0);
        lua_newtable(state);
    }
    luaL_checktype(state, 1, LUA_TTABLE);
    lua_settop(state, 1);
    rd_push_array_mark(state);
    lua_setmetatable(state, 1);
    return 1;
}

// [-0, +1, m] Pushes the value at `node` and gives the node after it. Depth is bounded by the parser.
static const rd_json_node *push_node(lua_State *state, const rd_json_node *node) {
    const rd_json_node value = *node++;
    luaL_checkstack(state, 6, "the JSON is nested too deeply");
    switch (value.kind) {
    case RD_JSON_NULL: rd_push_null(state); break;
    case RD_JSON_FALSE:
    case RD_JSON_TRUE: lua_pushboolean(state, value.kind == RD_JSON_TRUE); break;
    case RD_JSON_INTEGER: lua_pushinteger(state, value.as.integer); break;
    case RD_JSON_NUMBER: lua_pushnumber(state, value.as.number); break;
    case RD_JSON_STRING: lua_pushlstring(state, value.as.text, value.count); break;
    case RD_JSON_ARRAY:
        lua_createtable(state, value.count < 1 << 20 ? (int)value.count : 0, 0);
        for (size_t index = 0; index < value.count; ++index) {
            node = push_node(state, node);
            lua_rawseti(state, -2, (lua_Integer)index + 1);
        }
        rd_push_array_mark(state);
        lua_setmetatable(state, -2);
        break;
    case RD_JSON_OBJECT:
        lua_createtable(state, 0, value.count < 1 << 20 ? (int)value.count : 0);
        for (size_t index = 0; index < value.count; ++index) {
            lua_pushlstring(state, node->as.text, node->count);
            node = push_node(state, node + 1);
            // Of members with one name the first counts.
            lua_pushvalue(state, -2);
            const bool is_new = lua_rawget(state, -4) == LUA_TNIL;
            lua_pop(state, 1);
            if (is_new) {
                lua_rawset(state, -3);
            } else {
                lua_pop(state, 2);
            }
        }
        break;
    }
    return node;
}

void rd_push_json(lua_State *state, const rd_json *value) { push_node(state, rd_json_nodes(value)); }

static int collect_json(lua_State *state) {
    rd_json **box = lua_touserdata(state, 1);
    if (*box) rd_json_free(*box);
    *box = NULL;
    return 0;
}

int rd_lua_json_decode(lua_State *state) {
    luaL_checktype(state, 1, LUA_TSTRING);
    size_t count = 0;
    const char *text = lua_tolstring(state, 1, &count);
    // The parsed value is in a box before anything can raise.
    rd_json **box = lua_newuserdatauv(state, sizeof(rd_json *), 0);
    *box = NULL;
    if (luaL_newmetatable(state, json_box)) {
        lua_pushstring(state, "__gc");
        lua_pushcfunction(state, collect_json);
        lua_rawset(state, -3);
    }
    lua_setmetatable(state, -2);
    rd_json_error error;
    *box = rd_json_parse(text, count, count, &error);
    if (!*box && error.offset >= 0) {
        const lua_Integer offset = (lua_Integer)error.offset;
        return luaL_error(state, "the text is no JSON: %s at byte %I", error.message, offset);
    }
    if (!*box) return luaL_error(state, "the text is no JSON: %s", error.message);
    rd_push_json(state, *box);
    rd_json_free(*box);
    *box = NULL;
    return 1;
}
