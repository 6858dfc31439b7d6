#ifndef FINLUA_CZLIB_SHIM_H
#define FINLUA_CZLIB_SHIM_H

#include <zlib.h>

/// `deflateInit2` is a macro. No header around the compressed bytes, as in a ZIP archive.
static inline int cz_deflate_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

#endif
