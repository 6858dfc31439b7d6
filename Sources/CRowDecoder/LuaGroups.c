#include <math.h>
#include <string.h>

#include "Amount.h"
#include "LuaSupport.h"

// Groups of rows and their sums. All memory is userdata of the script's: its limit holds, and a jump leaks nothing.

/// User values of a set of groups, which stand at the same places of the stack while rows are added.
enum {
    SLOT_BY = 1,  // array of names
    SLOT_OF,
    SLOT_UNIT_NAMES,  // "cost_unit" for "cost"
    SLOT_BUCKET,
    SLOT_BUCKETS,  // what `bucket` said of each value
    SLOT_KEYS,     // values of all keys, group by group
    SLOT_UNITS,    // units of all amounts, group by group
    SLOT_TEXT,     // here and below: blocks
    SLOT_GROUPS,
    SLOT_PLACES,
    SLOT_AMOUNTS,
    SLOT_WIDE,
    SLOT_COUNT = SLOT_WIDE,
};
enum { BLOCKS = SLOT_COUNT - SLOT_TEXT + 1 };

typedef struct {
    uint64_t hash;
    size_t text, length;  // its key, in SLOT_TEXT
    lua_Integer rows;
} group;

typedef struct {
    lua_Integer by, of;
    bool has_bucket;
    size_t count;   // groups
    size_t places;  // of the hash table; a power of two
    size_t wide;    // sums that did not fit an amount
    size_t text;    // bytes of keys
    void *blocks[BLOCKS];
    size_t capacities[BLOCKS];  // bytes
    lua_Integer seen[];         // how often each field of by, then of of, was there
} group_set;

static const char set_name[] = "finlua.groups";

static void *block(const group_set *set, int slot) { return set->blocks[slot - SLOT_TEXT]; }

/// [-0, +0, m] Room for `needed` bytes, of which `used` are kept.
static void grow(lua_State *state, group_set *set, int slot, size_t used, size_t needed) {
    size_t *capacity = &set->capacities[slot - SLOT_TEXT];
    if (needed <= *capacity) return;
    size_t wanted = *capacity * 2 < 512 ? 512 : *capacity * 2;
    if (wanted < needed) wanted = needed;
    void *bytes = lua_newuserdatauv(state, wanted, 0);
    if (used > 0) memcpy(bytes, block(set, slot), used);
    lua_setiuservalue(state, 1, slot);
    set->blocks[slot - SLOT_TEXT] = bytes;
    *capacity = wanted;
}

static group_set *checked_set(lua_State *state) { return luaL_checkudata(state, 1, set_name); }

int rd_lua_groups(lua_State *state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    luaL_checktype(state, 2, LUA_TTABLE);
    lua_settop(state, 3);
    const lua_Integer by = (lua_Integer)lua_rawlen(state, 1), of = (lua_Integer)lua_rawlen(state, 2);
    const size_t size = sizeof(group_set) + (size_t)(by + of) * sizeof(lua_Integer);
    group_set *set = lua_newuserdatauv(state, size, SLOT_COUNT);
    memset(set, 0, size);
    set->by = by;
    set->of = of;
    set->has_bucket = !lua_isnil(state, 3);
    if (luaL_newmetatable(state, set_name)) {
        lua_pushboolean(state, 0);
        lua_setfield(state, -2, "__metatable");
    }
    lua_setmetatable(state, 4);
    lua_pushvalue(state, 1);
    lua_setiuservalue(state, 4, SLOT_BY);
    lua_pushvalue(state, 2);
    lua_setiuservalue(state, 4, SLOT_OF);
    lua_createtable(state, (int)of, 0);
    for (lua_Integer place = 1; place <= of; place++) {
        lua_rawgeti(state, 2, place);
        lua_pushfstring(state, "%s_unit", luaL_checkstring(state, -1));
        lua_rawseti(state, -3, place);
        lua_pop(state, 1);
    }
    lua_setiuservalue(state, 4, SLOT_UNIT_NAMES);
    lua_pushvalue(state, 3);
    lua_setiuservalue(state, 4, SLOT_BUCKET);
    for (int slot = SLOT_BUCKETS; slot <= SLOT_UNITS; slot++) {
        lua_newtable(state);
        lua_setiuservalue(state, 4, slot);
    }
    return 1;
}

