#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

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

static void handle_signal(int number) {
    (void)number;
    LBState *state = lb_entered();
    if (state && lb_killed(state) && state->running) arm(state->running);
}

// SIGURG is ignored where nobody handles it, and so one too many does no harm.
static void install_handler(void) {
    struct sigaction action = {.sa_handler = handle_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
}

LBStop *lb_stop_make(void) { return calloc(1, sizeof(LBStop)); }

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

const char *lb_killed_where(const LBState *state) { return state->killed_where; }

int lb_die(lua_State *L) {
    LBState *state = lb_state(L);
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
