#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lb_internal.h"

/// Ending a script that never waits. No hook is set until the end is asked for; then a signal, handled on the thread that
/// Lua holds, sets one on the coroutine that runs. A hook that yields cannot be caught; where it cannot yield it raises,
/// stays, and the host's pcall, xpcall and coroutine functions pass the end on.

LBStop lb_never_stopped;

/// The state whose VM runs. One is enough: a process has one thread that runs Lua.
static LBState *_Atomic entered_state;

LBState *lb_entered(void) { return atomic_load_explicit(&entered_state, memory_order_relaxed); }

static void hook(lua_State *L, lua_Debug *event) {
    (void)event;
    lb_die(L);
}

static void arm(lua_State *L) { lua_sethook(L, hook, LUA_MASKCOUNT, 1); }

/// The line of the script that called the C function which does not end. Called in the signal handler.
///
/// A hook was set at an earlier signal and has not run, so no Lua instruction was begun since: the thread is inside one C
/// function (or one instruction, such as a concatenation) that works for a long time, and the chain of calls under it does
/// not change. Reading it allocates nothing and raises nothing. A collection may shorten the lists beyond the last call,
/// which are not read; only while it moves the stack itself, for microseconds of the 100 ms between two signals, could
/// this see a stale function, and then all that is lost is the clean end of a process that is about to be left.
static void note_stuck(LBState *state, lua_State *L) {
    LBStop *stop = state->stop;
    lua_Debug frame;
    for (int level = 0; level < 16 && lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline <= 0 || strncmp(frame.source, "=[finlua", 8) == 0) continue;
        const char *name = *frame.source == '@' || *frame.source == '=' ? frame.source + 1 : frame.short_src;
        strncpy(stop->stuck_source, name, sizeof stop->stuck_source - 1);
        stop->stuck_task = state->task ? state->task->number : 0;
        atomic_store(&stop->stuck_line, frame.currentline);
        return;
    }
}

static void handle_signal(int number) {
    (void)number;
    LBState *state = lb_entered();
    if (!state || !lb_killed(state) || !state->running) return;
    if (state->is_signalled && !state->is_dying && atomic_load(&state->stop->stuck_line) == 0)
        note_stuck(state, state->running);
    state->is_signalled = true;
    arm(state->running);
}

// SIGURG is ignored where nobody handles it, and so one too many does no harm.
static void install_handler(void) {
    struct sigaction action = {.sa_handler = handle_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
}

LBStop *lb_stop_make(void) {
    LBStop *stop = calloc(1, sizeof(LBStop));
    if (stop) stop->free_places = (1u << LB_PLACES) - 1;
    return stop;
}

void lb_stop_free(LBStop *stop) { free(stop); }

void lb_stop_attach(LBState *state, LBStop *stop) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_handler);
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &mine, NULL);
    stop->thread = pthread_self();
    state->stop = stop;
}

void lb_stop_ask(LBStop *stop) {
    atomic_store(&stop->asked, true);
    if (atomic_load(&stop->entered)) pthread_kill(stop->thread, SIGURG);
}

bool lb_stop_was_asked(const LBStop *stop) { return atomic_load(&stop->asked); }

bool lb_stop_is_entered(const LBStop *stop) { return atomic_load(&stop->entered); }

bool lb_is_stopping(const LBState *state) { return lb_killed(state); }

const char *lb_killed_where(const LBState *state) { return state->killed_where; }

const char *lb_killed_traceback(const LBState *state, int64_t *task) {
    *task = state->killed_task;
    return state->killed_traceback;
}

int lb_stop_stuck(const LBStop *stop, const char **source, int64_t *task) {
    int line = atomic_load(&stop->stuck_line);
    *source = stop->stuck_source;
    *task = stop->stuck_task;
    return line;
}

int lb_die(lua_State *L) {
    LBState *state = lb_state(L);
    if (!state->is_dying) {
        state->is_dying = true;
        lb_traceback(state->task, L, state->killed_traceback, sizeof state->killed_traceback);
        state->killed_task = state->task ? state->task->number : 0;
    }
    if (!*state->killed_where) lb_find_where(L, state->killed_where, sizeof state->killed_where);
    if (lua_isyieldable(L)) return lua_yield(L, 0);
    arm(L);
    return lb_raise_unwinding(L);
}

void lb_switch(LBState *state, lua_State *L) {
    state->running = L;
    atomic_signal_fence(memory_order_seq_cst);  // the handler sees the coroutine, or this sees the end
    if (L && lb_killed(state)) arm(L);
}

LBEntry lb_enter(LBState *state, LBTask *task, lua_State *L) {
    LBEntry entry = {lb_entered(), state->running, state->task, state->depth};
    state->task = task;
    state->depth = 0;
    atomic_store_explicit(&entered_state, state, memory_order_relaxed);
    atomic_store(&state->stop->entered, true);
    lb_switch(state, L);
    return entry;
}

void lb_leave(LBState *state, LBEntry entry) {
    state->depth = entry.depth;
    state->task = entry.task;
    lb_switch(state, entry.running);
    atomic_store_explicit(&entered_state, entry.outer, memory_order_relaxed);
    if (entry.outer != state) atomic_store(&state->stop->entered, false);
}
