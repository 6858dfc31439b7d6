#ifndef FINLUA_CPRIVACY_H
#define FINLUA_CPRIVACY_H

#include <sys/types.h>

// What keeps this process's secrets to itself, where Swift cannot call the system.

/// Keeps the process's memory out of core dumps and crash reports, and out of reach of other processes of its user: no debugger attaches,
/// and /proc/PID/environ and /proc/PID/mem are root's. Returns 0 or errno.
int cprivacy_keep_memory(void);

/// The environment the process was started with: `NAME=value` texts, a null at the end. /proc/self/environ cannot be
/// opened any more once memory is kept.
char *const *cprivacy_environment(void);

/// Starts `sh -c command`: nothing on its stdin, a pipe on its stdout whose other end is `*output`, stderr as it is, no
/// other descriptor. `group`: in a process group of its own, so that all it starts can be ended with it. Returns its
/// process id, or the negative of errno.
pid_t cprivacy_start(const char *command, int group, int *output);

#endif
