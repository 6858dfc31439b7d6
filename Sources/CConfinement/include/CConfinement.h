#ifndef FINLUA_CCONFINEMENT_H
#define FINLUA_CCONFINEMENT_H

#include <stdint.h>

/// Files reached from an open folder (beneath.c)

/// The flag that opens a file without the right to read or write it, which Swift's importer does not see.
extern const int cconf_path_only;

/// Opens a folder to start from. Returns a descriptor or -1 and errno.
int cconf_open_folder(const char *path);

/// Whether the kernel resolves paths beneath a folder.
int cconf_has_openat2(void);

/// Opens `path` so that the kernel never leaves `folder`; symbolic links beneath it are followed.
/// Returns a descriptor or -errno: EXDEV where the path leads out of the folder.
int cconf_open_beneath(int folder, const char *path, int flags);

/// The same by single steps, for kernels without openat2: no symbolic link is followed, ELOOP where there is one.
int cconf_open_stepwise(int folder, const char *path, int flags);

/// Whether the descriptor lies in the kernel's own file system of processes, /proc.
int cconf_is_process_file(int descriptor);

/// Opens a file for reading and writing that never had a name. Returns a descriptor or -errno.
int cconf_open_nameless(const char *folder);

/// As cconf_open_nameless; where the file system knows no such file, one whose name is removed at once.
int cconf_open_unnamed(const char *folder);

/// Makes a file in an open folder, for reading and writing, that has no name until cconf_name gives it one. Returns a descriptor or
/// -errno: -EOPNOTSUPP where there are no such files.
int cconf_create_nameless(int folder);

/// Gives such a file a name that is still free. Returns 0 or -errno.
int cconf_name(int descriptor, int folder, const char *name);

/// What the file system allows this thread and those it creates (landlock.c)

enum {
    CCONF_READ = 1,    ///< read files, list folders
    CCONF_WRITE = 2,   ///< write and truncate files
    CCONF_CREATE = 4,  ///< create, rename and remove files and folders
};

/// The version of the kernel's Landlock; 0 without one.
int cconf_landlock_version(void);

/// Begins rules that refuse every file, and signals and abstract sockets of other processes as far as `version` knows
/// them. Returns a descriptor or -errno.
int cconf_files_begin(int version);

/// Allows `rights` on a file, or on all below a folder. Returns 0 or -errno.
int cconf_files_allow(int rules, int version, int descriptor, int rights);

/// Begins rules that refuse every TCP connection. Returns a descriptor or -errno; -ENOSYS before version 4.
int cconf_ports_begin(int version);

/// Allows connections to a port. Returns 0 or -errno.
int cconf_ports_allow(int rules, uint16_t port);

/// Threads of the process; 0 if /proc does not say.
int cconf_threads(void);

/// Puts the rules up for the calling thread and those it creates from now on, for good. Returns 0 or -errno.
int cconf_enforce(int rules);

/// The system calls the process still has (calls.c)

/// Takes from all threads, for good, the system calls that finlua does not make once it runs a script. Returns 0 or
/// -errno.
int cconf_drop_calls(void);

#endif
