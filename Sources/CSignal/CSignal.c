#include "CSignal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { csignal_limit = 65 };

// Lock-free integers are the only shared state a signal handler may touch.
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "the handler needs lock-free integers");

static atomic_int csignal_counts[csignal_limit];
static atomic_int csignal_wake_descriptor = -1;
static atomic_int csignal_observer = -1;
static atomic_int csignal_statuses[csignal_limit];
static atomic_int csignal_first_number;
static struct sigaction csignal_previous[csignal_limit];
static int csignal_watched[csignal_limit];

int csignal_wake_open(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void csignal_wake(int wake_descriptor)
{
    const uint64_t one = 1;
    // It fails only when the counter is full, and then the descriptor is readable already.
    if (write(wake_descriptor, &one, sizeof one) < 0) {
    }
}

void csignal_wake_clear(int wake_descriptor)
{
    uint64_t count;
    if (read(wake_descriptor, &count, sizeof count) < 0) {
    }
}

static void csignal_handle(int number)
{
    const int saved = errno;
    const int status = atomic_load(&csignal_statuses[number]);
    int none = 0;
    // Here and not on the loop, whose thread a script may hold.
    if (status && !atomic_compare_exchange_strong(&csignal_first_number, &none, number)) {
        _exit(status);
    }
    atomic_fetch_add(&csignal_counts[number], 1);
    csignal_wake(atomic_load(&csignal_wake_descriptor));
    const int observer = atomic_load(&csignal_observer);
    if (observer >= 0) {
        csignal_wake(observer);
    }
    errno = saved;
}

int csignal_watch(int number, int wake_descriptor)
{
    if (number <= 0 || number >= csignal_limit) {
        return EINVAL;
    }
    atomic_store(&csignal_wake_descriptor, wake_descriptor);
    if (csignal_watched[number]) {
        return 0;
    }
    struct sigaction action = {.sa_handler = csignal_handle, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    if (sigaction(number, &action, &csignal_previous[number]) != 0) {
        return errno;
    }
    csignal_watched[number] = 1;
    // Whoever started the process may have left the signal blocked.
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, number);
    return pthread_sigmask(SIG_UNBLOCK, &watched, NULL);
}

int csignal_unwatch(int number)
{
    if (number <= 0 || number >= csignal_limit || !csignal_watched[number]) {
        return EINVAL;
    }
    csignal_watched[number] = 0;
    const int result = sigaction(number, &csignal_previous[number], NULL) == 0 ? 0 : errno;
    atomic_store(&csignal_counts[number], 0);
    atomic_store(&csignal_statuses[number], 0);
    atomic_store(&csignal_first_number, 0);
    return result;
}

void csignal_leave_at_second(int number, int status)
{
    if (number > 0 && number < csignal_limit) {
        atomic_store(&csignal_statuses[number], status);
    }
}

int csignal_first(void)
{
    return atomic_load(&csignal_first_number);
}

void csignal_observe(int wake_descriptor)
{
    atomic_store(&csignal_observer, wake_descriptor);
}

int csignal_take(int number)
{
    return number > 0 && number < csignal_limit ? atomic_exchange(&csignal_counts[number], 0) : 0;
}

void csignal_ignore_failed_writes(void)
{
    // A write that fails says so: a pipe that nobody reads, a file that may not grow.
    static const int numbers[] = {SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction current;
        if (sigaction(numbers[i], NULL, &current) == 0 && current.sa_handler == SIG_DFL) {
            signal(numbers[i], SIG_IGN);
        }
    }
}
