#include <string.h>
#include <time.h>

#include "lb_internal.h"

/// What the first tasks that are open do, to be read from any thread. Only so many have a place, so that a million tasks
/// cost nothing; one that ends makes room.

/// A clock of some milliseconds' precision, whose reading costs next to nothing: every wait reads it.
static int64_t rough_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void set(LBPlace *place, int activity) {
    atomic_store_explicit(&place->activity, activity, memory_order_relaxed);
}

void lb_board_enter(LBStop *stop, LBTask *task) {
    if (stop->free_places == 0) return;
    int index = __builtin_ctz(stop->free_places);
    stop->free_places &= stop->free_places - 1;
    LBPlace *place = &stop->places[index];
    place->task = task;
    task->place = index;
    set(place, LB_RUNS);
    atomic_store_explicit(&place->number, task->number, memory_order_release);
}

void lb_board_runs(LBStop *stop, LBTask *task) {
    if (task->place >= 0) set(&stop->places[task->place], LB_RUNS);
}

/// Word by word, so that another thread may read it at any moment; what it reads always ends in a zero.
static void set_call(LBPlace *place, const char *call) {
    uint64_t words[LB_CALL_WORDS] = {0};
    size_t length = strnlen(call, sizeof words - 1);
    memcpy(words, call, length);
    memcpy(place->last_call, words, sizeof words);
    for (int i = 0; i < LB_CALL_WORDS; i++) atomic_store_explicit(&place->call[i], words[i], memory_order_relaxed);
}

void lb_board_waits(LBStop *stop, LBTask *task, const char *call) {
    if (task->place < 0) return;
    LBPlace *place = &stop->places[task->place];
    // Most waits of a task are in the call that it waited in before.
    if (strcmp(place->last_call, call) != 0) set_call(place, call);
    atomic_store_explicit(&place->since, rough_clock(), memory_order_relaxed);
    set(place, LB_WAITS_FOR_CALL);
}

void lb_board_joins(LBStop *stop, LBTask *task) {
    if (task->place < 0) return;
    LBPlace *place = &stop->places[task->place];
    atomic_store_explicit(&place->since, rough_clock(), memory_order_relaxed);
    set(place, LB_JOINS);
}

void lb_task_leave(LBState *state, LBTask *task) {
    if (task->place < 0) return;
    LBStop *stop = state->stop;
    atomic_store_explicit(&stop->places[task->place].number, 0, memory_order_relaxed);
    stop->places[task->place].task = NULL;
    stop->free_places |= 1u << task->place;
    task->place = -1;
}

bool lb_stop_standing(const LBStop *stop, int index, LBStanding *standing) {
    const LBPlace *place = &stop->places[index];
    standing->number = atomic_load_explicit(&place->number, memory_order_acquire);
    if (standing->number == 0) return false;
    standing->activity = atomic_load_explicit(&place->activity, memory_order_relaxed);
    int64_t since = atomic_load_explicit(&place->since, memory_order_relaxed);
    standing->milliseconds = standing->activity == LB_RUNS ? 0 : rough_clock() - since;
    uint64_t words[LB_CALL_WORDS];
    for (int i = 0; i < LB_CALL_WORDS; i++) words[i] = atomic_load_explicit(&place->call[i], memory_order_relaxed);
    memcpy(standing->call, words, sizeof words);
    return true;
}

LBTask *lb_stop_task(const LBStop *stop, int index) { return stop->places[index].task; }
