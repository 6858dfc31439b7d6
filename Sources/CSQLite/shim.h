#ifndef FINLUA_CSQLITE_SHIM_H
#define FINLUA_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import.

/// Binds a copy of `count` bytes of UTF-8.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count)
{
    return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Binds a copy of `count` bytes as they are.
static inline int csqlite_bind_bytes(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count)
{
    return sqlite3_bind_blob64(statement, index, count > 0 ? bytes : "", count, SQLITE_TRANSIENT);
}

#endif
