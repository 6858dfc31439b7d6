/// What another set of rules changes.
public struct AllocationDifference: Hashable, Sendable {
    /// What becomes of one target.
    public struct Change: Hashable, Sendable {
        /// The target.
        public let target: String
        /// What it bore.
        public let before: Decimal
        /// What it bears.
        public let after: Decimal
        /// After less before.
        public let change: Decimal

        /// The change by what it bore, in percent; nil where that is zero.
        public var percent: Double? { before.isZero ? nil : Double(change) * 100 / Double(before.magnitude) }
    }

    /// Every target of either, the greatest change first, then by name.
    public let changes: [Change]
    /// All together: its change is zero exactly if both are of the same costs.
    public let total: Change

    /// Fails with `overflow`.
    public init(from before: AllocationResult, to after: AllocationResult) throws(FinOpsError) {
        let (old, new) = (try before.totals(), try after.totals())
        changes = try Set(old.keys).union(new.keys).map { name throws(FinOpsError) in
            try Change(name, old[name] ?? .zero, new[name] ?? .zero)
        }.sorted { left, right in
            left.change.magnitude == right.change.magnitude
                ? left.target.bytes < right.target.bytes : left.change.magnitude > right.change.magnitude
        }
        total = try Change("total", Decimal.sum(old.values), Decimal.sum(new.values))
    }
}

extension AllocationDifference.Change {
    fileprivate init(_ target: String, _ before: Decimal, _ after: Decimal) throws(FinOpsError) {
        self.init(target: target, before: before, after: after, change: try after - before)
    }
}
