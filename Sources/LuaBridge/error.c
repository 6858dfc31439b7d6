#include <stdio.h>
#include <string.h>

#include "lb_internal.h"

const char lb_key_error = 0, lb_key_memory_error = 0, lb_key_cancelled = 0;

/// [-0, +1, m] `where: message`, and the hint on a line of its own.
static void push_description(lua_State *L, int index) {
    index = lua_absindex(L, index);
    luaL_Buffer buffer;
    lua_pushliteral(L, "where");
    lua_rawget(L, index);
    lua_pushliteral(L, "message");
    lua_rawget(L, index);
    lua_pushliteral(L, "hint");
    lua_rawget(L, index);
    int where = lua_gettop(L) - 2;
    luaL_buffinit(L, &buffer);
    if (lua_type(L, where) == LUA_TSTRING) {
        luaL_addstring(&buffer, lua_tostring(L, where));
        luaL_addstring(&buffer, ": ");
    }
    luaL_addstring(&buffer, lua_type(L, where + 1) == LUA_TSTRING ? lua_tostring(L, where + 1) : "error");
    if (lua_type(L, where + 2) == LUA_TSTRING) {
        luaL_addstring(&buffer, "\nhint: ");
        luaL_addstring(&buffer, lua_tostring(L, where + 2));
    }
    luaL_pushresult(&buffer);
    lua_replace(L, where);
    lua_settop(L, where);
}

static int error_to_string(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    push_description(L, 1);
    return 1;
}

static int error_concatenate(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

void lb_push_error(lua_State *L) {
    lua_createtable(L, 0, 6);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_error);
    lua_setmetatable(L, -2);
}

void lb_push_memory_error(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error); }

void lb_push_cancelled(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_cancelled); }

static bool is_registered(lua_State *L, int index, const void *key) {
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    bool same = lua_rawequal(L, index, -1);
    lb_pop(L, 1);
    return same;
}

bool lb_is_error(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
    bool same = is_registered(L, -1, &lb_key_error);
    lb_pop(L, 1);
    return same;
}

bool lb_is_memory_error(lua_State *L, int index) { return is_registered(L, index, &lb_key_memory_error); }

bool lb_is_marker(lua_State *L, int index) { return is_registered(L, index, &lb_key_cancelled); }

void lb_complete_error(lua_State *L, int index, const char *call) {
    index = lua_absindex(L, index);
    if (!lb_is_error(L, index) || lb_is_marker(L, index) || lb_is_memory_error(L, index)) return;
    luaL_checkstack(L, 4, NULL);
    char where[512];
    lua_pushliteral(L, "where");
    if (lua_rawget(L, index) == LUA_TNIL && lb_find_where(L, where, sizeof where)) {
        lua_pushliteral(L, "where");
        lua_pushstring(L, where);
        lua_rawset(L, index);
    }
    lua_pushliteral(L, "call");
    if (lua_rawget(L, index) == LUA_TNIL && call && *call) {
        lua_pushliteral(L, "call");
        lua_pushstring(L, call);
        lua_rawset(L, index);
    }
    lb_pop(L, 2);
}

static void set_text(lua_State *L, const char *field, const char *text) {
    lua_pushstring(L, field);
    lua_pushstring(L, text);
    lua_rawset(L, -3);
}

void lb_open_errors(lua_State *L) {
    lua_createtable(L, 0, 4);
    lua_pushcfunction(L, error_to_string);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, error_concatenate);
    lua_setfield(L, -2, "__concat");
    set_text(L, "__name", "error");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_error);

    // Made now, because there is no memory for it when it is needed.
    lb_push_error(L);
    set_text(L, "code", "memory");
    set_text(L, "message", "not enough memory");
    set_text(L, "hint", "use rows as they come instead of collecting them, or raise the memory limit");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "retryable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);

    lb_push_error(L);
    set_text(L, "code", "cancelled");
    set_text(L, "message", "the task was cancelled");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "retryable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_cancelled);

    // lua_resume makes these two strings outside protection; interned strings need no memory.
    lua_pushliteral(L, "C stack overflow");
    luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushliteral(L, "cannot resume dead coroutine");
    luaL_ref(L, LUA_REGISTRYINDEX);
}

int lb_raise_unwinding(lua_State *L) {
    lb_push_cancelled(L);
    return lua_error(L);
}

void lb_pass_unwinding(lua_State *L, LBState *state, bool entered, bool failed) {
    if (lb_killed(state)) lb_die(L);
    if (!lb_unwinding(state)) return;
    // A call begun while unwinding is a <close> handler's own and may fail as usual.
    if (!entered || (failed && lb_is_marker(L, -1))) lb_raise_unwinding(L);
}
