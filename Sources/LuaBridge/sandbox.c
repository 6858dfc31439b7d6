#include "lb_internal.h"

const char lb_key_host_globals = 0;

/// The allow-list: what is not named here a script does not have.

static int set_metatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "__gc is not available; use a <close> variable");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/// Only what a script may know of the collector: kilobytes in use.
static int collect_garbage(lua_State *L) {
    static const char *const options[] = {"count", NULL};
    luaL_checkoption(L, 1, "collect", options);
    lua_pushnumber(L, (lua_Number)lb_state(L)->used / 1024);
    return 1;
}

static int undeclared_read(lua_State *L) {
    return luaL_error(L, "undeclared global '%s' (is it misspelled, or missing 'local' where it is first set?)",
                      luaL_tolstring(L, 2, NULL));
}

static int undeclared_write(lua_State *L) {
    return luaL_error(L, "undeclared global '%s' cannot be set; declare it with 'local'", luaL_tolstring(L, 2, NULL));
}

static void remove_field(lua_State *L, const char *field) {
    lua_pushnil(L);
    lua_setfield(L, -2, field);
}

static void open_base(lua_State *L) {
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    remove_field(L, "dofile");
    remove_field(L, "loadfile");
    lua_pushcfunction(L, set_metatable);
    lua_setfield(L, -2, "setmetatable");
    lua_pushcfunction(L, collect_garbage);
    lua_setfield(L, -2, "collectgarbage");
    lb_open_protected(L);
}

static void open_library(lua_State *L, const char *name, lua_CFunction open) {
    luaL_requiref(L, name, open, 1);
    if (open == luaopen_string) remove_field(L, "dump");
    lua_pushfstring(L, "%s.", name);
    lua_insert(L, -2);
    lb_name_functions(L, lua_tostring(L, -2));
    lb_pop(L, 1);
}

/// [-0, +0, m] `debug` is traceback alone.
static void open_debug(lua_State *L) {
    lua_pushcfunction(L, luaopen_debug);
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 1);
    lua_getfield(L, -2, "traceback");
    lua_setfield(L, -2, "traceback");
    lua_setglobal(L, LUA_DBLIBNAME);
    lb_pop(L, 1);
}

static void protect_strings(lua_State *L) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lb_pop(L, 2);
}

/// [-0, +0, m] of the globals on top
static void refuse_undeclared(lua_State *L) {
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, undeclared_read);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, undeclared_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

/// getmetatable of the host's own Lua, which sees protected metatables too.
static int metatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) lua_pushnil(L);
    return 1;
}

/// [-0, +0, m] The host's own Lua has globals of its own, with the libraries themselves: whatever a script does to its
/// globals before it requires a module, the module is not misled.
static void divide_globals(lua_State *L) {
    static const luaL_Reg host_only[] = {{"getmetatable", metatable}, {"view", lb_view}, {NULL, NULL}};
    lua_pushglobaltable(L);
    int globals = lua_gettop(L);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, globals); lua_pop(L, 1)) {
        if (lua_rawequal(L, -1, globals)) continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, globals + 1);
        if (lua_type(L, -1) != LUA_TTABLE) continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lb_push_view(L, lua_tostring(L, -2));
        lua_rawset(L, globals);  // lua_next allows that a field is changed
    }
    luaL_setfuncs(L, host_only, 0);
    refuse_undeclared(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_host_globals);
    lua_pushcfunction(L, lb_rawset);
    lua_setfield(L, globals, "rawset");
    refuse_undeclared(L);
    lb_pop(L, 1);
}

static void set_field(lua_State *L, int table, const char *name, int value) {
    lua_pushstring(L, name);
    lua_pushvalue(L, value);
    lua_rawset(L, table);
}

void lb_set_global(lua_State *L, const char *name) {
    int value = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_host_globals);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    set_field(L, value + 1, name, value);
    set_field(L, value + 2, name, value);
    lua_settop(L, value - 1);
}

void lb_set_library_field(lua_State *L, const char *library, const char *name) {
    int value = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_host_globals);
    lua_pushstring(L, library);
    lua_rawget(L, value + 1);
    set_field(L, value + 2, name, value);
    lua_settop(L, value - 1);
}

void lb_open_sandbox(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_names);
    open_base(L);
    lb_open_output(L);
    lua_createtable(L, 0, 4);  // the base functions that call back without a continuation
    static const char *const callers[] = {"load", "tostring", "print", "ipairs", NULL};
    for (const char *const *name = callers; *name; name++) {
        lua_getfield(L, -2, *name);
        lua_setfield(L, -2, *name);
    }
    lb_name_functions(L, "");
    lb_pop(L, 1);
    open_library(L, LUA_STRLIBNAME, luaopen_string);
    open_library(L, LUA_TABLIBNAME, luaopen_table);
    open_library(L, LUA_MATHLIBNAME, luaopen_math);
    open_library(L, LUA_UTF8LIBNAME, luaopen_utf8);
    luaL_requiref(L, LUA_COLIBNAME, lb_open_coroutines, 1);
    lua_pushnil(L);  // only close calls back without a continuation
    lua_createtable(L, 0, 1);
    lua_getfield(L, -3, "close");
    lua_setfield(L, -2, "close");
    lb_name_functions(L, "coroutine.");
    lb_pop(L, 2);
    open_debug(L);
    protect_strings(L);
    divide_globals(L);
}
