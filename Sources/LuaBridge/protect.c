#include <string.h>

#include "lb_internal.h"

/// pcall, xpcall and load that cannot swallow a task's unwinding.

enum { CONTEXT_ENTERED = 1, CONTEXT_SKIP = 1 };

static int finished(lua_State *L, int status, lua_KContext context) {
    bool failed = status != LUA_OK && status != LUA_YIELD;
    lb_pass_unwinding(L, lb_state(L), context & CONTEXT_ENTERED, failed);
    if (!failed) return lua_gettop(L) - (int)(context >> CONTEXT_SKIP);
    lua_pushboolean(L, 0);
    if (status == LUA_ERRMEM)
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
    else
        lua_pushvalue(L, -2);
    return 2;
}

static lua_KContext context_now(lua_State *L, int skip) {
    return (lua_KContext)(skip << CONTEXT_SKIP) | (lb_unwinding(lb_state(L)) ? CONTEXT_ENTERED : 0);
}

static int protected_call(lua_State *L) {
    luaL_checkany(L, 1);
    lua_KContext context = context_now(L, 0);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return finished(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, context, finished), context);
}

int lb_handler(lua_State *L) {
    LBState *state = lb_state(L);
    // In the hook's own error no hook runs, and the handler could go on for ever.
    if (lb_killed(state) || (lb_unwinding(state) && lb_is_marker(L, 1))) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    // Protected, so that an error in the handler is the result and not Lua's "error in error handling".
    if (lua_pcall(L, 1, 1, 0) == LUA_ERRMEM) lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
    return 1;
}

static int protected_call_with_handler(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_KContext context = context_now(L, 2);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, lb_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    return finished(L, lua_pcallk(L, count - 2, LUA_MULTRET, 2, context, finished), context);
}

/// Where the piece a reader returned stays alive while the parser uses it.
enum { READER_SLOT = 5 };

static const char *read_piece(lua_State *L, void *data, size_t *size) {
    (void)data;
    luaL_checkstack(L, 2, "too many nested functions");
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
        lb_pop(L, 1);
        *size = 0;
        return NULL;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
    lua_replace(L, READER_SLOT);
    return lua_tolstring(L, READER_SLOT, size);
}

static int load(lua_State *L) {
    bool entered = lb_unwinding(lb_state(L));
    size_t count;
    const char *text = lua_tolstring(L, 1, &count);
    const char *mode = luaL_optstring(L, 3, "bt");
    bool has_environment = !lua_isnone(L, 4);
    int status;
    if (!strchr(mode, 't')) mode = "";  // Lua then says which kind of chunk was refused
    if (text) {
        status = luaL_loadbufferx(L, text, count, luaL_optstring(L, 2, text), *mode ? "t" : "");
    } else {
        const char *name = luaL_optstring(L, 2, "=(load)");
        luaL_checktype(L, 1, LUA_TFUNCTION);
        lua_settop(L, READER_SLOT);
        status = lua_load(L, read_piece, NULL, name, *mode ? "t" : "");
        lb_pass_unwinding(L, lb_state(L), entered, status != LUA_OK);
    }
    if (status != LUA_OK) {
        lua_pushnil(L);
        if (status == LUA_ERRMEM)
            lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
        else
            lua_pushvalue(L, -2);
        return 2;
    }
    if (has_environment) {
        lua_pushvalue(L, 4);
        if (!lua_setupvalue(L, -2, 1)) lb_pop(L, 1);
    }
    return 1;
}

/// The table on top gets the three functions.
void lb_open_protected(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pcall", protected_call}, {"xpcall", protected_call_with_handler}, {"load", load}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