/// What stands above the user values while rows are added; the key's values follow.
enum { SOURCE = SLOT_COUNT + 2, ROW, POSITION, KEY };

static int user_value(int slot) { return slot + 1; }

/// [-0, +SLOT_COUNT, m] Puts the user values between the set at 1 and the argument behind it.
static void push_user_values(lua_State *state, const group_set *set) {
    luaL_checkstack(state, SLOT_COUNT + (int)set->by + 24, "too many fields");
    lua_settop(state, 2);
    for (int slot = 1; slot <= SLOT_COUNT; slot++) {
        lua_getiuservalue(state, 1, slot);
        lua_insert(state, user_value(slot));
    }
}

/// [-0, +0, m] Appends to the text of the key that is being made, which no group has yet.
static void append(lua_State *state, group_set *set, size_t *length, const void *bytes, size_t count) {
    const size_t used = set->text + *length;
    grow(state, set, SLOT_TEXT, used, used + count);
    memcpy((char *)block(set, SLOT_TEXT) + used, bytes, count);
    *length += count;
}

/// [-0, +0, e] Appends what tells the value at `index` from every other.
static void append_key(lua_State *state, group_set *set, size_t *length, int index) {
    const int type = lua_type(state, index);
    char tag = (char)type;
    if (type == LUA_TNUMBER) {
        // 1 and 1.0 are one key, as they are to Lua's tables.
        int is_integer = 0;
        const lua_Integer integer = lua_tointegerx(state, index, &is_integer);
        const lua_Number number = lua_tonumber(state, index);
        tag = is_integer ? 'i' : 'f';
        append(state, set, length, &tag, 1);
        append(state, set, length, is_integer ? (const void *)&integer : (const void *)&number, 8);
    } else if (type == LUA_TBOOLEAN) {
        const char truth = (char)lua_toboolean(state, index);
        append(state, set, length, &tag, 1);
        append(state, set, length, &truth, 1);
    } else if (type == LUA_TNIL) {
        append(state, set, length, &tag, 1);
    } else {
        size_t count;
        const bool is_text = type == LUA_TSTRING;
        const char *text = is_text ? lua_tolstring(state, index, &count) : luaL_tolstring(state, index, &count);
        append(state, set, length, &tag, 1);
        append(state, set, length, &count, sizeof count);
        append(state, set, length, text, count);
        if (!is_text) lua_pop(state, 1);
    }
}

static uint64_t hash_of(const char *bytes, size_t count) {
    uint64_t hash = 0x9E3779B97F4A7C15ULL ^ count;
    while (count > 0) {
        uint64_t word = 0;
        const size_t part = count < 8 ? count : 8;
        memcpy(&word, bytes, part);
        const unsigned __int128 product = (unsigned __int128)(hash ^ word) * 0xD6E8FEB86659FD93ULL;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
        bytes += part;
        count -= part;
    }
    return hash;
}

static void place_group(group_set *set, size_t index) {
    uint32_t *places = block(set, SLOT_PLACES);
    const group *groups = block(set, SLOT_GROUPS);
    size_t place = groups[index].hash & (set->places - 1);
    while (places[place] != 0) place = (place + 1) & (set->places - 1);
    places[place] = (uint32_t)index + 1;
}

