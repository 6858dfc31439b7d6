#include <stdio.h>
#include <stdlib.h>

#include "lb_internal.h"

/// Where the script was, because Lua's own error does not say it. The calls are only read, and the top of the stack, which
/// an instruction may have left anywhere, is not touched.
static void note_refusal(LBState *state) {
    if (!state->running) return;
    lb_find_where(state->running, state->refused_where, sizeof state->refused_where);
    lb_running_traceback(state->running, state->refused_traceback, sizeof state->refused_traceback);
}

const char *lb_refused_where(const LBState *state) { return state->refused_where; }

const char *lb_refused_traceback(const LBState *state) { return state->refused_traceback; }

/// The limit holds while the VM runs and pauses while host code is live, because a failed allocation is a jump.
static bool refuses(LBState *state, size_t old_size, size_t new_size) {
    if (state->depth > 0 || new_size <= old_size) return false;
    if (state->fail_retry) {  // Lua asks again after an emergency collection
        state->fail_retry = false;
        return true;
    }
    state->allocations++;
    if (state->fail_at && (state->allocations == state->fail_at ||
                           (state->fail_forever && state->allocations > state->fail_at))) {
        state->fail_retry = true;
        return true;
    }
    if (state->used - old_size + new_size <= state->limit) return false;
    note_refusal(state);
    return true;
}

static void note_peak(LBState *state) {
    state->peak = state->used;
    if (state->used < state->warn_at) return;
    state->warn_at = SIZE_MAX;
    state->depth++;
    state->callbacks.nearly_full(state->owner);
    state->depth--;
}

void *lb_allocate(void *ud, void *block, size_t old_size, size_t new_size) {
    LBState *state = ud;
    if (!block) old_size = 0;  // then it is a type tag
    if (new_size == 0) {
        free(block);
        state->used -= old_size;
        return NULL;
    }
    if (refuses(state, old_size, new_size)) return NULL;
    void *moved = realloc(block, new_size);
    if (!moved) {
        if (new_size <= old_size) return block;
        if (state->depth == 0) return NULL;
        fputs("finlua: the machine is out of memory\n", stderr);
        abort();  // host code is live, so nothing can be unwound
    }
    state->used += new_size - old_size;
    if (state->used > state->peak) note_peak(state);
    return moved;
}

LBMemory lb_memory(const LBState *state) { return (LBMemory){state->used, state->limit, state->peak}; }

void lb_charge(LBState *state, ptrdiff_t bytes) {
    state->used += (size_t)bytes;
    if (bytes > 0 && state->used > state->peak) note_peak(state);
}

void lb_warn_at(LBState *state, size_t bytes) { state->warn_at = bytes; }

void lb_collect(lua_State *L) { lua_gc(L, LUA_GCCOLLECT); }

void lb_grace_begin(lua_State *L) { lb_state(L)->depth++; }

void lb_grace_end(lua_State *L) { lb_state(L)->depth--; }

bool lb_is_over(lua_State *L, LBState *state) {
    if (state->used <= state->limit) return false;
    lua_gc(L, LUA_GCCOLLECT);
    return state->used > state->limit;
}

void lb_settle(lua_State *L, LBState *state) {
    if (!lb_is_over(L, state)) return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_memory_error);
    lua_error(L);
}

uint64_t lb_fail_allocation(LBState *state, uint64_t number, bool forever) {
    uint64_t made = state->allocations;
    state->allocations = 0;
    state->fail_at = number;
    state->fail_forever = forever;
    state->fail_retry = false;
    return made;
}
