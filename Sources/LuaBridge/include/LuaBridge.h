/// The only door between Swift and Lua. Lua raises and yields by longjmp, and a jump must never cross a Swift frame:
/// a host function answers with a plain struct and C raises or yields after it returned (host_call.c), Swift enters
/// the VM only through the protected calls of entry.c, and no allocation fails while host code is live (memory.c).
///
/// `[-o, +p, x]` after a function: it pops o values, pushes p, and x says whether it may raise
/// (`-` never, `m` out of memory, `e` any error). Swift calls only functions marked `-`, or `m` while it is the host.
#ifndef FINLUA_LUABRIDGE_H
#define FINLUA_LUABRIDGE_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const int LB_REGISTRY = LUA_REGISTRYINDEX;
static const int LB_NO_REFERENCE = LUA_NOREF;

/// "Lua 5.4.4": the release of the headers.
static inline const char *lb_lua_release(void) {
    return LUA_RELEASE;
}

/// What a host function asks C to do once no Swift frame is alive.
enum { LB_RETURN = 0, LB_RAISE = 1, LB_WAIT = 2, LB_EXIT = 3 };
typedef struct {
    int kind;   // one of the above
    int count;  // LB_RETURN: how many values on top of the stack are the results
} LBAnswer;

/// The Swift half of a host function: never throws, never jumps. LB_RAISE: the error value is on top of the stack.
/// LB_WAIT: the owner keeps the operation until the task's lb_resume returns LB_WAITS or `drop` is called.
typedef LBAnswer (*LBHostBody)(void *object, lua_State *L, int arguments);

/// How the bridge calls its owner. None of these may raise or enter Lua.
typedef struct {
    void (*write)(void *owner, const char *bytes, size_t count);  // print
    void (*warn)(void *owner, const char *bytes, size_t count);   // one whole warning
    int64_t (*now)(void *owner);                                  // seconds since 1970, for os.time and os.date
    void (*drop)(void *owner);                                    // the operation just asked for will not be waited for
    void (*release)(void *object);                                // a retained Swift object is no longer referenced
    void (*nearly_full)(void *owner);                             // the warning level of the memory was reached; once
} LBCallbacks;

/// Why a task is being unwound. Once set, the host's pcall, xpcall and coroutine functions pass the unwinding on.
enum { LB_UNWIND_NO = 0, LB_UNWIND_CANCELLED = 1, LB_UNWIND_EXIT = 2 };

/// One task's coroutine. Owned by Swift; `thread` is anchored in the registry until lb_task_end.
typedef struct {
    lua_State *thread;
    int reference;
    int unwinding;
    int place;       // where it stands among the tasks that are told of; -1: nowhere
    int64_t number;  // what it is called
} LBTask;

typedef struct LBState LBState;
typedef struct LBStop LBStop;

// state.c
LBState *lb_open(size_t limit, LBCallbacks callbacks, void *owner);  // NULL: no memory
void lb_close(LBState *state);
lua_State *lb_main(LBState *state);
int64_t lb_now(const LBState *state);              // seconds since 1970, by the host's clock
LBState *lb_state(lua_State *L);                   // [-0, +0, -]
void lb_flush(LBState *state);                     // hands buffered print bytes to `write`

// kill.c: ends a script for good, whatever it does, as long as it is Lua that runs. Once asked nothing of it runs again,
// <close> variables neither.
LBStop *lb_stop_make(void);                        // NULL: no memory
void lb_stop_free(LBStop *stop);                   // after lb_close
void lb_stop_attach(LBState *state, LBStop *stop); // on the thread that will run Lua
void lb_stop_ask(LBStop *stop);                    // any thread; again while it is entered, as one signal may come too early
bool lb_stop_was_asked(const LBStop *stop);        // any thread
bool lb_stop_is_entered(const LBStop *stop);       // any thread: Lua, or host code it called, holds its thread
bool lb_is_stopping(const LBState *state);         // for C that works for long: whether its script is to end
const char *lb_killed_where(const LBState *state); // "script.lua:12", or empty
const char *lb_killed_traceback(const LBState *state, int64_t *task);  // what ran then, and the number of its task
/// Any thread: the line from which a C function was called that does not end ("script.lua", 12), and the task's number.
/// 0: unknown.
int lb_stop_stuck(const LBStop *stop, const char **source, int64_t *task);

