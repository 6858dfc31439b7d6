/// A submitted query, validated: what the rows are made of.
struct QueryRequest: Sendable {
    enum Interval: String, Sendable, CaseIterable { case day, week, month }

    enum Aggregation: String, Sendable, CaseIterable { case sum, avg, min, max }

    struct Measurement: Sendable, Equatable {
        let measure: Measure
        let aggregation: Aggregation
        /// The field of a result row: `<measurementType>_<operator>`.
        var field: String { "\(measure.rawValue)_\(aggregation.rawValue)" }
    }

    /// What rows are ordered by.
    enum Sort: Sendable, Equatable {
        case measurement(Int, ascending: Bool)
        case dimension(Int, ascending: Bool)
        case interval(ascending: Bool)
    }

    /// Days since the epoch that begin inside the range asked for; nil when none does.
    var days: ClosedRange<Int>?
    var interval: Interval
    var measurements: [Measurement]
    /// Columns.
    var dimensions: [Int]
    var filter: FilterNode?
    var sort: Sort
    var rowLimit: Int
}

/// A filter: a condition on one column, or conditions that must all or any hold.
indirect enum FilterNode: Sendable {
    enum Operator: String, Sendable, CaseIterable {
        case oneOf, notOneOf, `is`, notIs, contains, notContains, exists, notExists
        var needsValue: Bool { self != .exists && self != .notExists }
    }

    case leaf(column: Int, Operator, values: [String])
    case all([FilterNode])
    case any([FilterNode])

    /// Whether a line whose columns have these values passes.
    ///
    /// Choices Finout's documentation leaves open: comparison is case sensitive; a line without a value passes the
    /// negative operators (`notOneOf`, `notIs`, `notContains`, `notExists`) and no other; of several values, `is` and
    /// `contains` want one to match, `notIs` and `notContains` none.
    func passes(_ value: (Int) -> String?) -> Bool {
        switch self {
        case .all(let nodes): return nodes.allSatisfy { $0.passes(value) }
        case .any(let nodes): return nodes.contains { $0.passes(value) }
        case .leaf(let column, let `operator`, let values):
            let text = value(column)
            switch `operator` {
            case .oneOf, .is: return text.map(values.contains) ?? false
            case .notOneOf, .notIs: return !(text.map(values.contains) ?? false)
            case .contains: return text.map { text in values.contains { text.hasPart($0) } } ?? false
            case .notContains: return !(text.map { text in values.contains { text.hasPart($0) } } ?? false)
            case .exists: return text != nil
            case .notExists: return text == nil
            }
        }
    }

    /// The columns of all conditions, in order, one for each condition.
    var columns: [Int] {
        switch self {
        case .leaf(let column, _, _): [column]
        case .all(let nodes), .any(let nodes): nodes.flatMap(\.columns)
        }
    }
}

extension String {
    /// Whether the bytes of `part` stand in this text, one after the other.
    func hasPart(_ part: String) -> Bool {
        let text = Array(utf8)
        let wanted = Array(part.utf8)
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { text[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}
