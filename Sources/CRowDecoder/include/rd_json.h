// JSON text to values, and numbers to text. Included by CRowDecoder.h.

/// The longest text `rd_number_text` writes, the terminating zero included.
#define RD_NUMBER_TEXT 32

/// Levels of arrays and objects a text may have. simdjson's own default.
#define RD_JSON_DEPTH 1024

/// Bytes that must be readable after a text for it to be parsed where it lies. simdjson 3.0.1: SIMDJSON_PADDING.
#define RD_JSON_PADDING 64

typedef enum rd_json_kind {
    RD_JSON_NULL,
    RD_JSON_FALSE,
    RD_JSON_TRUE,
    RD_JSON_INTEGER,
    RD_JSON_NUMBER,
    RD_JSON_STRING,
    RD_JSON_ARRAY,
    RD_JSON_OBJECT,
} rd_json_kind;

/// One value of a parsed text. The elements of an array follow it; an object is followed by name, value, name, value.
typedef struct rd_json_node {
    rd_json_kind kind;
    /// Bytes of a string, elements of an array, members of an object.
    size_t count;
    union {
        int64_t integer;
        double number;
        const char *text;
    } as;
} rd_json_node;

typedef struct rd_json rd_json;

typedef struct rd_json_error {
    /// Bytes before the fault, or -1 where that is unknown.
    int64_t offset;
    char message[120];
} rd_json_error;

/// Parses `count` bytes, in place if `capacity` leaves the padding. Null and a filled `error` if they are not one JSON
/// value in UTF-8, hold a number no double can hold, or nest deeper than RD_JSON_DEPTH.
rd_json *rd_json_parse(const char *bytes, size_t count, size_t capacity, rd_json_error *error);

/// The nodes in the order of the text; the first is the whole value.
const rd_json_node *rd_json_nodes(const rd_json *value);

void rd_json_free(rd_json *value);

/// Writes the shortest decimal that reads back as `number`: no "+", no ".0", an exponent from 1e21 up and below 1e-6.
/// An integer below 2^63 has its own digits, which readers of integers take it by.
/// Gives the length. A NaN or infinity is written as "nan" or "inf".
size_t rd_number_text(double number, char text[RD_NUMBER_TEXT]);

/// Reads a decimal in JSON's grammar, the whole of `text`. False if it is none or no double can hold it.
bool rd_number_parse(const char *text, size_t count, double *number);

/// Whether the bytes are strict UTF-8.
bool rd_utf8_valid(const char *text, size_t count);
