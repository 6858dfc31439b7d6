#include "LuaSupport.h"

#include <stdlib.h>
#include <string.h>

/// One step on the way to a value: a key of the table above it, or an index.
typedef struct path {
    const struct path *above;
    const void *table;
    const char *key;
    lua_Integer index;
    int depth;
} path;

typedef struct {
    const char *text;
    size_t count;
} object_key;

typedef struct {
    lua_State *state;
    RDBuffer *buffer;
    const char *name;
    bool pretty;
} writer;

static void write_value(const writer *to, int index, const path *where);

static void append(const writer *to, const char *text, size_t count) {
    rd_check_memory(to->state, rd_buffer_append(to->buffer, text, count));
}

/// How much of a long path a message shows.
enum { FIRST_STEPS = 8, LAST_STEPS = 4 };

/// `length` is the depth of the value at the path's end.
static void push_path(const writer *to, const path *where, int length) {
    if (!where || !where->above) {
        lua_pushstring(to->state, to->name);
        return;
    }
    luaL_checkstack(to->state, 4, "the path of a value");
    if (length > FIRST_STEPS + LAST_STEPS && where->depth == length - LAST_STEPS) {
        while (where->depth > FIRST_STEPS) where = where->above;
        push_path(to, where, length);
        lua_pushliteral(to->state, "…");
        lua_concat(to->state, 2);
        return;
    }
    push_path(to, where->above, length);
    if (where->key) {
        lua_pushfstring(to->state, ".%s", where->key);
    } else {
        lua_pushfstring(to->state, "[%I]", where->index);
    }
    lua_concat(to->state, 2);
}

static void refuse(const writer *to, const path *where, const char *why) {
    push_path(to, where, where ? where->depth : 0);
    luaL_error(to->state, "%s cannot be written as JSON: %s", lua_tostring(to->state, -1), why);
}

static void write_text(const writer *to, int index, const path *where) {
    rd_text text;
    text.text = lua_tolstring(to->state, index, &text.count);
    if (!rd_utf8_valid(text.text, text.count)) refuse(to, where, "the text is not UTF-8");
    rd_check_memory(to->state, rd_buffer_json_text(to->buffer, text));
}

static void start_line(const writer *to, int depth) {
    if (!to->pretty) return;
    append(to, "\n", 1);
    for (int level = 0; level < depth; ++level) append(to, "  ", 2);
}

static int compare_keys(const void *left, const void *right) {
    const object_key *first = left, *second = right;
    const size_t shared = first->count < second->count ? first->count : second->count;
    const int order = memcmp(first->text, second->text, shared);
    if (order != 0) return order;
    return first->count < second->count ? -1 : first->count > second->count;
}

static void write_array(const writer *to, int index, size_t count, const path *where) {
    append(to, "[", 1);
    for (size_t element = 1; element <= count; ++element) {
        if (element > 1) append(to, ",", 1);
        const path step = {where, NULL, NULL, (lua_Integer)element, where->depth + 1};
        start_line(to, step.depth);
        const int type = lua_rawgeti(to->state, index, (lua_Integer)element);
        if (type == LUA_TNIL) refuse(to, &step, "the array has a hole there");
        write_value(to, lua_gettop(to->state), &step);
        lua_pop(to->state, 1);
    }
    if (count > 0) start_line(to, where->depth);
    append(to, "]", 1);
}

static void write_object(const writer *to, int index, size_t count, const path *where) {
    lua_State *state = to->state;
    object_key *keys = lua_newuserdatauv(state, (count > 0 ? count : 1) * sizeof *keys, 0);
    // A value's __tostring may take a key out of the object while its text is still needed.
    lua_createtable(state, count < 1 << 20 ? (int)count : 0, 0);
    const int kept = lua_gettop(state);
    size_t filled = 0;
    lua_pushnil(state);
    while (lua_next(state, index) != 0) {
        lua_pop(state, 1);
        keys[filled].text = lua_tolstring(state, -1, &keys[filled].count);
        ++filled;
        lua_pushvalue(state, -1);
        lua_rawseti(state, kept, (lua_Integer)filled);
    }
    qsort(keys, filled, sizeof *keys, compare_keys);
    append(to, "{", 1);
    for (size_t member = 0; member < filled; ++member) {
        if (member > 0) append(to, ",", 1);
        const path step = {where, NULL, keys[member].text, 0, where->depth + 1};
        start_line(to, step.depth);
        lua_pushlstring(state, keys[member].text, keys[member].count);
        write_text(to, lua_gettop(state), &step);
        append(to, ": ", to->pretty ? 2 : 1);
        lua_rawget(state, index);
        write_value(to, lua_gettop(state), &step);
        lua_pop(state, 1);
    }
    if (filled > 0) start_line(to, where->depth);
    append(to, "}", 1);
    lua_pop(state, 2);
}

