#include "lb_internal.h"

/// Read-only views. What a script shares with its modules and with the host's own Lua, it sees through a view: an empty
/// table that reads from the table behind it and refuses to be written, which Lua has no flag for.

static const char view_key = 0;  // in the metatable of each view

/// Upvalue 1: the view's name.
static int refuse_write(lua_State *L) {
    return luaL_error(L, "%s.%s cannot be set: %s is read-only; keep what is yours in a table of your own",
                      lua_tostring(L, lua_upvalueindex(1)), luaL_tolstring(L, 2, NULL),
                      lua_tostring(L, lua_upvalueindex(1)));
}

/// Upvalue 1: the table behind the view, which a script must not get hold of.
static int next_field(lua_State *L) {
    lua_settop(L, 2);
    return lua_next(L, lua_upvalueindex(1)) ? 2 : 0;
}

static int all_fields(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, next_field, 1);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int length(lua_State *L) {
    lua_pushinteger(L, luaL_len(L, lua_upvalueindex(1)));
    return 1;
}

static void set_closure(lua_State *L, const char *field, lua_CFunction function, int upvalue) {
    lua_pushvalue(L, upvalue);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, field);
}

void lb_push_view(lua_State *L, const char *name) {
    luaL_checkstack(L, 6, NULL);
    lua_pushstring(L, name);
    lua_newtable(L);
    lua_createtable(L, 0, 8);
    int table = lua_gettop(L) - 3, shown = table + 1;
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &view_key);
    lua_pushvalue(L, table);
    lua_setfield(L, -2, "__index");
    set_closure(L, "__newindex", refuse_write, shown);
    set_closure(L, "__pairs", all_fields, table);
    set_closure(L, "__len", length, table);
    if (luaL_getmetafield(L, table, "__call") != LUA_TNIL) lua_setfield(L, -2, "__call");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, table);
    lua_settop(L, table);
}

static bool is_view(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    bool found = lua_rawgetp(L, -1, &view_key) != LUA_TNIL;
    lb_pop(L, 2);
    return found;
}

int lb_rawset(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    if (is_view(L, 1)) return luaL_error(L, "rawset cannot change a read-only table");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

int lb_view(lua_State *L) {
    const char *name = luaL_checkstring(L, 2);  // the caller's local keeps it alive
    lua_settop(L, 1);
    if (lua_istable(L, 1)) lb_push_view(L, name);
    return 1;
}
