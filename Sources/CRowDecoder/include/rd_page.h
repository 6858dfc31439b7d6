// What a query asked for, and one page of its rows. Included by CRowDecoder.h.

typedef enum rd_column_kind { RD_INTERVAL, RD_DIMENSION, RD_MEASUREMENT } rd_column_kind;

typedef enum rd_aggregation { RD_SUM, RD_MINIMUM, RD_MAXIMUM, RD_AVERAGE } rd_aggregation;

typedef enum rd_interval { RD_DAY, RD_WEEK, RD_MONTH } rd_interval;

typedef struct rd_text {
    /// Null where there is no text.
    const char *text;
    size_t count;
} rd_text;

typedef struct rd_column {
    rd_column_kind kind;
    /// The column as the API calls it.
    rd_text name;
    /// The row's name for it. A measurement without one is given as {amount=, unit=}.
    rd_text alias;
    rd_aggregation aggregation;
    /// Whether exports have a column for the unit.
    bool has_unit;
} rd_column;

typedef struct RDPlan RDPlan;
typedef struct RDLedger RDLedger;
typedef struct RDPage RDPage;

/// Copies the columns. Null if there is no memory.
RDPlan *rd_plan_create(const rd_column *columns, size_t count);
void rd_plan_free(RDPlan *plan);

/// The names a row has in exports, in order. Null past the end.
rd_text rd_plan_output(const RDPlan *plan, size_t index);

/// Remembers the rows of one API query, so that none is taken twice.
RDLedger *rd_ledger_create(void);
void rd_ledger_free(RDLedger *ledger);

typedef enum rd_page_fault {
    RD_PAGE_WHOLE,
    /// No JSON, or not the documented envelope.
    RD_PAGE_MALFORMED,
    /// Rows that the ledger has seen, or that stand twice in the page.
    RD_PAGE_REPEATED,
    /// A requested column in no row, twice in a row, or a name that could be two columns.
    RD_PAGE_COLUMNS,
    /// A cell that is not what its column says.
    RD_PAGE_CELL,
    RD_PAGE_MEMORY,
} rd_page_fault;

typedef struct rd_page_error {
    rd_page_fault fault;
    /// Of RD_PAGE_REPEATED.
    size_t rows;
    char message[480];
} rd_page_error;

typedef struct rd_page_info {
    size_t row_count;
    bool has_more;
    /// -1 where the page does not say.
    int64_t total_rows;
    rd_text next_cursor;
    rd_text request_id;
    /// Whether the interval of every row names a day or a month: the first and the last day named, since 1970-01-01.
    bool has_days;
    int64_t first_day;
    int64_t last_day;
    /// What the page holds in memory.
    size_t byte_count;
} rd_page_info;

/// Reads and checks a whole page; the bytes are not needed afterwards. On a fault: null, `error` is filled and the
/// ledger is as before, so that the page can be asked for again. Any thread, but one page at a time for a ledger.
RDPage *rd_page_decode(const char *bytes, size_t count, size_t capacity, const RDPlan *plan, RDLedger *ledger,
                       rd_page_error *error);
rd_page_info rd_page_describe(const RDPage *page);
void rd_page_free(RDPage *page);
