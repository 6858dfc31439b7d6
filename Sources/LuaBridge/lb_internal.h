/// What the C files of the bridge share.
#ifndef FINLUA_LB_INTERNAL_H
#define FINLUA_LB_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "LuaBridge.h"

/// Bytes. Large enough that a write is worth its system call.
enum { LB_OUTPUT_CAPACITY = 16384 };

enum { LB_CALL_WORDS = LB_CALL_SIZE / 8 };

/// A task that is told of.
typedef struct {
    _Atomic int64_t number;  // 0: nobody stands here
    _Atomic int64_t since;   // milliseconds of the rough clock
    _Atomic uint64_t call[LB_CALL_WORDS];
    atomic_int activity;
    LBTask *task;            // on Lua's thread, as the next
    char last_call[LB_CALL_SIZE];
} LBPlace;

/// What may be looked at from any thread.
struct LBStop {
    atomic_bool asked;    // the script is to end
    atomic_bool entered;  // the VM, or host code it called, holds the thread
    pthread_t thread;
    LBPlace places[LB_PLACES];
    uint32_t free_places;  // a bit each; on Lua's thread
    // Written by the signal handler before `stuck_line`.
    char stuck_source[128];
    int64_t stuck_task;
    atomic_int stuck_line;
};

struct LBState {
    lua_State *main;
    size_t used, limit, peak;  // bytes
    int depth;                 // 0 while the VM runs; the limit is enforced only then
    LBTask *task;              // the task whose lb_resume is on the C stack
    lua_State *volatile running;  // the coroutine that runs, for the signal handler
    LBStop *stop;
    char killed_where[256];    // the line the script was ended at
    char killed_traceback[LB_TRACEBACK_SIZE];
    int64_t killed_task;
    char refused_where[256];   // where memory was last refused
    char refused_traceback[LB_TRACEBACK_SIZE];
    volatile bool is_signalled, is_dying;  // the signal came; the hook, or what passes the end on, has run
    const char *waiting_call;  // what the running coroutine asked to wait for, until lb_resume returns
    size_t warn_at;            // bytes; SIZE_MAX once it was said
    LBCallbacks callbacks;
    void *owner;
    uint64_t allocations, fail_at;
    bool fail_forever, fail_retry;
    size_t output_count;
    char output[LB_OUTPUT_CAPACITY];
    size_t warning_count;
    char warning[1024];
};

/// Registry keys: the addresses count.
extern const char lb_key_error, lb_key_memory_error, lb_key_cancelled, lb_key_object, lb_key_names, lb_key_marker,
    lb_key_host_globals;

/// The extra space of each coroutine says what it is to coroutine.*.
enum { LB_THREAD_PLAIN = 0, LB_THREAD_WAITING = 1, LB_THREAD_TASK = 2 };
static inline uintptr_t *lb_thread_mark(lua_State *L) { return (uintptr_t *)lua_getextraspace(L); }

void *lb_allocate(void *ud, void *block, size_t old_size, size_t new_size);
void lb_settle(lua_State *L, LBState *state);  // [-0, +0, e] collects and raises if host code crossed the limit
bool lb_is_over(lua_State *L, LBState *state); // [-0, +0, -] after a collection

// board.c
void lb_board_enter(LBStop *stop, LBTask *task);
void lb_board_runs(LBStop *stop, LBTask *task);
void lb_board_waits(LBStop *stop, LBTask *task, const char *call);
void lb_board_joins(LBStop *stop, LBTask *task);

// traceback.c
void lb_traceback(LBTask *task, lua_State *L, char *text, size_t capacity);  // [-0, +0, -] of `L` where there is no task
void lb_running_traceback(lua_State *L, char *text, size_t capacity);        // [-0, +0, -] leaves the stack as it is
lua_State *lb_resumed(lua_State *L);           // [-0, +0, -] the coroutine that `L` has resumed; NULL: none

// kill.c
extern LBStop lb_never_stopped;
static inline bool lb_killed(const LBState *state) {
    return atomic_load_explicit(&state->stop->asked, memory_order_relaxed);
}
typedef struct {
    LBState *outer;
    lua_State *running;
    LBTask *task;
    int depth;
} LBEntry;
/// Around everything that runs the VM for the host, on coroutine `L`.
LBEntry lb_enter(LBState *state, LBTask *task, lua_State *L);
void lb_leave(LBState *state, LBEntry entry);
void lb_switch(LBState *state, lua_State *L);  // [-0, +0, -] `L` is now the coroutine that runs
LBState *lb_entered(void);
int lb_die(lua_State *L);                      // [-0, +0, e] the script is to end: yields for good, or raises

bool lb_is_marker(lua_State *L, int index);
int lb_raise_unwinding(lua_State *L);                          // [-0, +0, e]
void lb_pass_unwinding(lua_State *L, LBState *state, bool entered, bool failed);  // [-0, +0, e] raises if it must go on
static inline bool lb_unwinding(const LBState *state) { return state->task && state->task->unwinding; }

void lb_push_place_error(lua_State *L, const char *call);      // [-0, +1, m] "… cannot be called from …"
bool lb_find_where(lua_State *L, char *text, size_t capacity); // [-0, +0, -]
int lb_handler(lua_State *L);                                  // the host's wrapper around an xpcall handler

// readonly.c
void lb_push_view(lua_State *L, const char *name);  // [-1, +1, m] the table on top is replaced by a read-only view of it
int lb_view(lua_State *L);                          // view(value, name), for the host's own Lua: what is no table stays as it is
int lb_rawset(lua_State *L);                        // rawset that refuses views

void lb_open_errors(lua_State *L);
void lb_open_sandbox(lua_State *L);
void lb_open_protected(lua_State *L);   // pcall, xpcall, load into the table on top
int lb_open_coroutines(lua_State *L);   // pushes the coroutine table
void lb_open_output(lua_State *L);      // print, warn, os into the globals
void lb_open_objects(lua_State *L);
void lb_name_functions(lua_State *L, const char *library);  // of the table on top
#endif