/// [-0, +0, e] Makes room for one more group in everything that has one entry a group.
static void make_room(lua_State *state, group_set *set) {
    if (set->count >= UINT32_MAX / 2) luaL_error(state, "too many groups");
    grow(state, set, SLOT_GROUPS, set->count * sizeof(group), (set->count + 1) * sizeof(group));
    const size_t width = (size_t)set->of * sizeof(amount);
    grow(state, set, SLOT_AMOUNTS, set->count * width, (set->count + 1) * width);
    if ((set->count + 1) * 2 <= set->places) return;
    const size_t places = set->places == 0 ? 64 : set->places * 2;
    grow(state, set, SLOT_PLACES, 0, places * sizeof(uint32_t));
    set->places = places;
    memset(block(set, SLOT_PLACES), 0, places * sizeof(uint32_t));
    for (size_t index = 0; index < set->count; index++) place_group(set, index);
}

/// [-0, +0, e] The group whose key stands from KEY on.
static size_t find_group(lua_State *state, group_set *set) {
    size_t length = 0;
    grow(state, set, SLOT_TEXT, set->text, set->text + 1);
    for (int place = 0; place < set->by; place++) append_key(state, set, &length, KEY + place);
    const char *text = (const char *)block(set, SLOT_TEXT) + set->text;
    const uint64_t hash = hash_of(text, length);
    const uint32_t *places = block(set, SLOT_PLACES);
    const group *groups = block(set, SLOT_GROUPS);
    if (set->places > 0) {
        for (size_t place = hash & (set->places - 1); places[place] != 0; place = (place + 1) & (set->places - 1)) {
            const size_t index = places[place] - 1;
            if (groups[index].hash == hash && groups[index].length == length &&
                memcmp((const char *)block(set, SLOT_TEXT) + groups[index].text, text, length) == 0)
                return index;
        }
    }
    make_room(state, set);
    const size_t index = set->count;
    for (int place = 0; place < set->by; place++) {
        lua_pushvalue(state, KEY + place);
        lua_rawseti(state, user_value(SLOT_KEYS), (lua_Integer)index * set->by + place + 1);
    }
    ((group *)block(set, SLOT_GROUPS))[index] = (group){hash, set->text, length, 0};
    memset((amount *)block(set, SLOT_AMOUNTS) + index * (size_t)set->of, 0, (size_t)set->of * sizeof(amount));
    set->text += length;
    set->count++;
    place_group(set, index);
    return index;
}

/// [-0, +0, m]
static void add(lua_State *state, group_set *set, size_t position, rd_decimal decimal) {
    amount *sum = (amount *)block(set, SLOT_AMOUNTS) + position;
    if (!sum->wide && rd_amount_add(sum, decimal)) return;
    if (!sum->wide) {
        grow(state, set, SLOT_WIDE, set->wide * sizeof(rd_sum), (set->wide + 1) * sizeof(rd_sum));
        rd_amount_widen(sum, (rd_sum *)block(set, SLOT_WIDE) + set->wide);
        sum->wide = ++set->wide;
    }
    rd_sum_add_decimal((rd_sum *)block(set, SLOT_WIDE) + (sum->wide - 1), decimal);
}

static rd_decimal decimal_of_integer(lua_Integer integer) {
    return (rd_decimal){integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer, 0, integer < 0};
}

/// [-0, +n, m] What is wrong, for the script's own words; gives n.
static int refuse(lua_State *state, const char *what, lua_Integer field, const char *type) {
    lua_pushnil(state);
    lua_pushstring(state, what);
    lua_pushvalue(state, POSITION);
    if (field) lua_rawgeti(state, user_value(SLOT_OF), field);
    if (type) lua_pushstring(state, type);
    return 3 + (field != 0) + (type != NULL);
}

/// [-0, +n, e] The unit on top is not the group's.
static int refuse_unit(lua_State *state, const group_set *set, size_t index, lua_Integer place) {
    const int unit = lua_gettop(state);
    const int pushed = refuse(state, "unit", place, NULL);
    lua_rawgeti(state, user_value(SLOT_UNITS), (lua_Integer)index * set->of + place);
    lua_createtable(state, (int)set->by, 0);
    for (lua_Integer key = 1; key <= set->by; key++) {
        lua_rawgeti(state, user_value(SLOT_KEYS), (lua_Integer)index * set->by + key);
        lua_rawseti(state, -2, key);
    }
    lua_pushvalue(state, unit);
    return pushed + 3;
}

