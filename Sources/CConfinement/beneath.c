#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

const int cconf_path_only = O_PATH;

int cconf_open_folder(const char *path)
{
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int open_by_kernel(int folder, const char *path, int flags)
{
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

int cconf_has_openat2(void)
{
    const int descriptor = open_by_kernel(AT_FDCWD, ".", O_PATH);
    if (descriptor >= 0) {
        close(descriptor);
        return 1;
    }
    // A filter around a container answers EPERM for what it does not know.
    return errno != ENOSYS && errno != EPERM;
}

int cconf_open_beneath(int folder, const char *path, int flags)
{
    // The kernel says EAGAIN where a folder was moved while it looked, and it cannot tell any more what is beneath.
    for (int attempt = 0; attempt < 1000; attempt++) {
        const int descriptor = open_by_kernel(folder, path, flags);
        if (descriptor >= 0) {
            return descriptor;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return -errno;
        }
    }
    return -EAGAIN;
}

/// -ELOOP where the name is a symbolic link, which the kernel reports as no folder; else `failure`.
static int link_or(int folder, const char *name, int failure)
{
    struct stat status;
    const int is_link = fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
    return is_link ? -ELOOP : -failure;
}

int cconf_open_stepwise(int folder, const char *path, int flags)
{
    if (*path == '/') {
        return -EXDEV;
    }
    char name[256];
    int from = folder;
    for (;;) {
        const size_t length = strcspn(path, "/");
        const char *rest = path + length + strspn(path + length, "/");
        int next = -ENAMETOOLONG;
        if (length < sizeof name) {
            memcpy(name, path, length);
            name[length] = 0;
            if (strcmp(name, "..") == 0) {
                next = -EXDEV;
            } else {
                const int step = *rest ? O_PATH | O_DIRECTORY : flags;
                next = openat(from, length ? name : ".", step | O_NOFOLLOW | O_CLOEXEC);
                if (next < 0) {
                    next = link_or(from, name, errno);
                }
            }
        }
        if (from != folder) {
            close(from);
        }
        if (next < 0 || !*rest) {
            return next;
        }
        from = next;
        path = rest;
    }
}

int cconf_is_process_file(int descriptor)
{
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

static void process_path(char *path, size_t size, int descriptor)
{
    snprintf(path, size, "/proc/self/fd/%d", descriptor);
}

int cconf_open_nameless(const char *folder)
{
    const int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return descriptor >= 0 ? descriptor : -errno;
}

int cconf_open_unnamed(const char *folder)
{
    int descriptor = cconf_open_nameless(folder);
    if (descriptor != -EOPNOTSUPP && descriptor != -EISDIR && descriptor != -EINVAL) {
        return descriptor;
    }
    char name[PATH_MAX];
    const int length = snprintf(name, sizeof name, "%s/finlua-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof name) {
        return -ENAMETOOLONG;
    }
    descriptor = mkostemp(name, O_CLOEXEC);
    if (descriptor < 0) {
        return -errno;
    }
    unlink(name);
    return descriptor;
}

int cconf_create_nameless(int folder)
{
    const int descriptor = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        // EISDIR and EINVAL: the kernel or the file system does not know the flag.
        return errno == EISDIR || errno == EINVAL ? -EOPNOTSUPP : -errno;
    }
    // Without /proc there is no way to name it.
    char path[32];
    process_path(path, sizeof path, descriptor);
    if (access(path, F_OK) != 0) {
        close(descriptor);
        return -EOPNOTSUPP;
    }
    return descriptor;
}

int cconf_name(int descriptor, int folder, const char *name)
{
    char path[32];
    process_path(path, sizeof path, descriptor);
    return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
}
