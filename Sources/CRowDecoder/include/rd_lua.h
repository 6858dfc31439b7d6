// What Lua sees of rows, JSON and numbers. Included by CRowDecoder.h.

/// How a Lua state is told that its allocator must not fail: between `begin` and `end`, which are called around each row.
/// Null functions leave the allocator as it is.
typedef struct {
    void (*begin)(lua_State *state);
    void (*end)(lua_State *state);
} RDGrace;

/// [-0, +(0|1), -] Pushes the next row as a table and gives 1; 0 if there is none, -1 on a fault. The caller guarantees
/// that the allocator does not fail.
int rd_reader_push(RDReader *reader, lua_State *state);

/// [-1, +1, m] Replaces the function `advance` on top of the stack by an iterator over the reader's rows. The iterator
/// calls `advance`, which may yield, when it has no row: true means look again, false that there are no more.
void rd_push_rows(lua_State *state, RDReader *reader, RDGrace grace);

/// [-0, +(0|1), -] The reader behind an iterator of `rd_push_rows` at `index`, and its `advance` pushed; null, and nothing
/// pushed, for any other value.
RDReader *rd_rows_reader(lua_State *state, int index);

/// [-0, +1, m] Pushes a parsed value; null is `rd_push_null`'s. The caller keeps the value alive.
void rd_push_json(lua_State *state, const rd_json *value);

/// [-0, +1, -] Pushes the value that stands for JSON's null.
void rd_push_null(lua_State *state);

/// Whether the value at `index` is that null.
bool rd_is_null(lua_State *state, int index);

/// [-0, +1, m] Pushes the metatable that marks a table as a JSON array, so that an empty one is written as [].
void rd_push_array_mark(lua_State *state);

/// Plain Lua functions; they may raise. Ends with a null name.
///
/// number_text(n): the shortest text of a number.
/// json_encode(value [, pretty]): JSON text. Refused with the path of the value: NaN, infinities, functions, cycles,
///   text that is not UTF-8, tables that are neither arrays nor have text keys. Keys are written in byte order. A value with
///   `__tostring` is written as that text.
/// json_decode(text): the value, null as `rd_push_null`'s, arrays marked.
/// json_array([table]): marks the table, or a new one, as an array.
/// csv_record(row, columns [, guarded [, line_end]]): one CSV line with its CRLF, or that line end. `columns` is an array of names, or a number of
///   cells if `row` is an array; nil: as many as `row` has.
/// csv_fault(text): nothing, or the line and what stands there that no CSV text may hold.
/// csv_parser(text, separator [, columns]): a parser before the first record, which has so many fields as all others; the
///   separator is one byte.
/// csv_next(parser): the next record as { n = number of fields, … }, or as a row once there are names; an unquoted empty
///   field is nil. Nil at the end. Nil and what is wrong, line and column: "quote", "after", "unterminated", "ragged",
///   whose column is how many fields there are, and "number", with the text.
/// csv_columns(parser, names, numbers): the array of names, or nil; `numbers` is true at the place of each number.
/// csv_place(parser): the line of the last record, and how many fields each has.
/// ndjson_record(row, columns [, names]): one JSON line with its LF, members in the order of `columns`, missing ones null;
///   `names`, as many, are what the line calls them.
/// exact_sum(numbers): the sum of an array as a float, exact but for one rounding at the end.
/// groups(by, of [, bucket]): an empty set of groups of rows. `by` and `of` are arrays of field names; `bucket(value,
///   position)`, asked once for each value, gives what stands for the value of the first field of `by`.
/// groups_rows(groups, array): adds the rows of an array up to its end, each field's amounts exactly. Gives the number of
///   rows; or nil and what is wrong: "row", position, type; "type", position, field, type; "finite", position, field;
///   "unit", position, field, the group's unit, key, the row's unit.
/// groups_row(groups, row, position): the same for one row; true, or nil and what is wrong.
/// groups_list(groups [, exact]): an array of { key = values of `by` in order, rows = how many, units = unit by field,
///   totals = sum by field }, and how often each field of `by`, then of `of`, was there. With `exact` a sum is the text of
///   all its digits.
extern const luaL_Reg rd_lua_functions[];

/// One of them by its name; null if there is none.
lua_CFunction rd_lua_function(const char *name);