/// [-0, +n, e] Adds the amount of field `place`; n is 0, or what is wrong was pushed.
static int add_field(lua_State *state, group_set *set, size_t index, lua_Integer place) {
    const int top = lua_gettop(state);
    lua_rawgeti(state, user_value(SLOT_OF), place);
    lua_gettable(state, ROW);
    if (lua_istable(state, -1)) {  // the API's own {amount=, unit=}
        lua_getfield(state, top + 1, "unit");
        lua_getfield(state, top + 1, "amount");
        lua_remove(state, top + 1);
        lua_insert(state, top + 1);
    } else if (!lua_isnil(state, -1)) {
        lua_rawgeti(state, user_value(SLOT_UNIT_NAMES), place);
        lua_gettable(state, ROW);
    }
    const int type = lua_type(state, top + 1);
    if (type == LUA_TNIL) {
        lua_settop(state, top);
        return 0;
    }
    if (type != LUA_TNUMBER) return refuse(state, "type", place, lua_typename(state, type));
    const bool is_integer = lua_isinteger(state, top + 1);
    if (!is_integer && !isfinite(lua_tonumber(state, top + 1))) return refuse(state, "finite", place, NULL);
    set->seen[set->by + place - 1]++;
    if (!lua_isnil(state, top + 2)) {
        const lua_Integer position = (lua_Integer)index * set->of + place;
        if (lua_rawgeti(state, user_value(SLOT_UNITS), position) == LUA_TNIL) {
            lua_pushvalue(state, top + 2);
            lua_rawseti(state, user_value(SLOT_UNITS), position);
        } else if (!lua_rawequal(state, -1, top + 2)) {
            lua_pop(state, 1);
            return refuse_unit(state, set, index, place);
        }
    }
    add(state, set, index * (size_t)set->of + (size_t)place - 1,
        is_integer ? decimal_of_integer(lua_tointeger(state, top + 1)) : rd_decimal_of(lua_tonumber(state, top + 1)));
    lua_settop(state, top);
    return 0;
}

/// [-0, +0, e] What stands for the value at KEY.
static void apply_bucket(lua_State *state) {
    if (!lua_isnil(state, KEY)) {
        lua_pushvalue(state, KEY);
        if (lua_rawget(state, user_value(SLOT_BUCKETS)) != LUA_TNIL) {
            lua_replace(state, KEY);
            return;
        }
        lua_pop(state, 1);
    }
    lua_pushvalue(state, user_value(SLOT_BUCKET));
    lua_pushvalue(state, KEY);
    lua_pushvalue(state, POSITION);
    lua_call(state, 2, 1);
    if (!lua_isnil(state, KEY)) {
        lua_pushvalue(state, KEY);
        lua_pushvalue(state, -2);
        lua_rawset(state, user_value(SLOT_BUCKETS));
    }
    lua_replace(state, KEY);
}

/// [-0, +n, e] Adds the row at ROW, whose position stands above it.
static int add_row(lua_State *state, group_set *set) {
    if (!lua_istable(state, ROW)) return refuse(state, "row", 0, luaL_typename(state, ROW));
    for (lua_Integer place = 1; place <= set->by; place++) {
        lua_rawgeti(state, user_value(SLOT_BY), place);
        if (lua_gettable(state, ROW) != LUA_TNIL) set->seen[place - 1]++;
    }
    if (set->has_bucket) apply_bucket(state);
    const size_t index = find_group(state, set);
    ((group *)block(set, SLOT_GROUPS))[index].rows++;
    lua_settop(state, POSITION);
    for (lua_Integer place = 1; place <= set->of; place++) {
        const int pushed = add_field(state, set, index, place);
        if (pushed > 0) return pushed;
    }
    return 0;
}

