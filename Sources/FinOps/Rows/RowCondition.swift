/// Which rows are meant: one comparison, or groups of them to any depth. The same form as the API's filters.
public indirect enum RowCondition: Hashable, Sendable {
    /// One comparison.
    case leaf(RowComparison)
    /// All must hold.
    case all([RowCondition])
    /// One must hold.
    case any([RowCondition])
}

/// One comparison with the text of one column. Texts are compared by case.
public struct RowComparison: Hashable, Sendable {
    /// The column.
    public var column: String
    /// The comparison.
    public var `operator`: RowOperator
    /// What it is compared with; empty exactly for `exists` and `notExists`.
    public var values: [String]

    /// A comparison.
    public init(_ column: String, _ operator: RowOperator, _ values: [String] = []) {
        self.column = column
        self.operator = `operator`
        self.values = values
    }

    /// Whether a text, or none, passes. None passes the negative operators only.
    func passes(_ text: String?) -> Bool {
        switch `operator` {
        case .oneOf, .is: text.map(values.contains) ?? false
        case .notOneOf, .notIs: !(text.map(values.contains) ?? false)
        case .contains: text.map { text in values.contains { text.holds($0) } } ?? false
        case .notContains: !(text.map { text in values.contains { text.holds($0) } } ?? false)
        case .exists: text != nil
        case .notExists: text == nil
        }
    }
}

/// The comparisons of the API's filters (Filter Object Definition V2).
public enum RowOperator: String, Sendable, CaseIterable {
    /// Equal to one of the values.
    case oneOf
    /// Equal to none of the values.
    case notOneOf
    /// Equal to one of the values.
    case `is`
    /// Equal to none of the values.
    case notIs
    /// Holds one of the values somewhere.
    case contains
    /// Holds none of the values.
    case notContains
    /// Has any text.
    case exists
    /// Has no text.
    case notExists

    /// Whether the comparison carries values.
    public var takesValues: Bool { self != .exists && self != .notExists }

    /// Whether a row without a text passes.
    var isNegative: Bool {
        switch self {
        case .notOneOf, .notIs, .notContains, .notExists: true
        case .oneOf, .is, .contains, .exists: false
        }
    }
}

extension String {
    /// Whether it holds another's bytes somewhere.
    func holds(_ part: String) -> Bool {
        let (text, wanted) = (Array(utf8), Array(part.utf8))
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { text[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}
