#include <CRowDecoder.h>
#include <stdlib.h>

#include "ls_internal.h"

/// The rows of a query into a table, from its decoded pages: no Lua value is made of them.

enum { STATEMENT = 1, ITERATOR, COLUMNS, COUNT, READER };

enum { MOST_COLUMNS = 2000 };  // SQLite's own limit

static int bind_cell(sqlite3_stmt *handle, int place, const rd_cell *cell) {
    switch (cell->kind) {
        case RD_DOUBLE: return sqlite3_bind_double(handle, place, cell->as.number);
        case RD_WHOLE: return sqlite3_bind_int64(handle, place, cell->as.integer);
        case RD_BOOLEAN: return sqlite3_bind_int(handle, place, cell->as.boolean);
        case RD_TEXT:
            return sqlite3_bind_text64(handle, place, cell->as.text.text, cell->as.text.count, SQLITE_STATIC,
                                       SQLITE_UTF8);
        default: return sqlite3_bind_null(handle, place);
    }
}

/// [-0, +0, -] Every row there is; adds their number to `count`. 0, or SQLite's code; -1 on a fault of the reader.
static int insert_rows(ls_statement *insert, RDReader *reader, const RDPicks *picks, rd_cell *cells, int columns,
                       lua_Integer *count) {
    ls_database *database = insert->database;
    int code = SQLITE_OK, found = 0;
    ls_enter(database, true);
    if (!database->is_loading) code = sqlite3_exec(database->handle, "BEGIN", NULL, NULL, NULL);
    if (code == SQLITE_OK) database->is_loading = true;
    while (code == SQLITE_OK && (found = rd_reader_cells(reader, picks, cells)) == 1) {
        for (int column = 0; column < columns && code == SQLITE_OK; column++)
            code = bind_cell(insert->handle, column + 1, &cells[column]);
        if (code == SQLITE_OK) {
            code = sqlite3_step(insert->handle);
            sqlite3_reset(insert->handle);
            if (code == SQLITE_DONE) code = SQLITE_OK;
        }
        rd_reader_skip(reader);
        if (code == SQLITE_OK) ++*count;
    }
    sqlite3_clear_bindings(insert->handle);
    ls_leave(database);
    return code != SQLITE_OK ? code : found;
}

/// [-0, +n, v] The rows that the reader has now. n is 0, or nil and the message were pushed.
static int load_rows(lua_State *L, RDReader *reader) {
    ls_statement *insert = ls_check_statement(L, STATEMENT);
    if (!insert->handle) return luaL_error(L, "the statement is closed");
    const int columns = (int)lua_rawlen(L, COLUMNS);
    luaL_argcheck(L, columns > 0 && columns <= MOST_COLUMNS, COLUMNS, "too many columns");
    rd_cell *cells = lua_newuserdatauv(L, (size_t)columns * (sizeof(rd_cell) + sizeof(rd_text)), 0);
    rd_text *names = (rd_text *)(cells + columns);
    for (int column = 0; column < columns; column++) {
        lua_rawgeti(L, COLUMNS, column + 1);
        names[column].text = luaL_checklstring(L, -1, &names[column].count);
        lua_pop(L, 1);  // the array keeps it
    }
    ls_make_room(L, insert->database);
    lua_Integer count = lua_tointeger(L, COUNT);
    RDPicks *picks = rd_picks_create(reader, names, (size_t)columns);
    const int code = picks ? insert_rows(insert, reader, picks, cells, columns, &count) : SQLITE_NOMEM;
    rd_picks_free(picks);
    if (code == 0) {
        lua_pushinteger(L, count);
        lua_replace(L, COUNT);
        return 0;
    }
    if (code < 0) return luaL_error(L, "%s", rd_reader_fault(reader));
    return ls_push_failure(L, insert->database, code, -1);
}

static int next_pages(lua_State *L, int status, lua_KContext has_answer) {
    (void)status;
    for (;;) {
        const bool is_over = has_answer && !lua_toboolean(L, -1);
        lua_settop(L, COUNT);
        RDReader *reader = rd_rows_reader(L, ITERATOR);
        luaL_argcheck(L, reader != NULL, ITERATOR, "the rows of a query expected");
        const int pushed = load_rows(L, reader);
        if (pushed > 0) return pushed;
        if (is_over) {
            lua_pushvalue(L, COUNT);
            return 1;
        }
        lua_settop(L, READER);  // its `advance`
        lua_callk(L, 0, 1, 1, next_pages);
        has_answer = 1;
    }
}

int ls_lua_load_query(lua_State *L) {
    ls_check_statement(L, STATEMENT);
    luaL_checktype(L, ITERATOR, LUA_TFUNCTION);
    luaL_checktype(L, COLUMNS, LUA_TTABLE);
    lua_settop(L, COLUMNS);
    lua_pushinteger(L, 0);
    return next_pages(L, LUA_OK, 0);
}
