import CRowDecoder

/// How rows become bytes.
public enum RowFormat: Hashable, Sendable {
    /// RFC 4180: CRLF, quotes only where needed; an absent cell is empty, an empty text `""`. With `guarded`, a text that a
    /// spreadsheet would take for a formula starts with an apostrophe. With `lineFeed`, lines end with LF alone.
    case csv(guarded: Bool = false, lineFeed: Bool = false)
    /// One JSON object a line, members in the order of the columns, absent cells null.
    case ndjson

    var style: rd_style {
        switch self {
        case .csv(let guarded, let lineFeed):
            rd_style(format: RD_CSV, is_guarded: guarded, has_line_feed: lineFeed)
        case .ndjson: rd_style(format: RD_NDJSON, is_guarded: false, has_line_feed: false)
        }
    }
}

/// Bytes that grow as rows are written.
public final class RowBuffer {
    let handle: OpaquePointer

    /// An empty buffer.
    public init() { handle = rd_buffer_create()! }

    deinit { rd_buffer_free(handle) }

    /// Bytes written since the start or the last `clear`.
    public var count: Int { rd_buffer_count(handle) }

    /// Lends the bytes.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: rd_buffer_bytes(handle), count: count))
    }

    /// The bytes as text.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Forgets the bytes and keeps the memory.
    public func clear() { rd_buffer_clear(handle) }

    /// Writes the line that names the columns; NDJSON has none. Fails if there is no memory.
    public func writeHeader(_ format: RowFormat, columns: [String]) throws(RowError) {
        guard case .csv = format else { return }
        let isWritten = withTexts(columns) { rd_buffer_csv_header(handle, $0, $0.count, format.style) }
        guard isWritten else { throw RowError(message: "there is not enough memory for the rows") }
    }
}
