#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/// System calls that finlua never makes once it runs a script. A name that the architecture does not have is passed over.
static const char *const dropped[] = {
    // other programs and processes (clone is looked at below)
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
    "process_mrelease", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kcmp", "tkill",
    // the file system's shape, other roots and name spaces
    "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "pivot_root", "chroot", "setns", "unshare", "name_to_handle_at", "open_by_handle_at", "fanotify_init", "mknod",
    "mknodat", "swapon", "swapoff", "quotactl", "quotactl_fd", "acct",
    // modes and owners by path, which Landlock does not look at
    "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat", "setxattr", "lsetxattr", "removexattr",
    "lremovexattr",
    // the kernel itself
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "bpf", "perf_event_open",
    "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key", "request_key", "keyctl",
    "reboot", "syslog", "iopl", "ioperm", "modify_ldt", "vm86", "vm86old", "lookup_dcookie", "vhangup",
    // who the process is, and the machine's names and clocks
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset",
    "personality", "sethostname", "setdomainname", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "stime",
    // to be a server
    "listen",
};

/// An argument of a call against a value; with SCMP_CMP_MASKED_EQ, `value` is the mask and `masked` what it leaves.
static struct scmp_arg_cmp compared(unsigned argument, enum scmp_compare how, scmp_datum_t value, scmp_datum_t masked)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = how, .datum_a = value, .datum_b = masked};
}

/// Puts one rule into the filter: `call` fails with `error` where the comparisons hold. Sets `*failure` if it cannot.
static void refuse(
    scmp_filter_ctx filter, const char *call, int error, unsigned count, const struct scmp_arg_cmp *comparisons,
    int *failure)
{
    const int number = seccomp_syscall_resolve_name(call);
    if (number < 0 || *failure) {
        return;
    }
    *failure = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)error), number, count, comparisons);
}

static void refuse_always(scmp_filter_ctx filter, const char *call, int error, int *failure)
{
    refuse(filter, call, error, 0, NULL, failure);
}

/// New threads, no new processes.
static void refuse_processes(scmp_filter_ctx filter, int *failure)
{
    // Its flags lie in memory, where no filter sees them; told that there is no such call, glibc uses clone.
    refuse_always(filter, "clone3", ENOSYS, failure);
    const struct scmp_arg_cmp no_thread[] = {compared(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)};
    refuse(filter, "clone", EPERM, 1, no_thread, failure);
}

/// Signals and limits of this process alone.
static void refuse_others(scmp_filter_ctx filter, int *failure)
{
    const struct scmp_arg_cmp another[] = {compared(0, SCMP_CMP_NE, (scmp_datum_t)getpid(), 0)};
    static const char *const calls[] = {"kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        refuse(filter, calls[i], EPERM, 1, another, failure);
    }
    // 0 is the process itself.
    const struct scmp_arg_cmp named[] = {compared(0, SCMP_CMP_NE, 0, 0)};
    refuse(filter, "prlimit64", EPERM, 1, named, failure);
}

/// Sockets of the Internet, of this machine's services (names are looked up by some) and of routes, which glibc asks
/// before it looks up a name; none that sees raw packets.
static void refuse_sockets(scmp_filter_ctx filter, int *failure)
{
    for (int family = 0; family <= AF_NETLINK; family++) {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) {
            continue;
        }
        const struct scmp_arg_cmp this_family[] = {compared(0, SCMP_CMP_EQ, (scmp_datum_t)family, 0)};
        refuse(filter, "socket", EPERM, 1, this_family, failure);
    }
    const struct scmp_arg_cmp later_family[] = {compared(0, SCMP_CMP_GT, AF_NETLINK, 0)};
    refuse(filter, "socket", EPERM, 1, later_family, failure);
    // Protocol 0 is NETLINK_ROUTE.
    const struct scmp_arg_cmp other_netlink[] = {compared(0, SCMP_CMP_EQ, AF_NETLINK, 0), compared(2, SCMP_CMP_NE, 0, 0)};
    refuse(filter, "socket", EPERM, 2, other_netlink, failure);
    const struct scmp_arg_cmp raw4[] = {compared(0, SCMP_CMP_EQ, AF_INET, 0), compared(1, SCMP_CMP_MASKED_EQ, 0xF, SOCK_RAW)};
    refuse(filter, "socket", EPERM, 2, raw4, failure);
    const struct scmp_arg_cmp raw6[] = {compared(0, SCMP_CMP_EQ, AF_INET6, 0), compared(1, SCMP_CMP_MASKED_EQ, 0xF, SOCK_RAW)};
    refuse(filter, "socket", EPERM, 2, raw6, failure);
}

/// What types into the terminal that finlua was started from.
static void refuse_typing(scmp_filter_ctx filter, int *failure)
{
    static const scmp_datum_t requests[] = {TIOCSTI, TIOCLINUX};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const struct scmp_arg_cmp typing[] = {compared(1, SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, requests[i])};
        refuse(filter, "ioctl", EPERM, 1, typing, failure);
    }
}

int cconf_drop_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) {
        return -ENOMEM;
    }
    // All threads, whenever they began; and a search by halves instead of one rule after another.
    int failure = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (!failure) {
        failure = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    }
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        refuse_always(filter, dropped[i], EPERM, &failure);
    }
    refuse_processes(filter, &failure);
    refuse_others(filter, &failure);
    refuse_sockets(filter, &failure);
    refuse_typing(filter, &failure);
    if (!failure) {
        failure = seccomp_load(filter);
    }
    seccomp_release(filter);
    return failure;
}
