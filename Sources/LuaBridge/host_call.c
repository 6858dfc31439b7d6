#include <string.h>

#include "lb_internal.h"

const char lb_key_object = 0, lb_key_marker = 0;

typedef struct {
    void *object;  // retained by Swift; released when Lua collects the userdata
    LBHostBody body;
} HostFunction;

static int release_object(lua_State *L) {
    void **object = lua_touserdata(L, 1);
    LBState *state = lb_state(L);
    if (!*object) return 0;
    state->depth++;
    state->callbacks.release(*object);
    state->depth--;
    *object = NULL;
    return 0;
}

void lb_open_objects(lua_State *L) {
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, release_object);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "host object");
    lua_setfield(L, -2, "__name");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_key_object);
}

static void *push_userdata(lua_State *L, size_t size, void *object) {
    void **memory = lua_newuserdatauv(L, size, 0);
    *memory = object;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_object);
    lua_setmetatable(L, -2);
    return memory;
}

void lb_push_object(lua_State *L, void *object) { push_userdata(L, sizeof(void *), object); }

void *lb_to_object(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) != sizeof(void *)) return NULL;
    if (!lua_getmetatable(L, index)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_object);
    bool same = lua_rawequal(L, -1, -2);
    lb_pop(L, 2);
    return same ? *(void **)lua_touserdata(L, index) : NULL;
}

/// The answer to a wait: `true, values…` or `false, error`. Upvalue 2 is the name of the call.
static int answered(lua_State *L, int status, lua_KContext context) {
    (void)status, (void)context;
    LBState *state = lb_state(L);
    if (state->used > state->limit) lb_settle(L, state);
    if (lua_toboolean(L, 1)) return lua_gettop(L) - 1;
    lua_settop(L, 2);
    if (!lb_unwinding(state)) lb_complete_error(L, 2, lua_tostring(L, lua_upvalueindex(2)));
    return lua_error(L);
}

static int wait_for_answer(lua_State *L, LBState *state) {
    if (!lua_isyieldable(L)) {
        state->callbacks.drop(state->owner);
        lb_push_place_error(L, lua_tostring(L, lua_upvalueindex(2)));
        return lua_error(L);
    }
    lua_settop(L, 0);
    // A name that a closure on the stack keeps, until lb_resume has read it.
    state->waiting_call = lua_tostring(L, lua_upvalueindex(2));
    lua_pushlightuserdata(L, (void *)&lb_key_marker);
    return lua_yieldk(L, 1, 0, answered);
}

/// Every host function. Swift is gone when this raises or yields.
static int call_host(lua_State *L) {
    HostFunction *function = lua_touserdata(L, lua_upvalueindex(1));
    LBState *state = lb_state(L);
    if (lb_killed(state)) return lb_die(L);
    state->depth++;
    LBAnswer answer = function->body(function->object, L, lua_gettop(L));
    state->depth--;
    if (state->used > state->limit && lb_is_over(L, state)) {
        if (answer.kind == LB_WAIT) state->callbacks.drop(state->owner);
        if (answer.kind != LB_EXIT) lb_settle(L, state);
    }
    switch (answer.kind) {
        case LB_RETURN: return answer.count;
        case LB_WAIT: return wait_for_answer(L, state);
        case LB_EXIT:
            if (state->task) state->task->unwinding = LB_UNWIND_EXIT;
            return lb_raise_unwinding(L);
        default:
            lb_complete_error(L, -1, lua_tostring(L, lua_upvalueindex(2)));
            return lua_error(L);
    }
}

void lb_push_host_function(lua_State *L, void *object, LBHostBody body, const char *call, size_t call_length) {
    HostFunction *function = push_userdata(L, sizeof *function, object);
    function->body = body;
    lua_pushlstring(L, call, call_length);
    lua_pushcclosure(L, call_host, 2);
}
