#include <stdio.h>
#include <string.h>

#include "lb_internal.h"

const char lb_key_names = 0;

/// Library functions that call back into a script from C, how a script author would name the place, and the way out.
static const struct {
    const char *function, *place, *advice;
} places[] = {
    {"table.sort", "a table.sort comparator", "fetch first, then sort"},
    {"string.gsub", "a string.gsub callback", "fetch first, then replace"},
    {"load", "a load reader", "fetch first, then load"},
    {"tostring", "__tostring", "fetch first, then print"},
    {"print", "__tostring", "fetch first, then print"},
    {"string.format", "__tostring", "fetch first, then format"},
    {"coroutine.close", "a <close> variable of a coroutine that is being closed", "fetch before closing it"},
};

/// [-0, +0, -] innermost script frame as "script.lua:12"; frames of embedded modules are not the script's.
bool lb_find_where(lua_State *L, char *text, size_t capacity) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline <= 0 || strncmp(frame.source, "=[finlua", 8) == 0) continue;
        const char *name = *frame.source == '@' || *frame.source == '=' ? frame.source + 1 : frame.short_src;
        snprintf(text, capacity, "%s:%d", name, frame.currentline);
        return true;
    }
    return false;
}

/// [-1, +0, m] remembers the name of each C function of the table on top.
void lb_name_functions(lua_State *L, const char *library) {
    int table = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_names);
    for (lua_pushnil(L); lua_next(L, table); lb_pop(L, 1)) {
        lua_CFunction function = lua_tocfunction(L, -1);
        if (!function || lua_type(L, -2) != LUA_TSTRING) continue;
        lua_pushfstring(L, "%s%s", library, lua_tostring(L, -2));
        lua_rawsetp(L, table + 1, (const void *)function);
    }
    lua_settop(L, table - 1);
}

void lb_push_place_error(lua_State *L, const char *call) {
    luaL_checkstack(L, 8, NULL);
    const char *place = "a <close> variable of a coroutine that is being closed";
    const char *advice = "fetch before that";
    lua_pushnil(L);  // a name built below lives here
    int anchor = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_key_names);
    lua_Debug frame;
    for (int level = 1; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Snf", &frame);
        lua_CFunction function = lua_tocfunction(L, -1);
        lb_pop(L, 1);
        if (frame.name && strcmp(frame.name, "__gc") == 0) {
            place = "a finalizer (__gc)";
            break;
        }
        if (!function) continue;
        if (function == lb_handler) {
            place = "an xpcall message handler";
            advice = "use pcall and fetch after it returned";
            break;
        }
        if (lua_rawgetp(L, anchor + 1, (const void *)function) != LUA_TSTRING) {
            lb_pop(L, 1);
            continue;
        }
        const char *name = lua_tostring(L, -1);
        place = lua_pushfstring(L, "a function called by %s", name);
        lua_replace(L, anchor);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            if (strcmp(places[i].function, name) != 0) continue;
            place = places[i].place;
            advice = places[i].advice;
        }
        break;
    }
    lb_push_error(L);
    lua_pushliteral(L, "script_error");
    lua_setfield(L, -2, "code");
    lua_pushfstring(L, "%s() cannot be called from %s; %s", call ? call : "a waiting function", place, advice);
    lua_setfield(L, -2, "message");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "retryable");
    lb_complete_error(L, -1, call);
    lua_replace(L, anchor);
    lua_settop(L, anchor);
}
