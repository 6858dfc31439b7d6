#ifndef FINLUA_CSIGNAL_H
#define FINLUA_CSIGNAL_H

/// Opens a descriptor that becomes readable by `csignal_wake`; returns -1 if none is left.
int csignal_wake_open(void);

/// Makes the descriptor readable; from any thread.
void csignal_wake(int wake_descriptor);

/// Makes the descriptor unreadable until the next `csignal_wake`.
void csignal_wake_clear(int wake_descriptor);

/// Counts deliveries of signal `number` and wakes `wake_descriptor` at each, and lets the calling thread receive it;
/// returns 0 or errno.
int csignal_watch(int number, int wake_descriptor);

/// Gives signal `number` back the disposition it had before `csignal_watch`; returns 0 or errno.
int csignal_unwatch(int number);

/// Makes signal `number` end the process with `status` at once when it, or another one so marked, was delivered before;
/// until `csignal_unwatch`.
void csignal_leave_at_second(int number, int status);

/// The first delivered signal that was marked by `csignal_leave_at_second`; 0 if there was none.
int csignal_first(void);

/// Has each delivery wake this descriptor too; -1 for none.
void csignal_observe(int wake_descriptor);

/// How often signal `number` arrived since the last call.
int csignal_take(int number);

/// Ignores SIGPIPE and SIGXFSZ for the process, unless something else than the default was already chosen.
void csignal_ignore_failed_writes(void);

#endif
