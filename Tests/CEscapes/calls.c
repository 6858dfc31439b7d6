#define _GNU_SOURCE
#include "CEscapes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef const struct escape_places *places;

static int outcome(long result)
{
    return result < 0 ? errno : 0;
}

/// A new process ends at once; the old one waits for it.
static int forked(long process)
{
    if (process == 0) {
        _exit(0);
    }
    if (process > 0) {
        waitpid((pid_t)process, NULL, 0);
    }
    return outcome(process);
}

static int opened_socket(int family, int type, int protocol)
{
    const int descriptor = socket(family, type, protocol);
    const int failure = outcome(descriptor);
    if (descriptor >= 0) {
        close(descriptor);
    }
    return failure;
}

static char *const nothing[] = {NULL};

// A program that is not there: where it is looked for at all, the answer is ENOENT.
static int execute(places p) { (void)p; return outcome(execve("/no/such/program", nothing, nothing)); }
static int execute_at(places p) { (void)p; return outcome(syscall(SYS_execveat, -1, "/no/such/program", nothing, nothing, 0)); }
static int fork_process(places p) { (void)p; return forked(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }
static int fork_library(places p) { (void)p; return forked(fork()); }
static int trace(places p) { (void)p; return outcome(ptrace(PTRACE_TRACEME, 0, 0, 0)); }
static int signal_parent(places p) { (void)p; return outcome(kill(getppid(), 0)); }
static int signal_group(places p) { (void)p; return outcome(kill(0, 0)); }
static int signal_thread(places p) { (void)p; return outcome(syscall(SYS_tgkill, getppid(), getppid(), 0)); }
static int packets(places p) { (void)p; return opened_socket(AF_PACKET, SOCK_RAW, 0); }
static int raw(places p) { (void)p; return opened_socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP); }
static int raw6(places p) { (void)p; return opened_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6); }
static int netfilter(places p) { (void)p; return opened_socket(AF_NETLINK, SOCK_RAW, 12); }
static int other_family(places p) { (void)p; return opened_socket(40, SOCK_STREAM, 0); }
static int change_mode(places p) { return outcome(chmod(p->outside_folder, 0700)); }
static int change_personality(places p) { (void)p; return outcome(personality(0xFFFFFFFF)); }
static int change_user(places p) { (void)p; return outcome(setuid(getuid())); }
static int mount_something(places p) { return outcome(mount("none", p->inside_folder, "tmpfs", 0, NULL)); }
static int change_root(places p) { (void)p; return outcome(chroot("/")); }
static int leave_names(places p) { (void)p; return outcome(unshare(CLONE_NEWUTS)); }
static int enter_names(places p) { (void)p; return outcome(setns(-1, 0)); }
static int uring(places p) { (void)p; return outcome(syscall(SYS_io_uring_setup, 1, NULL)); }
static int program_kernel(places p) { (void)p; return outcome(syscall(SYS_bpf, 0, NULL, 0)); }
static int keys(places p) { (void)p; return outcome(syscall(SYS_keyctl, 0, -3, 0, 0, 0)); }
static int measure(places p) { (void)p; return outcome(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)); }
static int handle_faults(places p) { (void)p; return outcome(syscall(SYS_userfaultfd, 0)); }
static int load_module(places p) { (void)p; return outcome(syscall(SYS_init_module, NULL, 0, "")); }
static int get_descriptor(places p) { (void)p; return outcome(syscall(SYS_pidfd_getfd, -1, 0, 0)); }
static int type_in_terminal(places p) { (void)p; return outcome(ioctl(-1, TIOCSTI, "x")); }

static int read_memory(places p)
{
    (void)p;
    char byte;
    const struct iovec here = {&byte, 1}, there = {&byte, 1};
    return outcome(process_vm_readv(getpid(), &here, 1, &there, 1, 0));
}

static int limit_parent(places p)
{
    (void)p;
    struct rlimit limit;
    return outcome(prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit));
}

static int serve(places p)
{
    (void)p;
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int failure = descriptor < 0 ? 0 : outcome(listen(descriptor, 1));
    close(descriptor);
    return failure;
}

int escape_connect(int port)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int failure = outcome(connect(descriptor, (const struct sockaddr *)&address, sizeof address));
    close(descriptor);
    return failure;
}

// Being traced comes last: a signal would stop the process from then on.
static const struct escape all[] = {
    {"run a program", execute, 1},
    {"run a program from a descriptor", execute_at, 1},
    {"begin a process", fork_process, 1},
    {"begin a process as glibc does", fork_library, 1},
    {"read a process's memory", read_memory, 1},
    {"signal the parent", signal_parent, 1},
    {"signal the group", signal_group, 1},
    {"signal a thread of the parent", signal_thread, 1},
    {"limit the parent", limit_parent, 1},
    {"change a mode", change_mode, 1},
    {"change the personality", change_personality, 1},
    {"change the user", change_user, 1},
    {"be a server", serve, 1},
    {"take a descriptor of a process", get_descriptor, 1},
    {"enter a name space", enter_names, 1},
    {"see packets", packets, 0},
    {"send raw packets", raw, 0},
    {"send raw packets of version 6", raw6, 0},
    {"talk to the packet filter", netfilter, 0},
    {"open a socket of another family", other_family, 0},
    {"type into the terminal", type_in_terminal, 1},
    {"mount a file system", mount_something, 0},
    {"change the root", change_root, 0},
    {"leave a name space", leave_names, 0},
    {"use io_uring", uring, 0},
    {"load a program into the kernel", program_kernel, 0},
    {"load a module into the kernel", load_module, 0},
    {"list the kernel's keys", keys, 0},
    {"measure the machine", measure, 0},
    {"handle faults of memory", handle_faults, 0},
    {"be traced", trace, 1},
};

const struct escape *escapes_by_calls(int *count)
{
    *count = sizeof all / sizeof *all;
    return all;
}
