#include "ls_internal.h"

/// Rows of a script into a table. One transaction holds the rows of many calls, also of loaders that take turns; any
/// other statement ends it first.

static const char loader_name[] = "finlua.sql.loader";

enum { SLOT_INSERT = 1, SLOT_PLACES };

typedef struct {
    ls_statement *insert;  // kept by the user value
    bool is_fixed;
} loader;

int ls_lua_loader(lua_State *L) {
    ls_check_database(L, 1);
    ls_statement *insert = ls_check_statement(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 4);
    loader *made = lua_newuserdatauv(L, sizeof *made, SLOT_PLACES);
    *made = (loader){insert, lua_toboolean(L, 4)};
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, SLOT_INSERT);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, SLOT_PLACES);
    if (luaL_newmetatable(L, loader_name)) {
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return 1;
}

/// Where things stand while a row is bound; above them the values of its texts, which SQLite does not copy.
enum { LOADER = 1, SOURCE, PLACES, ROW, KEPT };

/// [-0, +n, m] nil, what is wrong, the position, and the one or two values on top.
static int refuse(lua_State *L, const char *what, lua_Integer position, int details) {
    lua_pushnil(L);
    lua_pushstring(L, what);
    lua_pushinteger(L, position);
    lua_rotate(L, -3 - details, 3);
    return 3 + details;
}

/// [-0, +n, v] Binds the value on top, whose field's name stands at `name`. n is 0, or what is wrong was pushed.
static int bind_field(lua_State *L, const loader *to, int name, lua_Integer position) {
    const int value = lua_gettop(L);
    lua_pushvalue(L, name);
    const int type = lua_rawget(L, PLACES);
    const int place = (int)lua_tointeger(L, -1);
    lua_settop(L, value);
    if (type == LUA_TNIL) return to->is_fixed ? 0 : refuse(L, "new", position, 0);
    const char *problem = ls_bind(L, to->insert->handle, place, value, false);
    if (!problem) return 0;
    lua_pushvalue(L, name);
    lua_pushstring(L, problem);
    return refuse(L, "value", position, 2);
}

/// [-0, +n, v] As bind_field, for a table or an object: one that has a text is bound as that, { amount =, unit = } as two
/// fields.
static int bind_object(lua_State *L, const loader *to, int name, lua_Integer position) {
    const int object = lua_gettop(L);
    if (luaL_getmetafield(L, object, "__tostring") != LUA_TNIL) {
        luaL_tolstring(L, object, NULL);
        lua_replace(L, object);
        lua_settop(L, object);
        return bind_field(L, to, name, position);
    }
    if (!lua_istable(L, object)) return bind_field(L, to, name, position);
    lua_pushliteral(L, "amount");
    if (lua_rawget(L, object) == LUA_TNIL) {
        lua_settop(L, object);
        return bind_field(L, to, name, position);
    }
    const int pushed = bind_field(L, to, name, position);
    if (pushed > 0) return pushed;
    lua_pushliteral(L, "unit");
    lua_rawget(L, object);
    if (lua_isnil(L, -1)) return 0;
    lua_pushfstring(L, "%s_unit", lua_tostring(L, name));
    lua_insert(L, -2);
    return bind_field(L, to, lua_gettop(L) - 1, position);
}

/// [-0, +n, v] A field that the row has not is null.
static int bind_row(lua_State *L, const loader *to, lua_Integer position) {
    sqlite3_clear_bindings(to->insert->handle);
    lua_pushnil(L);
    while (lua_next(L, ROW) != 0) {
        luaL_checkstack(L, 8, "a row has too many fields");
        const int value = lua_gettop(L), name = value - 1;
        if (lua_type(L, name) != LUA_TSTRING) {
            lua_pushstring(L, luaL_typename(L, name));
            return refuse(L, "name", position, 1);
        }
        const int type = lua_type(L, value);
        const int pushed = type == LUA_TTABLE || type == LUA_TUSERDATA ? bind_object(L, to, name, position)
                                                                       : bind_field(L, to, name, position);
        if (pushed > 0) return pushed;
        if (type <= LUA_TNUMBER) {
            lua_settop(L, name);
        } else {
            lua_rotate(L, name, -1);  // the name goes to the top, for lua_next; what was bound stays below
        }
    }
    return 0;
}

/// [-0, +n, v] The bound row goes into the table.
static int insert_row(lua_State *L, const loader *to, lua_Integer position) {
    ls_database *database = to->insert->database;
    sqlite3_stmt *handle = to->insert->handle;
    ls_make_room(L, database);
    for (bool again = true;; again = false) {
        ls_enter(database, true);
        int code = SQLITE_OK;
        if (!database->is_loading) code = sqlite3_exec(database->handle, "BEGIN", NULL, NULL, NULL);
        if (code == SQLITE_OK) {
            database->is_loading = true;
            code = sqlite3_step(handle);
        }
        const bool is_over = (code & 0xFF) == SQLITE_NOMEM;
        sqlite3_reset(handle);
        // A failure may have undone the rows before this one, of every loader.
        const bool is_undone = database->is_loading && sqlite3_get_autocommit(database->handle);
        if (is_undone) database->is_loading = false;
        ls_leave(database);
        if (code == SQLITE_DONE) return 0;
        if (!is_over || is_undone || !again || !ls_collect(L, database)) {
            const int pushed = ls_push_failure(L, database, code, -1);
            lua_settop(L, lua_gettop(L) - pushed + 2);  // nil and the message
            lua_remove(L, -2);
            return refuse(L, "sqlite", position, 1);
        }
    }
}

/// [-0, +n, v] The row at ROW. n is 0, or what is wrong was pushed.
static int load_row(lua_State *L, const loader *to, lua_Integer position) {
    if (!lua_istable(L, ROW)) {
        lua_pushstring(L, luaL_typename(L, ROW));
        return refuse(L, "row", position, 1);
    }
    const int pushed = bind_row(L, to, position);
    return pushed > 0 ? pushed : insert_row(L, to, position);
}

static const loader *begin(lua_State *L) {
    const loader *to = luaL_checkudata(L, LOADER, loader_name);
    if (!to->insert->handle) luaL_error(L, "the loader is closed");
    lua_settop(L, 3);
    lua_getiuservalue(L, LOADER, SLOT_PLACES);
    lua_insert(L, PLACES);
    return to;
}

int ls_lua_load_rows(lua_State *L) {
    const loader *to = begin(L);
    luaL_checktype(L, SOURCE, LUA_TTABLE);
    for (lua_Integer position = luaL_checkinteger(L, ROW);; position++) {
        lua_settop(L, PLACES);
        if (lua_geti(L, SOURCE, position) == LUA_TNIL) {
            lua_pushinteger(L, position - 1);
            return 1;
        }
        const int pushed = load_row(L, to, position);
        if (pushed > 0) return pushed;
    }
}

int ls_lua_load_row(lua_State *L) {
    const loader *to = begin(L);
    const lua_Integer position = luaL_checkinteger(L, ROW);
    lua_settop(L, PLACES);
    lua_pushvalue(L, SOURCE);
    const int pushed = load_row(L, to, position);
    if (pushed > 0) return pushed;
    lua_pushboolean(L, 1);
    return 1;
}