// Counts the keys of the table at `index`; false in `texts` and `indexes` if one is no text, or no integer.
static size_t count_keys(lua_State *state, int index, bool *texts, bool *indexes) {
    size_t count = 0;
    lua_pushnil(state);
    while (lua_next(state, index) != 0) {
        lua_pop(state, 1);
        if (lua_type(state, -1) != LUA_TSTRING) *texts = false;
        if (!lua_isinteger(state, -1)) *indexes = false;
        ++count;
    }
    return count;
}

static bool is_marked(lua_State *state, int index) {
    if (!lua_getmetatable(state, index)) return false;
    rd_push_array_mark(state);
    const bool marked = lua_rawequal(state, -1, -2);
    lua_pop(state, 2);
    return marked;
}

static void write_table(const writer *to, int index, const path *where) {
    lua_State *state = to->state;
    const void *table = lua_topointer(state, index);
    for (const path *step = where->above; step; step = step->above) {
        if (step->table == table) refuse(to, where, "the table contains itself");
    }
    if (where->depth >= RD_JSON_DEPTH - 1) refuse(to, where->above, "it is nested too deeply");
    const path here = {where->above, table, where->key, where->index, where->depth};
    bool texts = true, indexes = true;
    const size_t count = count_keys(state, index, &texts, &indexes);
    const size_t length = lua_rawlen(state, index);
    const bool marked = is_marked(state, index);
    if (marked || (count > 0 && indexes)) {
        if (!indexes || count != length) refuse(to, &here, "it has holes, or keys that are no places of an array");
        write_array(to, index, length, &here);
    } else if (texts) {
        write_object(to, index, count, &here);
    } else {
        refuse(to, &here, "its keys are neither all texts nor the places of an array");
    }
}

static void write_value(const writer *to, int index, const path *where) {
    lua_State *state = to->state;
    luaL_checkstack(state, 10, "the value is nested too deeply");
    const int type = lua_type(state, index);
    const bool is_object = type == LUA_TTABLE || type == LUA_TUSERDATA;
    if (is_object && luaL_getmetafield(state, index, "__tostring") != LUA_TNIL) {
        lua_pop(state, 1);
        luaL_tolstring(state, index, NULL);
        write_text(to, lua_gettop(state), where);
        lua_pop(state, 1);
        return;
    }
    switch (type) {
    case LUA_TNIL: append(to, "null", 4); break;
    case LUA_TBOOLEAN:
        if (lua_toboolean(state, index)) {
            append(to, "true", 4);
        } else {
            append(to, "false", 5);
        }
        break;
    case LUA_TNUMBER:
        if (!rd_append_number(state, to->buffer, index)) refuse(to, where, "the number is NaN or infinite");
        break;
    case LUA_TSTRING: write_text(to, index, where); break;
    case LUA_TTABLE: write_table(to, index, where); break;
    default:
        if (rd_is_null(state, index)) {
            append(to, "null", 4);
        } else {
            lua_pushfstring(state, "it is a %s", lua_typename(state, type));
            refuse(to, where, lua_tostring(state, -1));
        }
    }
}

void rd_append_json(lua_State *state, RDBuffer *buffer, int index, const char *name, bool pretty) {
    const writer to = {state, buffer, name, pretty};
    const path root = {NULL, NULL, NULL, 0, 0};
    write_value(&to, lua_absindex(state, index), &root);
}

int rd_lua_json_encode(lua_State *state) {
    luaL_checkany(state, 1);
    lua_settop(state, 2);
    RDBuffer *buffer = rd_new_buffer(state);
    rd_append_json(state, buffer, 1, "the value", lua_toboolean(state, 2));
    return rd_push_buffer(state, buffer);
}
