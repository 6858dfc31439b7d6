#include "lb_internal.h"

/// coroutine.* of the host: a wait inside a script's own coroutine is relayed up to the task and its answer back down.

enum { RELAY_WRAPPED = 1, RELAY_ENTERED = 2 };

static lua_State *checked_coroutine(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "thread");
    return co;
}

/// [-0, +0, -] NULL: it can be resumed. A task's coroutine and one that waits for an answer belong to the scheduler.
static const char *refusal(lua_State *L, lua_State *co) {
    if (co == L) return "cannot resume non-suspended coroutine";
    lua_Debug frame;
    switch (lua_status(co)) {
        case LUA_YIELD: return *lb_thread_mark(co) == LB_THREAD_PLAIN ? NULL : "cannot resume non-suspended coroutine";
        case LUA_OK:
            if (lua_getstack(co, 0, &frame)) return "cannot resume non-suspended coroutine";
            if (lua_gettop(co) == 0) return "cannot resume dead coroutine";
            return *lb_thread_mark(co) == LB_THREAD_PLAIN ? NULL : "cannot resume non-suspended coroutine";
        default: return "cannot resume dead coroutine";
    }
}

/// [-0, +1, e] false and the message for resume, a raised error for wrap.
static int fail(lua_State *L, lua_KContext context) {
    if (context & RELAY_WRAPPED) return lua_error(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static bool asks_to_wait(lua_State *co, int count) {
    return count == 1 && lua_islightuserdata(co, -1) && lua_touserdata(co, -1) == &lb_key_marker;
}

/// [-0, +0, e] Closes `co`, whose <close> variables may be endless.
static int reset(lua_State *L, LBState *state, lua_State *co) {
    lb_switch(state, co);
    int status = lua_resetthread(co);
    lb_switch(state, L);
    if (lb_killed(state)) lb_die(L);
    return status;
}

/// The coroutine ended in an error: its <close> variables run now if nobody is left who could close it.
static int failed(lua_State *L, lua_State *co, int status, lua_KContext context) {
    LBState *state = lb_state(L);
    if ((context & RELAY_WRAPPED) || lb_unwinding(state)) status = reset(L, state, co);
    luaL_checkstack(L, 3, NULL);
    if (status == LUA_ERRMEM) {
        lb_pop(co, 1);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
    } else {
        lua_xmove(co, L, 1);
    }
    lb_pass_unwinding(L, state, context & RELAY_ENTERED, true);
    lb_complete_error(L, -1, NULL);  // a coroutine of host functions alone has no line of the script
    return fail(L, context);
}

static int relay(lua_State *L, lua_State *co, int arguments, lua_KContext context);

static int answered(lua_State *L, int status, lua_KContext context) {
    (void)status;
    int base = context & RELAY_WRAPPED ? 0 : 1;
    lua_State *co = lua_tothread(L, base ? 1 : lua_upvalueindex(1));
    int count = lua_gettop(L) - base;
    if (!lua_checkstack(co, count)) {
        lua_settop(L, base);
        lua_pushboolean(L, 0);
        lua_pushliteral(L, "too many results");
        count = 2;
    }
    lua_xmove(L, co, count);
    return relay(L, co, count, context);
}

/// [-n, +r, e] `arguments` values are on top of `co`.
static int relay(lua_State *L, lua_State *co, int arguments, lua_KContext context) {
    LBState *state = lb_state(L);
    for (;;) {
        int count = 0;
        *lb_thread_mark(co) = LB_THREAD_PLAIN;
        lb_switch(state, co);
        int status = lua_resume(co, L, arguments, &count);
        lb_switch(state, L);
        if (lb_killed(state)) return lb_die(L);  // `co` is left: its own end may have switched hooks off
        if (status != LUA_OK && status != LUA_YIELD) return failed(L, co, status, context);
        if (status == LUA_YIELD && asks_to_wait(co, count)) {
            lb_pop(co, count);
            *lb_thread_mark(co) = LB_THREAD_WAITING;
            if (lua_isyieldable(L)) {
                lua_settop(L, context & RELAY_WRAPPED ? 0 : 1);
                lua_pushlightuserdata(L, (void *)&lb_key_marker);
                return lua_yieldk(L, 1, context, answered);
            }
            state->callbacks.drop(state->owner);
            lb_push_place_error(L, NULL);
            lua_checkstack(co, 2);
            lua_pushboolean(co, 0);
            lua_xmove(L, co, 1);
            arguments = 2;
            continue;
        }
        if (status == LUA_OK) lb_pass_unwinding(L, state, context & RELAY_ENTERED, false);
        if (!lua_checkstack(L, count + 1)) {
            lb_pop(co, count);
            lua_pushliteral(L, "too many results to resume");
            return fail(L, context);
        }
        if (!(context & RELAY_WRAPPED)) lua_pushboolean(L, 1);
        lua_xmove(co, L, count);
        return context & RELAY_WRAPPED ? count : count + 1;
    }
}

static int start(lua_State *L, lua_State *co, int arguments, lua_KContext context) {
    const char *refused = refusal(L, co);
    if (!refused && !lua_checkstack(co, arguments)) refused = "too many arguments to resume";
    if (refused) {
        lua_pushstring(L, refused);
        if (context & RELAY_WRAPPED) {
            luaL_where(L, 1);
            lua_insert(L, -2);
            lua_concat(L, 2);
        }
        return fail(L, context);
    }
    if (lb_unwinding(lb_state(L))) context |= RELAY_ENTERED;
    lua_xmove(L, co, arguments);
    return relay(L, co, arguments, context);
}

static int resume(lua_State *L) {
    lua_State *co = checked_coroutine(L);
    return start(L, co, lua_gettop(L) - 1, 0);
}

static int resume_wrapped(lua_State *L) {
    return start(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L), RELAY_WRAPPED);
}

lua_State *lb_resumed(lua_State *L) {
    lua_Debug frame;
    if (!lua_getstack(L, 0, &frame)) return NULL;
    lua_getinfo(L, "f", &frame);
    lua_CFunction function = lua_tocfunction(L, -1);
    lua_State *co = NULL;
    // Of a C function the first local is its first argument.
    if (function == resume_wrapped && lua_getupvalue(L, -1, 1)) {
        co = lua_tothread(L, -1);
        lb_pop(L, 1);
    } else if (function == resume && lua_getlocal(L, &frame, 1)) {
        co = lua_tothread(L, -1);
        lb_pop(L, 1);
    }
    lb_pop(L, 1);
    return co;
}

static int create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

static int wrap(lua_State *L) {
    create(L);
    lua_pushcclosure(L, resume_wrapped, 1);
    return 1;
}

static int yield(lua_State *L) {
    if (*lb_thread_mark(L) == LB_THREAD_TASK) return luaL_error(L, "attempt to yield from outside a coroutine");
    return lua_yield(L, lua_gettop(L));
}

static const char *status_name(lua_State *L, lua_State *co) {
    if (L == co) return "running";
    const char *refused = refusal(L, co);
    if (!refused) return "suspended";
    lua_Debug frame;
    if (lua_status(co) == LUA_YIELD || (lua_status(co) == LUA_OK && lua_getstack(co, 0, &frame))) return "normal";
    return "dead";
}

static int status(lua_State *L) {
    lua_pushstring(L, status_name(L, checked_coroutine(L)));
    return 1;
}

static int running(lua_State *L) {
    lua_pushthread(L);
    lua_pushboolean(L, *lb_thread_mark(L) == LB_THREAD_TASK);
    return 2;
}

static int is_yieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : checked_coroutine(L);
    lua_pushboolean(L, *lb_thread_mark(co) != LB_THREAD_TASK && lua_isyieldable(co));
    return 1;
}

static int close_coroutine(lua_State *L) {
    lua_State *co = checked_coroutine(L);
    bool entered = lb_unwinding(lb_state(L));
    const char *name = status_name(L, co);
    if (*name == 'n' || *name == 'r' || *lb_thread_mark(co) == LB_THREAD_TASK)
        return luaL_error(L, "cannot close a %s coroutine", name);
    int status = reset(L, lb_state(L), co);
    if (status == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    if (status == LUA_ERRMEM)
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
    else
        lua_xmove(co, L, 1);
    lb_pass_unwinding(L, lb_state(L), entered, true);
    return 2;
}

int lb_open_coroutines(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"create", create},   {"resume", resume},           {"wrap", wrap},
        {"yield", yield},     {"status", status},           {"running", running},
        {"isyieldable", is_yieldable}, {"close", close_coroutine}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
