#include <CRowDecoder.h>
#include <math.h>

#include "ls_internal.h"

/// Statements: prepared from one text, run row by row, closed at their end, when their loop is left, or when collected.

static const char statement_name[] = "finlua.sql.statement";

enum { SLOT_DATABASE = 1, SLOT_COLUMNS };

ls_statement *ls_check_statement(lua_State *L, int index) { return luaL_checkudata(L, index, statement_name); }

static void close_statement(ls_statement *statement) {
    if (!statement->handle) return;
    ls_enter(statement->database, statement->is_host);
    sqlite3_finalize(statement->handle);
    statement->handle = NULL;
    ls_leave(statement->database);
}

int ls_lua_close(lua_State *L) {
    close_statement(ls_check_statement(L, 1));
    return 0;
}

/// [-0, +1, m] A closed statement of the database at 1.
static ls_statement *push_statement(lua_State *L, ls_database *database, bool is_host) {
    ls_statement *statement = lua_newuserdatauv(L, sizeof *statement, SLOT_COLUMNS);
    memset(statement, 0, sizeof *statement);
    statement->database = database;
    statement->is_host = is_host;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, SLOT_DATABASE);
    if (luaL_newmetatable(L, statement_name)) {
        lua_pushcfunction(L, ls_lua_close);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, ls_lua_close);
        lua_setfield(L, -2, "__close");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return statement;
}

/// The first byte after white space, comments and semicolons.
static const char *skip_nothing(const char *at, const char *end) {
    while (at < end) {
        if (strchr(" \t\r\n\f;", *at)) {
            at++;
        } else if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
            const char *line = memchr(at, '\n', (size_t)(end - at));
            at = line ? line : end;
        } else if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
            at += 2;
            while (end - at >= 2 && (at[0] != '*' || at[1] != '/')) at++;
            at = end - at >= 2 ? at + 2 : end;
        } else {
            break;
        }
    }
    return at;
}

static int fail_at(lua_State *L, const char *message, ptrdiff_t offset) {
    lua_pushnil(L);
    lua_pushstring(L, message);
    lua_pushinteger(L, offset);
    return 3;
}

int ls_lua_prepare(lua_State *L) {
    ls_database *database = ls_check_database(L, 1);
    size_t count;
    luaL_checktype(L, 2, LUA_TSTRING);
    const char *text = lua_tolstring(L, 2, &count);
    const bool is_host = lua_toboolean(L, 3);
    const char *end = text + count, *zero = memchr(text, '\0', count);
    if (zero) return fail_at(L, "the SQL holds a zero byte", zero - text);
    if (skip_nothing(text, end) == end) return fail_at(L, "there is no statement in the text", 0);
    ls_make_room(L, database);
    ls_statement *statement = push_statement(L, database, is_host);
    const char *rest = NULL;
    for (bool again = true;; again = false) {
        *database->refusal = '\0';
        ls_enter(database, is_host);
        const int code = sqlite3_prepare_v3(database->handle, text, (int)count + 1, 0, &statement->handle, &rest);
        const int offset = code == SQLITE_OK ? -1 : sqlite3_error_offset(database->handle);
        ls_leave(database);
        if (code == SQLITE_OK) break;
        if ((code & 0xFF) != SQLITE_NOMEM || !again || !ls_collect(L, database))
            return ls_push_failure(L, database, code, offset);
    }
    if (!statement->handle) return fail_at(L, "there is no statement in the text", 0);
    rest = skip_nothing(rest, end);
    if (rest != end) {
        close_statement(statement);
        return fail_at(L, "one statement a call, but another text follows the first", rest - text);
    }
    statement->columns = sqlite3_column_count(statement->handle);
    return 1;
}

static ls_statement *check_open(lua_State *L) {
    ls_statement *statement = ls_check_statement(L, 1);
    if (!statement->handle) luaL_error(L, "the statement is closed");
    return statement;
}

int ls_lua_describe(lua_State *L) {
    ls_statement *statement = check_open(L);
    lua_createtable(L, statement->columns, 0);
    for (int column = 0; column < statement->columns; column++) {
        const char *name = sqlite3_column_name(statement->handle, column);
        lua_pushstring(L, name ? name : "");
        lua_rawseti(L, -2, column + 1);
    }
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, 1, SLOT_COLUMNS);
    const int parameters = sqlite3_bind_parameter_count(statement->handle);
    lua_createtable(L, parameters, 0);
    for (int place = 1; place <= parameters; place++) {
        const char *name = sqlite3_bind_parameter_name(statement->handle, place);
        lua_pushstring(L, name ? name : "");
        lua_rawseti(L, -2, place);
    }
    lua_pushboolean(L, sqlite3_stmt_readonly(statement->handle));
    return 3;
}