/// [-0, +n, m] How often each field was there.
static int push_seen(lua_State *state, const group_set *set) {
    lua_createtable(state, (int)(set->by + set->of), 0);
    for (lua_Integer field = 0; field < set->by + set->of; field++) {
        lua_pushinteger(state, set->seen[field]);
        lua_rawseti(state, -2, field + 1);
    }
    return 1;
}

int rd_lua_groups_rows(lua_State *state) {
    group_set *set = checked_set(state);
    luaL_checktype(state, 2, LUA_TTABLE);
    push_user_values(state, set);
    for (lua_Integer position = 1;; position++) {
        lua_settop(state, SOURCE);
        if (lua_geti(state, SOURCE, position) == LUA_TNIL) {
            lua_pushinteger(state, position - 1);
            return 1;
        }
        lua_pushinteger(state, position);
        const int pushed = add_row(state, set);
        if (pushed > 0) return pushed;
    }
}

int rd_lua_groups_row(lua_State *state) {
    group_set *set = checked_set(state);
    const lua_Integer position = luaL_checkinteger(state, 3);
    push_user_values(state, set);
    lua_pushvalue(state, SOURCE);
    lua_pushinteger(state, position);
    const int pushed = add_row(state, set);
    if (pushed > 0) return pushed;
    lua_pushboolean(state, true);
    return 1;
}

/// [-0, +1, e] Pushes the sum: the nearest number, or all its digits.
static void push_total(lua_State *state, const group_set *set, const amount *sum, bool exact) {
    rd_sum narrow;
    rd_sum *wide = &narrow;
    if (sum->wide) {
        wide = (rd_sum *)block(set, SLOT_WIDE) + (sum->wide - 1);
    } else {
        rd_amount_widen(sum, wide);
    }
    if (exact) {
        char text[RD_SUM_TEXT];
        lua_pushlstring(state, text, rd_sum_text(wide, text));
        return;
    }
    const double total = rd_sum_result(wide);
    if (!isfinite(total)) luaL_error(state, "the sum is too large for a number");
    lua_pushnumber(state, total);
}

int rd_lua_groups_list(lua_State *state) {
    group_set *set = checked_set(state);
    lua_settop(state, 2);
    const bool exact = lua_toboolean(state, 2);
    push_user_values(state, set);
    lua_createtable(state, set->count < INT32_MAX ? (int)set->count : 0, 0);
    for (size_t index = 0; index < set->count; index++) {
        lua_createtable(state, 0, 4);
        lua_pushinteger(state, ((group *)block(set, SLOT_GROUPS))[index].rows);
        lua_setfield(state, -2, "rows");
        lua_createtable(state, (int)set->by, 0);
        for (lua_Integer place = 1; place <= set->by; place++) {
            lua_rawgeti(state, user_value(SLOT_KEYS), (lua_Integer)index * set->by + place);
            lua_rawseti(state, -2, place);
        }
        lua_setfield(state, -2, "key");
        lua_createtable(state, 0, (int)set->of);
        lua_createtable(state, 0, (int)set->of);
        for (lua_Integer place = 1; place <= set->of; place++) {
            lua_rawgeti(state, user_value(SLOT_OF), place);
            push_total(
                state, set, (amount *)block(set, SLOT_AMOUNTS) + index * (size_t)set->of + (size_t)place - 1, exact);
            lua_rawset(state, -4);
            lua_rawgeti(state, user_value(SLOT_OF), place);
            lua_rawgeti(state, user_value(SLOT_UNITS), (lua_Integer)index * set->of + place);
            lua_rawset(state, -3);
        }
        lua_setfield(state, -3, "units");
        lua_setfield(state, -2, "totals");
        lua_rawseti(state, -2, (lua_Integer)index + 1);
    }
    return 1 + push_seen(state, set);
}
