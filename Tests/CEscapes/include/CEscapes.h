#ifndef FINLUA_CESCAPES_H
#define FINLUA_CESCAPES_H

/// Where the attempts are made: a file and a folder outside, and a folder that may be written.
struct escape_places {
    const char *outside_file;
    const char *outside_folder;
    const char *inside_folder;
};

/// Something that a process behind the walls may not do.
struct escape {
    const char *name;
    /// Gives 0 where it was done, else errno.
    int (*attempt)(const struct escape_places *places);
    /// Whether any process without walls may do it, without privileges.
    int is_ordinary;
};

/// Those about files, which Landlock refuses, and those about the rest, which seccomp refuses.
const struct escape *escapes_of_files(int *count);
const struct escape *escapes_by_calls(int *count);

/// Swaps what two paths name, in one step: 0, else errno.
int escape_swap(const char *one, const char *other);

/// Makes a socket that has a name: 0, else errno.
int escape_make_socket(const char *path);

/// Connects to a TCP port of this machine: 0, else errno.
int escape_connect(int port);

#endif