// board.c: what the first tasks that are open do
enum { LB_PLACES = 20, LB_CALL_SIZE = 40 };
enum { LB_RUNS = 0, LB_WAITS_FOR_CALL = 1, LB_JOINS = 2 };  // LB_JOINS: its function ended, its children did not
typedef struct {
    int64_t number;        // the task's
    int activity;
    int64_t milliseconds;  // for how long it has waited
    char call[LB_CALL_SIZE];
} LBStanding;
bool lb_stop_standing(const LBStop *stop, int index, LBStanding *standing);  // any thread; false: nobody there
LBTask *lb_stop_task(const LBStop *stop, int index);      // NULL: nobody there
void lb_task_leave(LBState *state, LBTask *task);         // it is over

// traceback.c: innermost frame first, a line each
enum { LB_TRACEBACK_SIZE = 2048 };
void lb_task_traceback(LBTask *task, char *text, size_t capacity);  // [-0, +0, -] of a task that does not run

// memory.c: bytes
typedef struct {
    size_t used, limit, peak;
} LBMemory;
LBMemory lb_memory(const LBState *state);
void lb_warn_at(LBState *state, size_t bytes);     // `nearly_full` is called when so many are in use
const char *lb_refused_where(const LBState *state);      // "script.lua:12", where memory was last refused, or empty
const char *lb_refused_traceback(const LBState *state);
void lb_collect(lua_State *L);                     // [-0, +0, -] a full collection
void lb_charge(LBState *state, ptrdiff_t bytes);   // host buffers count too; never fails
void lb_grace_begin(lua_State *L);                 // [-0, +0, -] until the matching end no allocation fails
void lb_grace_end(lua_State *L);                   // [-0, +0, -]
/// Tests: the allocation number `number` (1 is the next the VM makes) fails together with the retry that follows Lua's
/// emergency collection, and with `forever` all after it too. 0 stops it. Returns how many the VM made since the last call.
uint64_t lb_fail_allocation(LBState *state, uint64_t number, bool forever);

// host_call.c
void lb_push_host_function(lua_State *L, void *object, LBHostBody body, const char *call, size_t call_length);  // [-0, +1, m] takes over the +1 on `object`
void lb_push_object(lua_State *L, void *object);          // [-0, +1, m] takes over the +1 on `object`
void *lb_to_object(lua_State *L, int index);              // [-0, +0, -] NULL: not an object

// error.c
void lb_push_error(lua_State *L);                         // [-0, +1, m] an empty error table with the error metatable
void lb_push_cancelled(lua_State *L);                     // [-0, +1, -] the value a cancelled wait raises
void lb_push_memory_error(lua_State *L);                  // [-0, +1, -] the value raised where memory is out
bool lb_is_error(lua_State *L, int index);                // [-0, +0, -]
bool lb_is_memory_error(lua_State *L, int index);         // [-0, +0, -]
void lb_complete_error(lua_State *L, int index, const char *call);  // [-0, +0, m] fills `where` and `call` if absent

// entry.c: the VM runs only under these
enum { LB_FINISHED = 0, LB_FAILED = 1, LB_WAITS = 2, LB_KILLED = 3 };
typedef struct {
    int kind;
    int count;  // LB_FINISHED: results on top of the task's stack
} LBOutcome;
void lb_task_begin(LBState *state, LBTask *task);         // [-0, +0, m] then push the function and its arguments on task->thread
LBOutcome lb_resume(LBTask *task, int arguments);         // [-n, +k, -] first the arguments, later `true, values…` or `false, error`
void lb_task_end(LBTask *task);                           // [-0, +0, -] closes what is still open
/// `where` ("script.lua:12") and the traceback of the error that ended the task; each pushes a string or nil.
void lb_push_where(LBTask *task, lua_State *L);           // [-0, +1, -]
void lb_push_traceback(LBTask *task, lua_State *L);       // [-0, +1, -]
/// Pushes the compiled text chunk, or the message. Returns a Lua status. A first line that starts with # is skipped.
/// The host's own Lua is given the host's globals.
int lb_load(lua_State *L, const char *bytes, size_t count, const char *chunk_name, bool is_host);  // [-0, +1, -]
void lb_set_global(lua_State *L, const char *name);       // [-1, +0, m] in the script's globals and the host's
void lb_set_library_field(lua_State *L, const char *library, const char *name);  // [-1, +0, m] read through the view
/// Replaces the value on top by its tostring; a failing __tostring is described instead.
void lb_to_string(lua_State *L);                          // [-1, +1, m]
/// lua_next that cannot raise: the key must come from this table. Returns 0 at the end.
int lb_next(lua_State *L, int table);                     // [-1, +(2|0), -]

/// A protected call outside any task, for what cannot wait. Returns a Lua status; an error value replaces the results.
int lb_call(lua_State *L, int arguments, int results);    // [-(n+1), +k, -]

static inline void lb_pop(lua_State *L, int count) { lua_settop(L, -count - 1); }  // [-n, +0, -]

#endif
