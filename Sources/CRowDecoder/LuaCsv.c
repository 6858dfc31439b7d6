#include <string.h>

#include "LuaSupport.h"

// CSV text to rows: RFC 4180, with any separator, LF, CRLF or CR, strict where a reader could only guess.

static const char parser_name[] = "finlua.csv";

enum { SLOT_TEXT = 1, SLOT_NAMES, SLOT_KINDS };
enum { KIND_TEXT, KIND_NUMBER };

typedef struct {
    const char *at, *end;  // of the text, which a user value keeps
    lua_Integer line;      // that `at` stands in, from 1
    lua_Integer record;    // the line in which the record last read begins
    int columns;           // of every record; 0: not known yet
    const char *kinds;     // one a column, or null
    bool is_special[256];  // ends a plain run of a field's text
    char separator;
} csv_parser;

int rd_lua_csv_parser(lua_State *state) {
    size_t count, width;
    luaL_checktype(state, 1, LUA_TSTRING);
    const char *text = lua_tolstring(state, 1, &count), *separator = luaL_checklstring(state, 2, &width);
    luaL_argcheck(state, width == 1, 2, "one byte expected");
    const int columns = (int)luaL_optinteger(state, 3, 0);
    lua_settop(state, 1);
    csv_parser *parser = lua_newuserdatauv(state, sizeof *parser, SLOT_KINDS);
    memset(parser, 0, sizeof *parser);
    parser->at = text;
    parser->end = text + count;
    parser->line = 1;
    parser->columns = columns;
    parser->separator = *separator;
    parser->is_special[(unsigned char)*separator] = parser->is_special['"'] = true;
    parser->is_special['\r'] = parser->is_special['\n'] = true;
    if (count >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) parser->at += 3;
    lua_pushvalue(state, 1);
    lua_setiuservalue(state, -2, SLOT_TEXT);
    if (luaL_newmetatable(state, parser_name)) {
        lua_pushboolean(state, 0);
        lua_setfield(state, -2, "__metatable");
    }
    lua_setmetatable(state, -2);
    return 1;
}

int rd_lua_csv_columns(lua_State *state) {
    csv_parser *parser = luaL_checkudata(state, 1, parser_name);
    luaL_checktype(state, 3, LUA_TTABLE);
    lua_settop(state, 3);
    lua_pushvalue(state, 2);
    lua_setiuservalue(state, 1, SLOT_NAMES);
    char *kinds = lua_newuserdatauv(state, (size_t)parser->columns + 1, 0);
    for (int column = 0; column < parser->columns; column++) {
        lua_rawgeti(state, 3, column + 1);
        kinds[column] = lua_toboolean(state, -1) ? KIND_NUMBER : KIND_TEXT;
        lua_pop(state, 1);
    }
    parser->kinds = kinds;
    lua_setiuservalue(state, 1, SLOT_KINDS);
    return 0;
}

int rd_lua_csv_place(lua_State *state) {
    const csv_parser *parser = luaL_checkudata(state, 1, parser_name);
    lua_pushinteger(state, parser->record);
    lua_pushinteger(state, parser->columns);
    return 2;
}

// The line break at `at` passed over.
static const char *after_break(csv_parser *parser, const char *at) {
    parser->line++;
    return *at == '\r' && at + 1 < parser->end && at[1] == '\n' ? at + 2 : at + 1;
}

// Where a plain run ends that begins at `at`.
static const char *run_end(const csv_parser *parser, const char *at) {
    while (at < parser->end && !parser->is_special[(unsigned char)*at]) at++;
    return at;
}

// [-0, +n, m] nil, what is wrong, the line and the column.
static int refuse(lua_State *state, const char *what, lua_Integer line, int column) {
    lua_pushnil(state);
    lua_pushstring(state, what);
    lua_pushinteger(state, line);
    lua_pushinteger(state, column);
    return 4;
}

// [-0, +(1|n), m] Pushes the text of the quoted field whose opening quote is passed; n > 1: what is wrong.
static int push_quoted(lua_State *state, csv_parser *parser, int column) {
    const lua_Integer line = parser->line;
    const char *from = parser->at, *at = from;
    luaL_Buffer buffer;
    bool is_buffered = false;
    for (;;) {
        while (at < parser->end && *at != '"' && *at != '\r' && *at != '\n') at++;
        if (at == parser->end) {
            if (is_buffered) luaL_pushresult(&buffer);
            return refuse(state, "unterminated", line, column);
        }
        if (*at != '"') {
            at = after_break(parser, at);
        } else if (at + 1 < parser->end && at[1] == '"') {
            if (!is_buffered) luaL_buffinit(state, &buffer);
            is_buffered = true;
            luaL_addlstring(&buffer, from, (size_t)(at + 1 - from));
            from = at += 2;
        } else {
            break;
        }
    }
    if (is_buffered) {
        luaL_addlstring(&buffer, from, (size_t)(at - from));
        luaL_pushresult(&buffer);
    } else {
        lua_pushlstring(state, from, (size_t)(at - from));
    }
    parser->at = at + 1;
    if (parser->at < parser->end && (!parser->is_special[(unsigned char)*parser->at] || *parser->at == '"'))
        return refuse(state, "after", parser->line, column);
    return 1;
}

