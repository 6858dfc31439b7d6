import HostLoop
import RowDecoder

/// What records and reports are made of.
extension JSONValue {
    /// An object of the members that have a value.
    static func record(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
        .object(members.compactMap { member in member.value.map { Member(name: member.name, value: $0) } })
    }

    static func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }

    static func moment(_ moment: Moment) -> JSONValue { .string("\(moment)") }

    /// Seconds to the millisecond.
    static func seconds(_ duration: Duration) -> JSONValue {
        .number((duration / .milliseconds(1)).rounded() / 1000)
    }

    static func counts(_ counts: [String: Int]) -> JSONValue {
        .record(counts.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })
    }

    /// On one line.
    var line: String { (try? serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "" }
}
