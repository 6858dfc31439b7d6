#include "CRowDecoder.h"
#include "RowTable.h"

typedef struct {
    RDReader *reader;
    RDGrace grace;
    /// Set once `advance` said that there are no more rows: it is not asked again.
    bool ended;
} row_iterator;

static const char iterator_name[] = "finlua.rows";

static int collect_iterator(lua_State *state) {
    row_iterator *iterator = lua_touserdata(state, 1);
    if (iterator->reader) rd_reader_release(iterator->reader);
    iterator->reader = NULL;
    return 0;
}

// [-0, +(0|1), -]
static int push_under_grace(lua_State *state, const row_iterator *iterator) {
    if (iterator->grace.begin) iterator->grace.begin(state);
    const int pushed = rd_push_row(iterator->reader, state, lua_upvalueindex(3));
    if (iterator->grace.end) iterator->grace.end(state);
    return pushed;
}

static int next_row(lua_State *state, int status, lua_KContext has_answer) {
    (void)status;
    row_iterator *iterator = lua_touserdata(state, lua_upvalueindex(1));
    for (;;) {
        if (has_answer) {
            if (!lua_toboolean(state, -1)) iterator->ended = true;
            lua_settop(state, 0);
        }
        const int pushed = push_under_grace(state, iterator);
        if (pushed > 0) return 1;
        if (pushed < 0) return luaL_error(state, "%s", rd_reader_fault(iterator->reader));
        if (iterator->ended) {
            lua_pushnil(state);
            return 1;
        }
        lua_settop(state, 0);
        lua_pushvalue(state, lua_upvalueindex(2));
        lua_callk(state, 0, 1, 1, next_row);
        has_answer = 1;
    }
}

static int start_next_row(lua_State *state) {
    return next_row(state, LUA_OK, 0);
}

RDReader *rd_rows_reader(lua_State *state, int index) {
    if (lua_tocfunction(state, index) != start_next_row) return NULL;
    lua_getupvalue(state, index, 1);
    const row_iterator *iterator = lua_touserdata(state, -1);
    lua_pop(state, 1);
    if (!iterator->reader) return NULL;
    lua_getupvalue(state, index, 2);
    return iterator->reader;
}

void rd_push_rows(lua_State *state, RDReader *reader, RDGrace grace) {
    row_iterator *iterator = lua_newuserdatauv(state, sizeof *iterator, 0);
    iterator->reader = NULL;
    iterator->grace = grace;
    iterator->ended = false;
    if (luaL_newmetatable(state, iterator_name)) {
        lua_pushstring(state, "__gc");
        lua_pushcfunction(state, collect_iterator);
        lua_rawset(state, -3);
    }
    lua_setmetatable(state, -2);
    rd_reader_retain(reader);
    iterator->reader = reader;
    lua_insert(state, -2);
    rd_push_names(state, reader);
    lua_pushcclosure(state, start_next_row, 3);
}
