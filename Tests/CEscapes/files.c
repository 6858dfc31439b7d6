#define _GNU_SOURCE
#include "CEscapes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef const struct escape_places *places;

static int outcome(int result)
{
    return result < 0 ? errno : 0;
}

static int opened(const char *path, int flags)
{
    const int descriptor = open(path, flags | O_CLOEXEC, 0600);
    const int failure = outcome(descriptor);
    if (descriptor >= 0) {
        close(descriptor);
    }
    return failure;
}

static const char *below(const char *folder, const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int read_outside(places p) { return opened(p->outside_file, O_RDONLY); }
static int write_outside(places p) { return opened(p->outside_file, O_WRONLY); }
static int truncate_outside(places p) { return outcome(truncate(p->outside_file, 0)); }
static int create_outside(places p) { return opened(below(p->outside_folder, "new"), O_WRONLY | O_CREAT); }
static int list_outside(places p) { return opened(p->outside_folder, O_RDONLY | O_DIRECTORY); }
static int remove_outside(places p) { return outcome(unlink(p->outside_file)); }
static int make_folder(places p) { return outcome(mkdir(below(p->outside_folder, "folder"), 0700)); }
static int make_link(places p) { return outcome(symlink(p->outside_file, below(p->inside_folder, "link"))); }
static int make_pipe(places p) { return outcome(mkfifo(below(p->inside_folder, "pipe"), 0600)); }
static int read_environment(places p) { (void)p; return opened("/proc/self/environ", O_RDONLY); }
static int open_root(places p) { (void)p; return opened("/proc/self/root", O_RDONLY | O_DIRECTORY); }
static int open_device(places p) { (void)p; return opened("/dev/zero", O_RDONLY); }

static int move_out(places p)
{
    char from[4096];
    snprintf(from, sizeof from, "%s/mine", p->inside_folder);
    const int failure = opened(from, O_WRONLY | O_CREAT);
    return failure ? failure : outcome(rename(from, below(p->outside_folder, "moved")));
}

static int link_out(places p)
{
    char from[4096];
    snprintf(from, sizeof from, "%s/linked", p->inside_folder);
    const int failure = opened(from, O_WRONLY | O_CREAT);
    return failure ? failure : outcome(link(from, below(p->outside_folder, "linked")));
}

// Removing comes last: those before need the file.
static const struct escape all[] = {
    {"read a file outside", read_outside, 1},
    {"write a file outside", write_outside, 1},
    {"truncate a file outside", truncate_outside, 1},
    {"create a file outside", create_outside, 1},
    {"list a folder outside", list_outside, 1},
    {"move a file out", move_out, 1},
    {"link a file out", link_out, 1},
    {"make a folder", make_folder, 1},
    {"make a symbolic link", make_link, 1},
    {"make a named pipe", make_pipe, 1},
    {"read the environment in /proc", read_environment, 1},
    {"open the root by /proc", open_root, 1},
    {"open a device", open_device, 1},
    {"remove a file outside", remove_outside, 1},
};

const struct escape *escapes_of_files(int *count)
{
    *count = sizeof all / sizeof *all;
    return all;
}

int escape_swap(const char *one, const char *other)
{
    return outcome(renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE));
}

int escape_make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int failure = outcome(bind(descriptor, (const struct sockaddr *)&address, sizeof address));
    close(descriptor);
    return failure;
}
