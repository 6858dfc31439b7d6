#include <stdio.h>
#include <stdlib.h>

#include "lb_internal.h"

LBState *lb_state(lua_State *L) {
    void *state;
    lua_getallocf(L, &state);
    return state;
}

lua_State *lb_main(LBState *state) { return state->main; }

int64_t lb_now(const LBState *state) { return state->callbacks.now(state->owner); }

static int panic(lua_State *L) {
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "error outside a protected call";
    fprintf(stderr, "finlua: internal error in Lua: %s\n", text);
    return 0;  // Lua aborts
}

LBState *lb_open(size_t limit, LBCallbacks callbacks, void *owner) {
    LBState *state = calloc(1, sizeof *state);
    if (!state) return NULL;
    state->limit = limit;
    state->callbacks = callbacks;
    state->owner = owner;
    state->depth = 1;  // the host is running
    state->stop = &lb_never_stopped;
    state->warn_at = SIZE_MAX;
    state->waiting_call = "";
    lua_State *L = lua_newstate(lb_allocate, state);
    if (!L) {
        free(state);
        return NULL;
    }
    state->main = L;
    *lb_thread_mark(L) = LB_THREAD_PLAIN;
    lua_atpanic(L, panic);
    lb_open_errors(L);
    lb_open_objects(L);
    lb_open_sandbox(L);
    lua_settop(L, 0);
    return state;
}

void lb_close(LBState *state) {
    lb_flush(state);
    lua_close(state->main);
    free(state);
}
