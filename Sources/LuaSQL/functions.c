#include <lua5.4/lauxlib.h>

#include "ls_internal.h"

static const luaL_Reg functions[] = {
    {"sql_open", ls_lua_open},         {"sql_prepare", ls_lua_prepare},     {"sql_describe", ls_lua_describe},
    {"sql_bind", ls_lua_bind},         {"sql_next", ls_lua_next},           {"sql_execute", ls_lua_execute},
    {"sql_close", ls_lua_close},       {"sql_loader", ls_lua_loader},       {"sql_load_rows", ls_lua_load_rows},
    {"sql_load_row", ls_lua_load_row}, {"sql_load_query", ls_lua_load_query}, {"sql_shut", ls_lua_shut},
    {NULL, NULL},
};

lua_CFunction ls_lua_function(const char *name) {
    const luaL_Reg *entry = functions;
    while (entry->name && strcmp(entry->name, name) != 0) entry++;
    return entry->func;
}
