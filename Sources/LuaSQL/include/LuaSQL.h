/// What `finlua.sql` is made of: an SQLite database in memory, its statements and a loader of rows, as plain Lua functions.
/// No file is ever opened, but for one that the host gives; what SQLite holds in memory counts as the script's; a stop of
/// the script ends a statement.
#ifndef FINLUA_LUASQL_H
#define FINLUA_LUASQL_H

#include <lua5.4/lua.h>

/// One of the functions by its name; null if there is none. They may raise.
///
/// What fails gives nil, the message, and the byte of the SQL where it went wrong, or nil; a third value "denied" says that
/// no script may do it. Out of memory raises the bridge's error.
///
/// sql_open([descriptor]): a database in memory, or in the file of that descriptor, which stays its owner's, has no journal
///   and is nobody else's. It closes when it is collected.
/// sql_shut(database): before that; everything is in the file then. Its statements are closed already.
/// sql_prepare(database, text [, is_host]): the one statement of `text`. `is_host`: finlua's own, which is denied nothing.
/// sql_describe(statement): array of its columns' names, array of its parameters' names ("" where one has none), and
///   whether it only reads.
/// sql_bind(statement, place, value): true, or nil and why the value cannot be bound.
/// sql_next(statement): the next row as a table, nulls absent; nil after the last, which also closes the statement.
/// sql_execute(statement): runs it to its end, closes it, and gives how many rows it changed.
/// sql_close(statement): before its end.
/// sql_loader(database, insert, places, is_fixed): binds rows to `insert`. `places` gives the place of each field;
///   `is_fixed`: other fields are passed over.
/// sql_load_rows(loader, array, from): inserts the rows of an array from that place on, and gives how many it has; or nil
///   and what stopped it: "row", position, type; "new", position, where a row has a field that has no place; "name",
///   position, type of the field's name; "value", position, field, why; "sqlite", position, message.
/// sql_load_row(loader, row, position): the same for one row; true, or nil and what stopped it.
/// sql_load_query(insert, iterator, columns): inserts every row of a query, `iterator` being fresh and its own, from the
///   decoded pages; gives how many there are. May yield.
lua_CFunction ls_lua_function(const char *name);

#endif
