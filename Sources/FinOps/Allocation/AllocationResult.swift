/// Who bears what, and by which way each amount came there.
public struct AllocationResult: Sendable {
    /// What a line is.
    public enum Kind: String, Sendable, CaseIterable {
        /// Costs of a target.
        case target
        /// Costs that no rule took.
        case unallocated
        /// Costs that a pool could pass to nobody.
        case kept
    }

    /// What a target bears in a period.
    public struct Line: Hashable, Sendable {
        /// The period's first day; nil for all rows together.
        public var period: CostDay?
        /// The target.
        public var target: String
        /// What the line is.
        public var kind: Kind
        /// What rules gave it.
        public var direct: Decimal
        /// What pools passed to it.
        public var shared: Decimal

        /// All of it. Fails with `overflow`.
        public func total() throws(FinOpsError) -> Decimal { try direct + shared }
    }

    /// An amount and how it got to where it is.
    public struct Move: Hashable, Sendable {
        /// The period's first day; nil for all rows together.
        public var period: CostDay?
        /// The pool that it came from; nil for rows.
        public var source: String?
        /// The target or pool that got it.
        public var target: String
        /// `direct`, `otherwise`, or how the pool was divided.
        public var method: String
        /// What the target was weighed with; nil for rows.
        public var weight: Decimal?
        /// The part of what was passed on, before rounding; 1 for rows.
        public var share: Double
        /// The rules by which rows came here or into the pool.
        public var rules: [String]
        /// How many rows; 0 from a pool.
        public var rows: Int
        /// What was moved.
        public var amount: Decimal
    }

    /// The target that each row went to at first, pools included.
    struct Targets: Sendable {
        let names: [String]
        let rows: [Int32]
        /// The rule that took it; -1 for none.
        let rules: [Int32]
    }

    /// What was allocated.
    public let rows: CostRows
    /// Within what span of time pools were divided.
    public let period: AllocationPeriod
    let targets: Targets
    /// By period, then by name. Only a period's targets have a line in it.
    public package(set) var lines: [Line]
    /// By period: first what rules gave, then what pools passed on, in that order.
    public package(set) var moves: [Move]
    /// What each rule did.
    public let rules: [RuleReport]

    /// The target or pool that a row went to, and the place of the rule that took it, nil for none.
    public func assignment(ofRow row: Int) -> (target: String, rule: Int?) {
        (targets.names[Int(targets.rows[row])], targets.rules[row] < 0 ? nil : Int(targets.rules[row]))
    }

    /// Every amount that a target or pool got, and every amount that it passed on.
    public func explain(_ target: String) -> (received: [Move], passed: [Move]) {
        (moves.filter { $0.target == target }, moves.filter { $0.source == target })
    }

    /// What each target bears in all periods together, unallocated and kept costs included.
    public func totals() throws(FinOpsError) -> [String: Decimal] {
        var sums: [String: DecimalSum] = [:]
        for line in lines {
            sums[line.target, default: DecimalSum()].add(line.direct)
            sums[line.target, default: DecimalSum()].add(line.shared)
        }
        var totals: [String: Decimal] = [:]
        for (name, sum) in sums { totals[name] = try sum.total() }
        return totals
    }
}
