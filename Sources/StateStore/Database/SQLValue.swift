import HostLoop

/// A value that goes into a statement.
enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    /// Kept byte for byte.
    case bytes([UInt8])

    init(_ value: Int) { self = .integer(Int64(value)) }

    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }

    /// Nanoseconds since 1970.
    init(_ moment: Moment) { self = .integer(moment.nanosecondsSinceEpoch) }

    init(_ moment: Moment?) { self = moment.map { .integer($0.nanosecondsSinceEpoch) } ?? .null }

    /// Nanoseconds.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .integer(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
