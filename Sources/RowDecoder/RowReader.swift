import CRowDecoder

/// The length of a time bucket.
public enum RowInterval: String, Hashable, Sendable, CaseIterable {
    case day
    case week
    case month
}

/// Why a reader cannot hand out its next row: an average that would have to be merged, a sum beyond a double's range, no memory.
public struct RowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public let message: String

    /// The message.
    public var description: String { message }
}

/// Walks the rows of the pages it is given. One thread at a time.
///
/// Rows of a week or month that a window cut divides are held until every window of the bucket is finished, and come merged into one.
public final class RowReader {
    /// The columns of the rows.
    public let plan: RowPlan
    /// The C reader, for pushing rows to Lua; it lives as long as this object or a reference taken with `rd_reader_retain`.
    public let handle: OpaquePointer

    /// `cuts` are the first days of all windows but the first, as days since 1970-01-01, ascending.
    public init(plan: RowPlan, cuts: [Int] = [], interval: RowInterval = .day) {
        self.plan = plan
        let interval =
            switch interval {
            case .day: RD_DAY
            case .week: RD_WEEK
            case .month: RD_MONTH
            }
        handle = rd_reader_create(plan.handle, cuts.map(Int64.init), cuts.count, interval)!
    }

    deinit { rd_reader_release(handle) }

    /// Adds the page whose rows come next; the reader lets go of it when they are used up.
    public func give(_ page: Page) { rd_reader_give(handle, page.handle) }

    /// Says that all pages of windows 0 to `index` were given.
    public func finishWindow(_ index: Int) { rd_reader_finish_window(handle, index) }

    /// Whether there is a row, or a fault to report, without another page.
    public var hasRow: Bool { rd_reader_has_row(handle) }

    /// Rows handed out so far, to Lua or to a buffer.
    public var rowsRead: Int { Int(rd_reader_rows_read(handle)) }

    /// Writes all rows there are; `columns` default to the plan's. A column that a row lacks is empty (CSV) or null (NDJSON).
    /// `names`, one for each of `columns`, are what NDJSON calls them; `tally` adds up what is written.
    public func write(
        _ format: RowFormat, columns: [String]? = nil, names: [String]? = nil, into buffer: RowBuffer,
        tally: RowTally? = nil
    ) throws(RowError) {
        let isWritten =
            if let columns {
                withTexts(columns) { columns in
                    withTexts(names ?? []) { given in
                        rd_reader_write(
                            handle, format.style, columns, given.count == columns.count ? given : nil, columns.count,
                            buffer.handle, tally?.handle)
                    }
                }
            } else {
                rd_reader_write(handle, format.style, nil, nil, 0, buffer.handle, tally?.handle)
            }
        guard isWritten else {
            throw RowError(
                message: rd_reader_fault(handle).map { String(cString: $0) }
                    ?? "there is not enough memory for the rows")
        }
    }
}
