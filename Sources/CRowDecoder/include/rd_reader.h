// Rows of many pages, one after the other. Included by CRowDecoder.h. One thread at a time.

typedef struct RDReader RDReader;
typedef struct RDBuffer RDBuffer;

/// `cuts` are days since 1970-01-01, ascending: cut i is the first day of window i + 1. Rows of a week or month that a
/// cut divides are kept until all its windows were given, and merged. Starts with one reference. Null without memory.
RDReader *rd_reader_create(const RDPlan *plan, const int64_t *cuts, size_t count, rd_interval interval);
void rd_reader_retain(RDReader *reader);
void rd_reader_release(RDReader *reader);

/// The page whose rows come next. The reader lets go of it when its rows are used up. A page decoded for other columns
/// is a fault.
void rd_reader_give(RDReader *reader, const RDPage *page);

/// All pages of windows 0 to `index` were given.
void rd_reader_finish_window(RDReader *reader, size_t index);

/// Whether there is a row, or a fault to report, without another page.
bool rd_reader_has_row(RDReader *reader);

/// Rows handed out so far.
uint64_t rd_reader_rows_read(const RDReader *reader);

/// Why no row can be handed out any more: no memory, an average that would have to be merged, a sum beyond a double's
/// range. Null while all is well.
const char *rd_reader_fault(const RDReader *reader);

typedef enum rd_format { RD_CSV, RD_NDJSON } rd_format;

/// How rows become text.
typedef struct rd_style {
    rd_format format;
    /// CSV: a text that a spreadsheet would take for a formula (= + - @ TAB CR) starts with an apostrophe.
    bool is_guarded;
    /// CSV: lines end with LF instead of CRLF.
    bool has_line_feed;
} rd_style;

typedef struct RDTally RDTally;

/// Writes all rows there are. Without `columns`: the plan's. `names`, as many, are what NDJSON calls them; null: the same.
/// Adds what it writes to `tally`, unless that is null. False on a fault.
bool rd_reader_write(RDReader *reader, rd_style style, const rd_text *columns, const rd_text *names, size_t count,
                     RDBuffer *buffer, RDTally *tally);

/// The sum of each column that is written. Null without memory.
RDTally *rd_tally_create(void);
void rd_tally_free(RDTally *tally);

/// Columns of a reader's rows, found once. Without `columns`: the plan's. Null without memory.
typedef struct RDPicks RDPicks;
RDPicks *rd_picks_create(const RDReader *reader, const rd_text *columns, size_t count);
void rd_picks_free(RDPicks *picks);

typedef enum rd_cell_kind { RD_ABSENT, RD_DOUBLE, RD_WHOLE, RD_BOOLEAN, RD_TEXT } rd_cell_kind;

typedef struct rd_cell {
    rd_cell_kind kind;
    union {
        double number;
        int64_t integer;
        bool boolean;
        rd_text text;
    } as;
} rd_cell;

/// The picked cells of the next row, which stays the next one: 1; 0 if there is none, -1 on a fault. Texts live until
/// `rd_reader_skip`.
int rd_reader_cells(RDReader *reader, const RDPicks *picks, rd_cell *cells);
/// Goes on to the row behind that one.
void rd_reader_skip(RDReader *reader);

RDBuffer *rd_buffer_create(void);
/// The bytes are the state's memory: its limit holds for them. Freed before the state is closed.
RDBuffer *rd_buffer_create_in(lua_State *state);
void rd_buffer_free(RDBuffer *buffer);
const char *rd_buffer_bytes(const RDBuffer *buffer);
size_t rd_buffer_count(const RDBuffer *buffer);
/// Keeps the memory.
void rd_buffer_clear(RDBuffer *buffer);
/// Gives the memory back.
void rd_buffer_release(RDBuffer *buffer);
/// False without memory.
bool rd_buffer_append(RDBuffer *buffer, const char *bytes, size_t count);
/// One CSV header, its line end included. False without memory.
bool rd_buffer_csv_header(RDBuffer *buffer, const rd_text *columns, size_t count, rd_style style);

/// Text as one CSV cell, quoted where it has to be. With `guarded`, a cell that a spreadsheet would take for a formula
/// (= + - @ TAB CR) starts with an apostrophe. False without memory.
bool rd_buffer_csv_text(RDBuffer *buffer, rd_text text, bool guarded);
/// Text as a JSON string. False without memory.
bool rd_buffer_json_text(RDBuffer *buffer, rd_text text);

/// A sum of doubles, each taken as its shortest decimal, with no rounding before the end. No memory of its own.
typedef struct rd_sum {
    /// Base 1e9 places, of which the first counts 1e-351.
    int64_t places[78];
    uint32_t pending;
} rd_sum;

void rd_sum_begin(rd_sum *sum);
/// `number` must be finite.
void rd_sum_add(rd_sum *sum, double number);
void rd_sum_add_integer(rd_sum *sum, int64_t integer);
/// What the digits of a sum take.
enum { RD_SUM_TEXT = 78 * 9 + 2 };
/// Writes all digits of the sum, without an exponent; gives their number.
size_t rd_sum_text(rd_sum *sum, char text[RD_SUM_TEXT]);
/// The double nearest to the sum; an infinity if no double can hold it.
double rd_sum_result(rd_sum *sum);

/// Writes all digits of the sum of a column, the number of which counts from 0. Gives their number: 0 where the column
/// has no number, or numbers of several units.
size_t rd_tally_text(RDTally *tally, size_t column, char text[RD_SUM_TEXT]);
