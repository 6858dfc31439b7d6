#include <string.h>

#include "lb_internal.h"

void lb_flush(LBState *state) {
    if (state->output_count == 0) return;
    size_t count = state->output_count;
    state->output_count = 0;
    state->depth++;
    state->callbacks.write(state->owner, state->output, count);
    state->depth--;
}

static void write_bytes(LBState *state, const char *bytes, size_t count) {
    while (count > 0) {
        size_t room = LB_OUTPUT_CAPACITY - state->output_count;
        size_t part = count < room ? count : room;
        memcpy(state->output + state->output_count, bytes, part);
        state->output_count += part;
        bytes += part;
        count -= part;
        if (state->output_count == LB_OUTPUT_CAPACITY) lb_flush(state);
    }
}

static int print(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checkstack(L, count + 1, "too many values to print");
    for (int i = 1; i <= count; i++) luaL_tolstring(L, i, NULL);  // all first: a failing __tostring prints nothing
    LBState *state = lb_state(L);
    for (int i = 1; i <= count; i++) {
        size_t length;
        const char *text = lua_tolstring(L, count + i, &length);
        if (i > 1) write_bytes(state, "\t", 1);
        write_bytes(state, text, length);
    }
    write_bytes(state, "\n", 1);
    return 0;
}

/// Lua's warning callback: pieces of one warning arrive one by one; `@on` and `@off` are for the stock handler.
static void warning(void *ud, const char *message, int continues) {
    LBState *state = ud;
    if (state->warning_count == 0 && !continues && *message == '@') return;
    size_t length = strlen(message), room = sizeof state->warning - state->warning_count;
    if (length > room) length = room;
    memcpy(state->warning + state->warning_count, message, length);
    state->warning_count += length;
    if (continues) return;
    size_t count = state->warning_count;
    state->warning_count = 0;
    state->depth++;
    state->callbacks.warn(state->owner, state->warning, count);
    state->depth--;
}

static void push_now(lua_State *L) {
    LBState *state = lb_state(L);
    lua_pushinteger(L, (lua_Integer)state->callbacks.now(state->owner));
}

/// os.time(): the loop's clock; with a table, the stock function (upvalue 1).
static int time_now(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        push_now(L);
        return 1;
    }
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

/// os.date([format [, time]]): the stock function, whose missing time is the loop's.
static int date_now(lua_State *L) {
    lua_settop(L, 2);
    if (lua_isnil(L, 1)) {
        lua_pushliteral(L, "%c");
        lua_replace(L, 1);
    }
    if (lua_isnil(L, 2)) {
        push_now(L);
        lua_replace(L, 2);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

/// [-0, +0, m] `os` with the four functions that only read a clock.
static void open_os(lua_State *L) {
    lua_pushcfunction(L, luaopen_os);
    lua_pushliteral(L, LUA_OSLIBNAME);
    lua_call(L, 1, 1);
    int stock = lua_gettop(L);
    lua_createtable(L, 0, 4);
    lua_getfield(L, stock, "clock");
    lua_setfield(L, -2, "clock");
    lua_getfield(L, stock, "difftime");
    lua_setfield(L, -2, "difftime");
    lua_getfield(L, stock, "time");
    lua_pushcclosure(L, time_now, 1);
    lua_setfield(L, -2, "time");
    lua_getfield(L, stock, "date");
    lua_pushcclosure(L, date_now, 1);
    lua_setfield(L, -2, "date");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);  // where errors look for a function's name
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, LUA_OSLIBNAME);
    lb_pop(L, 1);
    lua_setglobal(L, LUA_OSLIBNAME);
    lb_pop(L, 1);
}

void lb_open_output(lua_State *L) {
    lua_pushcfunction(L, print);
    lua_setglobal(L, "print");
    lua_setwarnf(L, warning, lb_state(L));
    open_os(L);
}