const char *ls_bind(lua_State *L, sqlite3_stmt *statement, int place, int index, bool copies) {
    int code = SQLITE_OK;
    size_t count;
    const char *text;
    switch (lua_type(L, index)) {
        case LUA_TNIL: code = sqlite3_bind_null(statement, place); break;
        case LUA_TBOOLEAN: code = sqlite3_bind_int(statement, place, lua_toboolean(L, index)); break;
        case LUA_TNUMBER:
            if (lua_isinteger(L, index)) {
                code = sqlite3_bind_int64(statement, place, lua_tointeger(L, index));
            } else {
                const double number = lua_tonumber(L, index);
                if (!isfinite(number)) return "is NaN or infinite";
                code = sqlite3_bind_double(statement, place, number);
            }
            break;
        case LUA_TSTRING:
            text = lua_tolstring(L, index, &count);
            code = sqlite3_bind_text64(statement, place, text, count, copies ? SQLITE_TRANSIENT : SQLITE_STATIC,
                                       SQLITE_UTF8);
            break;
        default:
            if (!rd_is_null(L, index)) return "is no text, number or boolean";
            code = sqlite3_bind_null(statement, place);
    }
    if (code == SQLITE_OK) return NULL;
    return code == SQLITE_TOOBIG ? "is too long a text" : sqlite3_errstr(code);
}

int ls_lua_bind(lua_State *L) {
    ls_statement *statement = check_open(L);
    const int place = (int)luaL_checkinteger(L, 2);
    lua_settop(L, 3);
    const int type = lua_type(L, 3);
    if ((type == LUA_TTABLE || type == LUA_TUSERDATA) && luaL_getmetafield(L, 3, "__tostring") != LUA_TNIL)
        luaL_tolstring(L, 3, NULL);
    const int value = lua_isstring(L, -1) ? lua_gettop(L) : 3;
    ls_enter(statement->database, statement->is_host);
    const char *problem = ls_bind(L, statement->handle, place, value, true);
    ls_leave(statement->database);
    if (!problem) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, problem);
    return 2;
}

/// A value that is made only when it is looked at is made while SQLite's memory is watched.
static void make_blobs(const ls_statement *statement) {
    for (int column = 0; column < statement->columns; column++) {
        if (sqlite3_column_type(statement->handle, column) == SQLITE_BLOB) sqlite3_column_blob(statement->handle, column);
    }
}

/// [-0, +0, -] To the next row. What the script dropped may be what is in the way: memory, or a loop that was left.
static int step(lua_State *L, ls_statement *statement) {
    ls_database *database = statement->database;
    ls_make_room(L, database);
    for (bool again = !statement->has_begun;; again = false) {
        ls_enter(database, statement->is_host);
        if (!statement->has_begun) ls_commit_loading(database);
        *database->refusal = '\0';
        const int code = sqlite3_step(statement->handle);
        if (code == SQLITE_ROW) make_blobs(statement);
        const bool is_locked = (code & 0xFF) == SQLITE_LOCKED;
        const bool is_repeatable = again && (is_locked || (code & 0xFF) == SQLITE_NOMEM);
        if (is_repeatable) sqlite3_reset(statement->handle);
        ls_leave(database);
        statement->has_begun = true;
        if (!is_repeatable || (!ls_collect(L, database) && !is_locked)) return code;
    }
}

/// [-0, +n, v]
static int fail(lua_State *L, ls_statement *statement, int code) {
    const int pushed = ls_push_failure(L, statement->database, code, -1);
    close_statement(statement);
    return pushed;
}

static void push_value(lua_State *L, sqlite3_stmt *statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER: lua_pushinteger(L, sqlite3_column_int64(statement, column)); break;
        case SQLITE_FLOAT: lua_pushnumber(L, sqlite3_column_double(statement, column)); break;
        case SQLITE_NULL: lua_pushnil(L); break;
        default: {  // as bytes: asked as text, SQLite would copy it to end it with a zero
            const char *bytes = sqlite3_column_blob(statement, column);
            const int count = sqlite3_column_bytes(statement, column);
            lua_pushlstring(L, count > 0 ? bytes : "", (size_t)count);
        }
    }
}

int ls_lua_next(lua_State *L) {
    ls_statement *statement = ls_check_statement(L, 1);
    if (!statement->handle) {
        lua_pushnil(L);
        if (statement->has_ended) return 1;
        lua_pushliteral(L, "the loop over these rows was left before its end");
        return 2;
    }
    const int code = step(L, statement);
    if (code == SQLITE_DONE) {
        statement->has_ended = true;
        close_statement(statement);
        lua_pushnil(L);
        return 1;
    }
    if (code != SQLITE_ROW) return fail(L, statement, code);
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, SLOT_COLUMNS);
    lua_createtable(L, 0, statement->columns);
    for (int column = 0; column < statement->columns; column++) {
        lua_rawgeti(L, 2, column + 1);
        push_value(L, statement->handle, column);
        lua_rawset(L, 3);
    }
    return 1;
}

int ls_lua_execute(lua_State *L) {
    ls_statement *statement = check_open(L);
    sqlite3 *handle = statement->database->handle;
    const sqlite3_int64 before = sqlite3_total_changes64(handle);
    int code;
    while ((code = step(L, statement)) == SQLITE_ROW) continue;
    if (code != SQLITE_DONE) return fail(L, statement, code);
    statement->has_ended = true;
    close_statement(statement);
    lua_pushinteger(L, sqlite3_total_changes64(handle) - before);
    return 1;
}
