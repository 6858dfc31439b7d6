/// Which rows belong to whom. Rules are tried in order and the first that holds takes the row.
public struct AllocationRule: Hashable, Sendable {
    /// Who gets a rule's rows.
    public enum Destination: Hashable, Sendable {
        /// A target or pool.
        case target(String)
        /// The target that a column names; a row without one is left to the rules that follow.
        case valueOf(column: String)
    }

    /// Its name in explanations.
    public var name: String
    /// Which rows; nil means every one.
    public var condition: RowCondition?
    /// The first day on which it holds, each row being judged by its own day; nil means always before.
    public var from: CostDay?
    /// The last day on which it holds; nil means ever after.
    public var to: CostDay?
    /// Who gets the rows.
    public var destination: Destination

    /// A rule.
    public init(
        _ name: String, where condition: RowCondition? = nil, from: CostDay? = nil, to: CostDay? = nil,
        _ destination: Destination
    ) {
        self.name = name
        self.condition = condition
        self.from = from
        self.to = to
        self.destination = destination
    }

    /// Whether it has a first or last day.
    var hasDates: Bool { from != nil || to != nil }

    /// Whether it holds on a day.
    func holds(on day: CostDay?) -> Bool {
        guard let day else { return true }
        return (from.map { $0 <= day } ?? true) && (to.map { day <= $0 } ?? true)
    }
}

/// A target whose costs others bear.
public struct SharedPool: Hashable, Sendable {
    /// The target that rules give rows to.
    public var name: String
    /// Who bears its costs.
    public var method: SharingMethod

    /// A pool.
    public init(_ name: String, _ method: SharingMethod) {
        self.name = name
        self.method = method
    }
}

/// How a pool's costs are divided.
public enum SharingMethod: Hashable, Sendable {
    /// The same to each; nil means each target that has rows in the period.
    case even([String]?)
    /// By what each costs directly in the period; nil means each target that has rows in it.
    case proportional([String]?)
    /// By percentages.
    case fixed([Weight], Remainder)
    /// By numbers from elsewhere: a measurement of another query, a table of headcounts. The name tells which.
    case weighted(String, [DatedWeight])

    /// One word, or two, for explanations.
    public var name: String {
        switch self {
        case .even: "even"
        case .proportional: "proportional"
        case .fixed: "fixed"
        case .weighted(let name, _): "by \(name)"
        }
    }
}

/// A weight, and when it counts. Several of one target in a period are added up.
public struct DatedWeight: Hashable, Sendable {
    /// The target.
    public var name: String
    /// Its weight.
    public var value: Decimal
    /// The day it belongs to; nil counts in every period.
    public var day: CostDay?

    /// A weight.
    public init(_ name: String, _ value: Decimal, day: CostDay? = nil) {
        self.name = name
        self.value = value
        self.day = day
    }
}

/// Within what span of time pools are divided.
public enum AllocationPeriod: String, Sendable, CaseIterable {
    /// All rows together.
    case whole
    /// Each calendar month.
    case month
    /// Each day.
    case day

    /// The first day of the period that a day lies in; nil for the whole.
    func start(of day: CostDay?) -> CostDay? {
        switch self {
        case .whole: nil
        case .month: day?.firstOfMonth
        case .day: day
        }
    }
}

/// What becomes of rows that no rule takes.
public enum Otherwise: Hashable, Sendable {
    /// They are a row of their own, which no split counts as a target unless it is named there.
    case unallocated(String)
    /// They belong to a target, as any other rows do.
    case target(String)

    /// The name their costs stand under.
    public var name: String {
        switch self {
        case .unallocated(let name), .target(let name): name
        }
    }
}
