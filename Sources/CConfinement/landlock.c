#define _GNU_SOURCE
#include "CConfinement.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// What Debian 12's header does not know yet; from the kernel's documentation of Landlock, "Previous limitations".
enum {
    fs_truncate = 1 << 14,   // version 3
    fs_ioctl_dev = 1 << 15,  // version 5
    net_bind_tcp = 1 << 0,   // version 4
    net_connect_tcp = 1 << 1,
    scope_abstract_socket = 1 << 0,  // version 6
    scope_signal = 1 << 1,
    rule_net_port = 2,
};

struct ruleset {
    uint64_t files;
    uint64_t net;
    uint64_t scoped;
};

struct port_rule {
    uint64_t allowed;
    uint64_t port;
};

static const uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t create_rights = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                      LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;
static const uint64_t file_rights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | fs_truncate;

/// Every right on files that the version knows.
static uint64_t known_files(int version)
{
    uint64_t known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2) {
        known |= LANDLOCK_ACCESS_FS_REFER;
    }
    if (version >= 3) {
        known |= fs_truncate;
    }
    if (version >= 5) {
        known |= fs_ioctl_dev;
    }
    return known;
}

int cconf_landlock_version(void)
{
    const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

static int begin(const struct ruleset *rules, int version)
{
    // An older kernel refuses a longer structure, even where what it does not know is zero.
    const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const long descriptor = syscall(SYS_landlock_create_ruleset, rules, size, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int cconf_files_begin(int version)
{
    const struct ruleset rules = {
        .files = known_files(version),
        .scoped = version >= 6 ? scope_abstract_socket | scope_signal : 0,
    };
    return begin(&rules, version);
}

int cconf_files_allow(int rules, int version, int descriptor, int rights)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return -errno;
    }
    uint64_t allowed = 0;
    if (rights & CCONF_READ) {
        allowed |= read_rights;
    }
    if (rights & CCONF_WRITE) {
        allowed |= LANDLOCK_ACCESS_FS_WRITE_FILE | fs_truncate;
    }
    if (rights & CCONF_CREATE) {
        // A folder is opened for reading to be synced.
        allowed |= create_rights | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REFER;
    }
    if (!S_ISDIR(status.st_mode)) {
        allowed &= file_rights;
    }
    const struct landlock_path_beneath_attr rule = {
        .allowed_access = allowed & known_files(version),
        .parent_fd = descriptor,
    };
    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : -errno;
}

int cconf_ports_begin(int version)
{
    if (version < 4) {
        return -ENOSYS;
    }
    // Rules that say nothing of moving files between folders refuse it.
    const struct ruleset rules = {.files = LANDLOCK_ACCESS_FS_REFER, .net = net_bind_tcp | net_connect_tcp};
    const int descriptor = begin(&rules, version);
    if (descriptor < 0) {
        return descriptor;
    }
    const int root = open("/", O_PATH | O_CLOEXEC);
    const struct landlock_path_beneath_attr all = {.allowed_access = LANDLOCK_ACCESS_FS_REFER, .parent_fd = root};
    const int failure =
        root < 0 || syscall(SYS_landlock_add_rule, descriptor, LANDLOCK_RULE_PATH_BENEATH, &all, 0) != 0 ? -errno : 0;
    if (root >= 0) {
        close(root);
    }
    if (failure) {
        close(descriptor);
        return failure;
    }
    return descriptor;
}

int cconf_ports_allow(int rules, uint16_t port)
{
    const struct port_rule rule = {.allowed = net_connect_tcp, .port = port};
    return syscall(SYS_landlock_add_rule, rules, rule_net_port, &rule, 0) == 0 ? 0 : -errno;
}

int cconf_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        count += task->d_name[0] != '.';
    }
    if (tasks) {
        closedir(tasks);
    }
    return count;
}

int cconf_enforce(int rules)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -errno;
    }
    return syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? 0 : -errno;
}
