#include <stdio.h>

#include "ls_internal.h"

/// The database of a script: in memory only, or in a file that the host has opened for it; charged to the script, stopped
/// with it.

static const char database_name[] = "finlua.sql.database";

/// Operations of SQLite's machine between two looks at whether the script is to stop: a few microseconds.
enum { OPERATIONS_BETWEEN_LOOKS = 1000 };

/// Bytes of one value. Far below the memory a script has, so that no single function call takes long.
enum { LONGEST_VALUE = 16 << 20 };

static int open_no_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
    (void)vfs, (void)name, (void)flags, (void)given;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static int delete_no_file(sqlite3_vfs *vfs, const char *name, int durable) {
    (void)vfs, (void)name, (void)durable;
    return SQLITE_IOERR_DELETE;
}

static int find_no_file(sqlite3_vfs *vfs, const char *name, int flags, int *found) {
    (void)vfs, (void)name, (void)flags;
    *found = 0;
    return SQLITE_OK;
}

static int name_no_file(sqlite3_vfs *vfs, const char *name, int size, char *full) {
    (void)vfs, (void)name, (void)size, (void)full;
    return SQLITE_CANTOPEN;
}

static void *load_no_library(sqlite3_vfs *vfs, const char *name) {
    (void)vfs, (void)name;
    return NULL;
}

static int add_no_randomness(sqlite3_vfs *vfs, int size, char *bytes) {
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}

static int do_not_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

/// Milliseconds since noon of 24 November 4714 BC, as SQLite counts.
static int now(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    const ls_database *database = vfs->pAppData;
    *milliseconds = 210866760000000LL + 1000 * lb_now(database->state);
    return SQLITE_OK;
}

static int now_in_days(sqlite3_vfs *vfs, double *days) {
    sqlite3_int64 milliseconds;
    const int code = now(vfs, &milliseconds);
    *days = (double)milliseconds / 86400000.0;
    return code;
}

static int no_system_error(sqlite3_vfs *vfs, int size, char *text) {
    (void)vfs, (void)size, (void)text;
    return 0;
}

static void prepare_vfs(ls_database *database) {
    snprintf(database->vfs_name, sizeof database->vfs_name, "finlua-%p", (void *)database);
    database->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(sqlite3_file),
        .mxPathname = 512,
        .zName = database->vfs_name,
        .pAppData = database,
        .xOpen = open_no_file,
        .xDelete = delete_no_file,
        .xAccess = find_no_file,
        .xFullPathname = name_no_file,
        .xDlOpen = load_no_library,
        .xRandomness = add_no_randomness,
        .xSleep = do_not_sleep,
        .xCurrentTime = now_in_days,
        .xGetLastError = no_system_error,
        .xCurrentTimeInt64 = now,
    };
}

static int deny(ls_database *database, const char *what, const char *name, const char *why) {
    const char *space = *name ? " " : "";
    snprintf(database->refusal, sizeof database->refusal, "%s%s%.60s is not available: %s", what, space, name, why);
    return SQLITE_DENY;
}

static bool is_harmless_pragma(const char *name) {
    static const char *const harmless[] = {"table_info",  "table_xinfo",      "table_list",    "index_list", "index_info",
                                           "index_xinfo", "foreign_key_list", "function_list", NULL};
    for (const char *const *each = harmless; *each; each++) {
        if (sqlite3_stricmp(name, *each) == 0) return true;
    }
    return false;
}

static bool is_own(const char *name) {
    return name && sqlite3_strnicmp(name, LS_OWN_PREFIX, strlen(LS_OWN_PREFIX)) == 0;
}

/// SQLite asks while it prepares a statement.
static int authorize(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *trigger) {
    (void)schema, (void)trigger;
    ls_database *database = context;
    if (database->is_host) return SQLITE_OK;
    switch (action) {
        case SQLITE_ATTACH: return deny(database, "ATTACH or VACUUM", "", "SQL in a script reads and writes no files");
        case SQLITE_DETACH: return deny(database, "DETACH", "", "there is one database");
        case SQLITE_TRANSACTION:
        case SQLITE_SAVEPOINT:
            return deny(database, action == SQLITE_SAVEPOINT ? "SAVEPOINT" : "a transaction", "",
                        "each statement is done wholly or not at all");
        case SQLITE_CREATE_VTABLE:
        case SQLITE_DROP_VTABLE: return deny(database, "a virtual table", "", "use tables, views and indexes");
        case SQLITE_PRAGMA:
            if (is_harmless_pragma(first)) return SQLITE_OK;
            return deny(database, "PRAGMA", first, "a script cannot change how SQLite works");
        case SQLITE_FUNCTION:
            if (sqlite3_stricmp(second, "load_extension") != 0) return SQLITE_OK;
            return deny(database, second, "", "SQL in a script reads and writes no files");
        default:
            if (!is_own(first) && !is_own(second)) return SQLITE_OK;
            return deny(database, "a table named", is_own(first) ? first : second, LS_OWN_PREFIX "… is finlua's own");
    }
}

static int look_at_stop(void *context) { return lb_is_stopping(((ls_database *)context)->state); }

