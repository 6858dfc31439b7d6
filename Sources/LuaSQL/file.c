#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ls_internal.h"

/// A database in a file that somebody else has opened, and that nobody else knows: without journal and locks. What goes
/// wrong is thrown away with the file.

typedef struct {
    sqlite3_file file;
    int descriptor;
} open_file;

static int close_file(sqlite3_file *file) {
    (void)file;  // the descriptor is its owner's
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    const int descriptor = ((open_file *)file)->descriptor;
    char *at = bytes;
    while (count > 0) {
        const ssize_t got = pread(descriptor, at, (size_t)count, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return SQLITE_IOERR_READ;
        if (got == 0) {
            memset(at, 0, (size_t)count);
            return SQLITE_IOERR_SHORT_READ;
        }
        at += got, offset += got, count -= (int)got;
    }
    return SQLITE_OK;
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    const int descriptor = ((open_file *)file)->descriptor;
    const char *at = bytes;
    while (count > 0) {
        const ssize_t put = pwrite(descriptor, at, (size_t)count, offset);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        at += put, offset += put, count -= (int)put;
    }
    return SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    return ftruncate(((open_file *)file)->descriptor, size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int sync_file(sqlite3_file *file, int flags) {
    (void)file, (void)flags;  // what comes of it is synced as a whole
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    struct stat status;
    if (fstat(((open_file *)file)->descriptor, &status) != 0) return SQLITE_IOERR_FSTAT;
    *size = status.st_size;
    return SQLITE_OK;
}

static int lock_file(sqlite3_file *file, int level) {
    (void)file, (void)level;
    return SQLITE_OK;
}

static int check_lock(sqlite3_file *file, int *is_reserved) {
    (void)file;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
    (void)file, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file) {
    (void)file;
    return 4096;
}

static int characteristics(sqlite3_file *file) {
    (void)file;
    return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = lock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
};

static int open_given(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
    (void)name;
    const ls_database *database = vfs->pAppData;
    file->pMethods = NULL;
    if (!(flags & SQLITE_OPEN_MAIN_DB)) return SQLITE_CANTOPEN;
    ((open_file *)file)->descriptor = database->descriptor;
    file->pMethods = &methods;
    if (given) *given = flags;
    return SQLITE_OK;
}

static int name_given(sqlite3_vfs *vfs, const char *name, int size, char *full) {
    (void)vfs;
    sqlite3_snprintf(size, full, "%s", name);
    return SQLITE_OK;
}

void ls_prepare_file(ls_database *database) {
    database->vfs.szOsFile = sizeof(open_file);
    database->vfs.xOpen = open_given;
    database->vfs.xFullPathname = name_given;
}
