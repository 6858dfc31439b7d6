/// Where a page begins, as the text a client hands back: no client may guess it.
enum Cursor {
    /// Finout: "Max: 10,000. Default: 100".
    static let maximumPageSize = 10_000
    static let defaultPageSize = 100

    static func text(_ offset: Int, of queryID: String) -> String {
        let check = mix(stableHash(queryID.utf8), UInt64(offset))
        return "\(String(offset, radix: 36)).\(hexadecimal(check).prefix(8))"
    }

    /// The first row of the page; fails for a text that is none of this query's cursors.
    static func offset(_ cursor: String?, of queryID: String, rowCount: Int) throws(SimulatorError) -> Int {
        guard let cursor else { return 0 }
        let parts = cursor.split(separator: ".", omittingEmptySubsequences: false)
        guard let offset = Int(parts[0], radix: 36), offset >= 0, offset <= rowCount,
            text(offset, of: queryID) == cursor
        else {
            throw SimulatorError(code: "CURSOR_INVALID", message: "Pagination cursor is invalid.")
        }
        return offset
    }

    static func pageSize(_ text: String?) throws(SimulatorError) -> Int {
        guard let text else { return defaultPageSize }
        guard let size = Int(text), size >= 1 else {
            throw SimulatorError(message: "pageSize must be a whole number from 1 to 10000")
        }
        guard size <= maximumPageSize else {
            throw SimulatorError(
                code: "PAGE_SIZE_LIMIT_EXCEEDED", message: "Page size exceeds the maximum. Maximum allowed: 10,000.")
        }
        return size
    }
}