// [-0, +1, m] False, and nothing pushed, if the text is no number, or a whole one that 64 bits do not hold.
static bool push_number(lua_State *state, const char *text, size_t count) {
    double number;
    if (!rd_number_parse(text, count, &number)) return false;
    const bool is_negative = *text == '-';
    uint64_t digits = 0;
    for (size_t at = is_negative; at < count; at++) {
        const unsigned digit = (unsigned)(text[at] - '0');
        if (digit > 9) {
            lua_pushnumber(state, number);
            return true;
        }
        if (__builtin_mul_overflow(digits, 10, &digits) || __builtin_add_overflow(digits, digit, &digits)) return false;
    }
    if (digits > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) return false;
    lua_pushinteger(state, (lua_Integer)(is_negative ? 0 - digits : digits));
    return true;
}

// [-0, +(1|n), m] Pushes the field at `at`; n > 1: what is wrong.
static int push_field(lua_State *state, csv_parser *parser, int column) {
    const bool is_number = parser->kinds && column <= parser->columns && parser->kinds[column - 1] == KIND_NUMBER;
    const lua_Integer line = parser->line;
    const char *text = parser->at;
    const bool is_quoted = text < parser->end && *text == '"';
    size_t count;
    if (is_quoted) {
        parser->at++;
        const int pushed = push_quoted(state, parser, column);
        if (pushed > 1 || !is_number) return pushed;
        text = lua_tolstring(state, -1, &count);
    } else {
        parser->at = run_end(parser, text);
        if (parser->at < parser->end && *parser->at == '"') return refuse(state, "quote", line, column);
        count = (size_t)(parser->at - text);
        if (count == 0) {
            lua_pushnil(state);
            return 1;
        }
        if (!is_number) {
            lua_pushlstring(state, text, count);
            return 1;
        }
    }
    if (push_number(state, text, count)) {
        if (is_quoted) lua_remove(state, -2);  // its text
        return 1;
    }
    const int pushed = refuse(state, "number", line, column);
    lua_pushlstring(state, text, count < 80 ? count : 80);
    return pushed + 1;
}

// An empty line is a record only where a record has one field.
static void skip_empty_lines(csv_parser *parser) {
    while (parser->columns != 1 && parser->at < parser->end && (*parser->at == '\r' || *parser->at == '\n'))
        parser->at = after_break(parser, parser->at);
}

enum { PARSER = 1, NAMES, ROW };

int rd_lua_csv_next(lua_State *state) {
    csv_parser *parser = luaL_checkudata(state, PARSER, parser_name);
    lua_settop(state, PARSER);
    skip_empty_lines(parser);
    if (parser->at >= parser->end) {
        lua_pushnil(state);
        return 1;
    }
    const bool is_named = lua_getiuservalue(state, PARSER, SLOT_NAMES) == LUA_TTABLE;
    lua_createtable(state, is_named ? 0 : parser->columns, is_named ? parser->columns : 1);
    parser->record = parser->line;
    int column = 0;
    for (bool has_more = true; has_more;) {
        column++;
        if (column == INT32_MAX) return luaL_error(state, "too many columns");
        const bool is_extra = parser->columns > 0 && column > parser->columns;
        if (is_named && !is_extra) lua_rawgeti(state, NAMES, column);
        const int pushed = push_field(state, parser, column);
        if (pushed > 1) return pushed;
        if (is_extra) {
            lua_settop(state, ROW);  // it is counted only
        } else if (is_named) {
            lua_rawset(state, ROW);
        } else {
            lua_rawseti(state, ROW, column);
        }
        has_more = parser->at < parser->end && *parser->at == parser->separator;
        if (has_more) parser->at++;
    }
    if (parser->at < parser->end) parser->at = after_break(parser, parser->at);
    if (parser->columns == 0) parser->columns = column;
    if (column != parser->columns) return refuse(state, "ragged", parser->record, column);
    if (!is_named) {
        lua_pushinteger(state, column);
        lua_setfield(state, ROW, "n");
    }
    return 1;
}

int rd_lua_csv_fault(lua_State *state) {
    size_t count;
    luaL_checktype(state, 1, LUA_TSTRING);
    const char *text = lua_tolstring(state, 1, &count);
    const char *zero = memchr(text, '\0', count);
    if (!zero && rd_utf8_valid(text, count)) return 0;
    lua_Integer line = 1;
    for (const char *at = text, *end = text + count; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        const bool is_zero = memchr(at, '\0', (size_t)(stop - at)) != NULL;
        if (is_zero || !rd_utf8_valid(at, (size_t)(stop - at))) {
            lua_pushinteger(state, line);
            lua_pushstring(state, is_zero ? "a zero byte" : "bytes that are not UTF-8");
            return 2;
        }
        at = stop + 1;
    }
    return 0;
}
