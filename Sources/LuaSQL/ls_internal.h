/// What the C files of LuaSQL share. No Lua function that may raise is called between ls_enter and ls_leave.
#ifndef FINLUA_LS_INTERNAL_H
#define FINLUA_LS_INTERNAL_H

#include <LuaBridge.h>
#include <sqlite3.h>
#include <string.h>

#include "LuaSQL.h"

/// Tables whose names begin so are finlua's own: no statement of a script sees them.
#define LS_OWN_PREFIX "finlua_"

typedef struct {
    sqlite3_vfs vfs;  // opens no file but the one it was given, and has the host's clock
    char vfs_name[32];
    sqlite3 *handle;
    LBState *state;
    sqlite3_int64 before;  // bytes SQLite held when it was entered
    size_t collected;      // bytes the script held after the last collection made for SQLite
    int descriptor;        // of that file
    bool is_host;          // what runs is finlua's own
    bool is_loading;       // a transaction of loaders is open
    char refusal[160];     // why a statement was denied
} ls_database;

typedef struct {
    ls_database *database;  // user value 1 keeps it; user value 2 holds the names of the columns
    sqlite3_stmt *handle;   // NULL: closed
    int columns;
    bool is_host, has_begun, has_ended;
} ls_statement;

// connection.c
int ls_lua_open(lua_State *L);
ls_database *ls_check_database(lua_State *L, int index);  // [-0, +0, v]
/// Around everything SQLite does: what it holds more afterwards is charged to the script, and may not pass its limit.
void ls_enter(ls_database *database, bool is_host);
void ls_leave(ls_database *database);
/// [-0, +0, -] Collects what the script dropped if little is left of its memory.
void ls_make_room(lua_State *L, ls_database *database);
/// [-0, +0, -] Whether so much came free that what failed for want of memory is worth another try.
bool ls_collect(lua_State *L, ls_database *database);
void ls_commit_loading(ls_database *database);              // while entered
/// [-0, +n, v] nil, the message, and what is known of the place; raises if memory ran out or the script is to stop.
int ls_push_failure(lua_State *L, ls_database *database, int code, int offset);

int ls_lua_shut(lua_State *L);

// file.c
/// Has the database open its descriptor, whatever it is told to.
void ls_prepare_file(ls_database *database);

// exact_sum.c
int ls_add_exact_sum(sqlite3 *handle);

// statement.c
ls_statement *ls_check_statement(lua_State *L, int index);  // [-0, +0, v]
int ls_lua_prepare(lua_State *L);
int ls_lua_describe(lua_State *L);
int ls_lua_bind(lua_State *L);
int ls_lua_next(lua_State *L);
int ls_lua_execute(lua_State *L);
int ls_lua_close(lua_State *L);

/// [-0, +0, v] Binds the value at `index`, whose bytes must stay until the next step unless it `copies`; NULL, or why not.
const char *ls_bind(lua_State *L, sqlite3_stmt *statement, int place, int index, bool copies);

// pages.c
int ls_lua_load_query(lua_State *L);

// loader.c
int ls_lua_loader(lua_State *L);
int ls_lua_load_rows(lua_State *L);
int ls_lua_load_row(lua_State *L);

#endif
