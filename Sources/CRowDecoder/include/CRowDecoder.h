// Reads, walks and writes what Finout sends, from the bytes as received to Lua tables, CSV or NDJSON.
//
// Nothing here throws or jumps into its caller, but for the functions that say "may raise": those are called by Lua.
// Pointers handed out live as long as the object they were asked from.
#ifndef FINLUA_CROWDECODER_H
#define FINLUA_CROWDECODER_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "rd_json.h"
#include "rd_page.h"
#include "rd_reader.h"

#include "rd_lua.h"

#ifdef __cplusplus
}
#endif

#endif
