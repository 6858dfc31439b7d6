extension AllocationResult {
    /// How much of the costs found somebody to bear it.
    public struct Coverage: Hashable, Sendable {
        /// All costs.
        public let total: Decimal
        /// What targets bear.
        public let allocated: Decimal
        /// What no rule took.
        public let unallocated: Decimal
        /// What pools could pass to nobody.
        public let kept: Decimal
        /// What of the allocated came from pools.
        public let shared: Decimal

        /// Allocated by total; nil where all costs sum to zero.
        public var allocatedShare: Double? { allocated.ratio(to: total) }
        /// Shared by allocated; nil where nothing is allocated.
        public var sharedShare: Double? { shared.ratio(to: allocated) }
    }

    /// Of all periods together. What pools passed to the unallocated counts as that. Fails with `overflow`.
    public func coverage() throws(FinOpsError) -> Coverage {
        var sums: [Kind: DecimalSum] = [:]
        var shared = DecimalSum()
        for line in lines {
            sums[line.kind, default: DecimalSum()].add(try line.total())
            if line.kind == .target { shared.add(line.shared) }
        }
        let allocated = try sums[.target]?.total() ?? .zero
        let unallocated = try sums[.unallocated]?.total() ?? .zero
        let kept = try sums[.kept]?.total() ?? .zero
        return Coverage(
            total: try allocated + unallocated + kept, allocated: allocated, unallocated: unallocated, kept: kept,
            shared: try shared.total())
    }
}
