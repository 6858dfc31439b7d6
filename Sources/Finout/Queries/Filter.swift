/// Which rows count: one condition, or groups of them to any depth.
public indirect enum Filter: Hashable, Sendable {
    /// One condition.
    case leaf(FilterLeaf)
    /// All must hold: `AND`.
    case all([Filter])
    /// One must hold: `OR`.
    case any([Filter])
}

/// One condition on one key.
public struct FilterLeaf: Hashable, Sendable {
    /// The key compared.
    public var key: KeyReference
    /// The comparison.
    public var `operator`: FilterOperator
    /// What it is compared with; empty exactly for `exists` and `notExists`.
    public var values: [String]

    /// A condition.
    public init(key: KeyReference, `operator`: FilterOperator, values: [String] = []) {
        self.key = key
        self.`operator` = `operator`
        self.values = values
    }
}

/// The comparisons of Filter Object Definition V2.
public enum FilterOperator: String, Sendable, CaseIterable {
    /// Equal to one of the values.
    case oneOf
    /// Equal to none of the values.
    case notOneOf
    /// Equal.
    case `is`
    /// Not equal.
    case notIs
    /// Holds the value somewhere.
    case contains
    /// Does not hold the value anywhere.
    case notContains
    /// Has any value.
    case exists
    /// Has no value.
    case notExists

    /// Whether the condition carries values.
    public var takesValues: Bool { self != .exists && self != .notExists }
}
