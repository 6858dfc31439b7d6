import CRowDecoder

/// Why a page's rows cannot be used; none of them was.
public struct PageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Kind: Hashable, Sendable {
        /// No JSON, or not the envelope that Finout documents.
        case malformed
        /// That many rows came before, in this page or an earlier one of the same query.
        case repeated(rows: Int)
        /// A requested column is in no row, twice in a row, or cannot be told from another.
        case columns
        /// A cell is not what its column says.
        case cell
        /// There is no memory for the page.
        case memory
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// What was found and what was expected, with row and field.
    public let message: String

    /// The message.
    public var description: String { message }
}

/// Remembers the rows of one API query by a 64-bit hash of the whole row; rows whose amounts are all zero may repeat.
public final class RowLedger {
    let handle: OpaquePointer

    /// An empty ledger.
    public init() { handle = rd_ledger_create()! }

    deinit { rd_ledger_free(handle) }
}

/// One page of results, read and checked whole.
public final class Page: Sendable {
    /// Rows in this page.
    public let rowCount: Int
    /// Whether the API says that pages follow; taken from the cursor where it does not say.
    public let hasMore: Bool
    /// Rows of the whole query, where the page says so.
    public let totalRows: Int?
    /// Asks for the next page.
    public let nextCursor: String?
    /// Names the request to Finout's support.
    public let requestID: String?
    /// The first and the last day that the intervals of the rows name, days since 1970-01-01; nil for no rows and for
    /// an interval that names no day.
    public let days: ClosedRange<Int>?
    /// What the page holds in memory.
    public let byteCount: Int
    // Immutable after `init`, and read by any thread.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Decodes a page, in place if `capacity` leaves 64 bytes behind the body, which is not needed afterwards.
    /// On any fault the ledger is as before, so that the page can be asked for again.
    public init(decoding body: UnsafeRawBufferPointer, capacity: Int, plan: RowPlan, ledger: RowLedger)
        throws(PageError)
    {
        var error = rd_page_error()
        let start = body.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let page = rd_page_decode(start, body.count, capacity, plan.handle, ledger.handle, &error) else {
            throw PageError(error)
        }
        handle = page
        let info = rd_page_describe(page)
        rowCount = info.row_count
        hasMore = info.has_more
        totalRows = info.total_rows < 0 ? nil : Int(info.total_rows)
        nextCursor = String(optional: info.next_cursor)
        requestID = String(optional: info.request_id)
        days = info.has_days ? Int(info.first_day)...Int(info.last_day) : nil
        byteCount = info.byte_count
    }

    deinit { rd_page_free(handle) }
}

extension PageError {
    init(_ error: rd_page_error) {
        kind =
            switch error.fault {
            case RD_PAGE_REPEATED: .repeated(rows: error.rows)
            case RD_PAGE_COLUMNS: .columns
            case RD_PAGE_CELL: .cell
            case RD_PAGE_MEMORY: .memory
            default: .malformed
            }
        message = withUnsafeBytes(of: error.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
