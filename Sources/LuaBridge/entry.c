#include <string.h>

#include "lb_internal.h"

/// Keys beside the task's address under which an error's story is kept until lb_task_end.
static const void *where_key(LBTask *task) { return (const char *)task; }
static const void *traceback_key(LBTask *task) { return (const char *)task + 1; }

/// Runs where an uncaught error is raised, while the frames are still there.
static int message_handler(lua_State *L) {
    LBState *state = lb_state(L);
    if (!state->task || lb_killed(state) || lb_unwinding(state)) return 1;
    lua_settop(L, 1);
    char where[512];
    if (lb_find_where(L, where, sizeof where)) {
        lua_pushstring(L, where);
        lua_rawsetp(L, LUA_REGISTRYINDEX, where_key(state->task));
    }
    luaL_traceback(L, L, NULL, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, traceback_key(state->task));
    lb_complete_error(L, 1, NULL);
    return 1;
}

/// A task's function ended: `true, results…` or `false, error`, so that <close> variables were already run.
static int ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    bool failed = status != LUA_OK && status != LUA_YIELD;
    if (status == LUA_ERRMEM) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
        lua_replace(L, -2);
    }
    lua_pushboolean(L, !failed);
    lua_replace(L, 1);  // where the message handler was
    return lua_gettop(L);
}

static int task_main(lua_State *L) {
    lua_pushcfunction(L, message_handler);
    lua_insert(L, 1);
    return ended(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, ended), 0);
}

void lb_task_begin(LBState *state, LBTask *task) {
    lua_State *main = state->main;
    task->thread = lua_newthread(main);
    task->reference = luaL_ref(main, LUA_REGISTRYINDEX);
    task->unwinding = LB_UNWIND_NO;
    lb_board_enter(state->stop, task);
    *lb_thread_mark(task->thread) = LB_THREAD_TASK;
    lua_pushcfunction(task->thread, task_main);
}

LBOutcome lb_resume(LBTask *task, int arguments) {
    lua_State *L = task->thread;
    LBState *state = lb_state(L);
    if (lb_killed(state)) return (LBOutcome){LB_KILLED, 0};
    lb_board_runs(state->stop, task);
    LBEntry entry = lb_enter(state, task, L);
    int count = 0;
    int status = lua_resume(L, NULL, arguments, &count);
    lb_leave(state, entry);
    if (lb_killed(state)) return (LBOutcome){LB_KILLED, 0};  // a coroutine that a hook made yield cannot be resumed
    if (status == LUA_YIELD) {
        lb_pop(L, count);
        lb_board_waits(state->stop, task, state->waiting_call);
        return (LBOutcome){LB_WAITS, 0};
    }
    if (status == LUA_OK) {
        bool finished = lua_toboolean(L, -count);
        return (LBOutcome){finished ? LB_FINISHED : LB_FAILED, finished ? count - 1 : 1};
    }
    if (status == LUA_ERRMEM) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
        lua_replace(L, -2);
    }
    return (LBOutcome){LB_FAILED, 1};
}

void lb_task_end(LBTask *task) {
    if (!task->thread) return;
    lua_State *L = task->thread;
    LBState *state = lb_state(L);
    if (!lb_killed(state)) {
        LBEntry entry = lb_enter(state, task, L);
        lua_resetthread(L);
        lb_leave(state, entry);
        lb_board_joins(state->stop, task);
    }
    lua_State *main = state->main;
    lua_pushnil(main);
    lua_rawsetp(main, LUA_REGISTRYINDEX, where_key(task));
    lua_pushnil(main);
    lua_rawsetp(main, LUA_REGISTRYINDEX, traceback_key(task));
    luaL_unref(main, LUA_REGISTRYINDEX, task->reference);
    task->thread = NULL;
}

void lb_push_where(LBTask *task, lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, where_key(task)); }

void lb_push_traceback(LBTask *task, lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, traceback_key(task)); }

int lb_load(lua_State *L, const char *bytes, size_t count, const char *chunk_name, bool is_host) {
    static const char mark[] = "\xEF\xBB\xBF";
    if (count >= 3 && memcmp(bytes, mark, 3) == 0) bytes += 3, count -= 3;
    if (count > 0 && *bytes == '#') {  // the newline stays, so that lines keep their numbers
        const char *end = memchr(bytes, '\n', count);
        count = end ? count - (size_t)(end - bytes) : 0;
        bytes = end ? end : bytes;
    }
    LBState *state = lb_state(L);
    LBEntry entry = lb_enter(state, state->task, L);
    int status = luaL_loadbufferx(L, bytes, count, chunk_name, "t");
    lb_leave(state, entry);
    if (status == LUA_ERRMEM) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
        lua_replace(L, -2);
    }
    if (status == LUA_OK && is_host) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_host_globals);
        lua_setupvalue(L, -2, 1);
    }
    return status;
}

static int to_string(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    return 1;
}

void lb_to_string(lua_State *L) {
    LBState *state = lb_state(L);
    const char *type = luaL_typename(L, -1);
    if (lb_killed(state) && lua_type(L, -1) != LUA_TSTRING) {
        lb_pop(L, 1);
        lua_pushfstring(L, "(error object is a %s value)", type);
        return;
    }
    lua_pushcfunction(L, to_string);
    lua_insert(L, -2);
    LBEntry entry = lb_enter(state, state->task, L);
    int status = lua_pcall(L, 1, 1, 0);
    lb_leave(state, entry);
    if (status == LUA_OK && lua_type(L, -1) == LUA_TSTRING) return;
    lb_pop(L, 1);
    lua_pushfstring(L, "(error object is a %s value)", type);
}

int lb_next(lua_State *L, int table) { return lua_next(L, table); }

int lb_call(lua_State *L, int arguments, int results) {
    LBState *state = lb_state(L);
    LBEntry entry = lb_enter(state, state->task, L);
    int status = lua_pcall(L, arguments, results, 0);
    lb_leave(state, entry);
    return status;
}
