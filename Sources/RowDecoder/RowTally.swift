import CRowDecoder

/// Exact sums of the columns of rows that are written.
public final class RowTally {
    let handle: OpaquePointer

    /// Of no row yet.
    public init() { handle = rd_tally_create()! }

    deinit { rd_tally_free(handle) }

    /// All digits of the sum of a column, as many as it takes; nil where it has no number, or numbers of several units.
    public func sum(ofColumn index: Int) -> String? {
        var text = [CChar](repeating: 0, count: Int(RD_SUM_TEXT))
        let count = rd_tally_text(handle, index, &text)
        return count == 0 ? nil : String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