/// Nothing that a statement of a script could lift.
static int confine(ls_database *database) {
    sqlite3 *handle = database->handle;
    static const struct {
        int option, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        // "team" is a column or an error, never the text 'team'.
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        // A view of a table that is loaded again does not forbid its loading.
        {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1},
    };
    int code = SQLITE_OK;
    for (size_t index = 0; index < sizeof settings / sizeof *settings && code == SQLITE_OK; index++)
        code = sqlite3_db_config(handle, settings[index].option, settings[index].value, (int *)NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    if (code == SQLITE_OK)
        code = sqlite3_exec(handle, "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE",
                            NULL, NULL, NULL);
    if (code == SQLITE_OK) code = ls_add_exact_sum(handle);
    if (code == SQLITE_OK) code = sqlite3_set_authorizer(handle, authorize, database);
    sqlite3_progress_handler(handle, OPERATIONS_BETWEEN_LOOKS, look_at_stop, database);
    return code;
}

static int collect_database(lua_State *L) {
    ls_database *database = lua_touserdata(L, 1);
    if (!database->handle) return 0;
    ls_enter(database, true);
    ls_commit_loading(database);
    // Statements, which were made later, are collected earlier.
    sqlite3_close_v2(database->handle);
    database->handle = NULL;
    ls_leave(database);
    return 0;
}

int ls_lua_shut(lua_State *L) {
    ls_check_database(L, 1);
    return collect_database(L);
}

/// What has no journal has to be told so before it is defended against that.
static int prepare_file(ls_database *database) {
    return sqlite3_exec(database->handle,
                        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
                        "PRAGMA cache_size = -4096; PRAGMA mmap_size = 0",
                        NULL, NULL, NULL);
}

int ls_lua_open(lua_State *L) {
    const bool is_file = lua_isinteger(L, 1);
    const int descriptor = (int)lua_tointeger(L, 1);
    ls_database *database = lua_newuserdatauv(L, sizeof *database, 0);
    memset(database, 0, sizeof *database);
    database->state = lb_state(L);
    prepare_vfs(database);
    database->descriptor = descriptor;
    if (is_file) ls_prepare_file(database);
    if (luaL_newmetatable(L, database_name)) {
        lua_pushcfunction(L, collect_database);
        lua_setfield(L, -2, "__gc");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    sqlite3_initialize();
    ls_enter(database, true);
    int code = sqlite3_vfs_register(&database->vfs, 0);
    if (code == SQLITE_OK) {
        code = sqlite3_open_v2(is_file ? "database" : ":memory:", &database->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                               database->vfs_name);
        sqlite3_vfs_unregister(&database->vfs);  // nobody else finds it
    }
    if (code == SQLITE_OK && is_file) code = prepare_file(database);
    if (code == SQLITE_OK) code = confine(database);
    ls_leave(database);
    if (code != SQLITE_OK) {
        ls_push_failure(L, database, code, -1);
        lua_pop(L, 1);
        return lua_error(L);
    }
    return 1;
}

ls_database *ls_check_database(lua_State *L, int index) { return luaL_checkudata(L, index, database_name); }

void ls_enter(ls_database *database, bool is_host) {
    const LBMemory memory = lb_memory(database->state);
    database->is_host = is_host;
    database->before = sqlite3_memory_used();
    const size_t room = memory.used < memory.limit ? memory.limit - memory.used : 0;
    // For the whole process, but nothing else of it uses SQLite before ls_leave: there is one thread.
    sqlite3_hard_heap_limit64(database->before + (sqlite3_int64)room + 1);
}

void ls_leave(ls_database *database) {
    sqlite3_hard_heap_limit64(0);
    lb_charge(database->state, (ptrdiff_t)(sqlite3_memory_used() - database->before));
    database->is_host = false;
}

/// Bytes that should be free before SQLite is entered.
static size_t reserve_of(LBMemory memory) { return memory.limit / 16; }

bool ls_collect(lua_State *L, ls_database *database) {
    const LBMemory before = lb_memory(database->state);
    lua_gc(L, LUA_GCCOLLECT);
    database->collected = lb_memory(database->state).used;
    return database->collected + reserve_of(before) < before.used;
}

void ls_make_room(lua_State *L, ls_database *database) {
    const LBMemory memory = lb_memory(database->state);
    const size_t reserve = reserve_of(memory);
    if (memory.used + reserve < memory.limit || memory.used < database->collected + reserve / 2) return;
    ls_collect(L, database);
}

void ls_commit_loading(ls_database *database) {
    if (!database->is_loading) return;
    database->is_loading = false;
    const bool is_host = database->is_host;
    database->is_host = true;
    // A failure rolls back, and the loader misses its rows.
    if (sqlite3_get_autocommit(database->handle) == 0 && sqlite3_exec(database->handle, "COMMIT", NULL, NULL, NULL))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    database->is_host = is_host;
}

int ls_push_failure(lua_State *L, ls_database *database, int code, int offset) {
    switch (code & 0xFF) {
        case SQLITE_NOMEM:
            lb_push_memory_error(L);
            return lua_error(L);
        // Of a script that is to stop: the error goes no further than the next instruction.
        case SQLITE_INTERRUPT: return luaL_error(L, "interrupted");
        default: break;
    }
    lua_pushnil(L);
    const bool is_denied = *database->refusal != '\0';
    lua_pushstring(L, is_denied            ? database->refusal
                      : database->handle ? sqlite3_errmsg(database->handle)
                                         : sqlite3_errstr(code));
    *database->refusal = '\0';
    if (offset >= 0) {
        lua_pushinteger(L, offset);
    } else {
        lua_pushnil(L);
    }
    if (!is_denied) return 3;
    lua_pushliteral(L, "denied");
    return 4;
}
