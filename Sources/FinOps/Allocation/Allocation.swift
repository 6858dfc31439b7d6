/// Rules over rows, and how the costs of shared pools are passed on.
public struct Allocation: Hashable, Sendable {
    /// In the order in which they are tried.
    public var rules: [AllocationRule]
    /// The targets whose costs others bear.
    public var pools: [SharedPool]
    /// What becomes of rows that no rule takes.
    public var otherwise: Otherwise
    /// How pools that serve each other pass on their costs.
    public var chain: ChainMethod
    /// How a pool is divided.
    public var split: Split
    /// Within what span of time pools are divided; nil means by month where rows have days, else all together.
    public var period: AllocationPeriod?

    /// Rules, pools and what holds beside them.
    public init(
        rules: [AllocationRule], pools: [SharedPool] = [], otherwise: Otherwise = .unallocated("unallocated"),
        chain: ChainMethod = .stepDown(order: nil), split: Split = Split(), period: AllocationPeriod? = nil
    ) {
        self.rules = rules
        self.pools = pools
        self.otherwise = otherwise
        self.chain = chain
        self.split = split
        self.period = period
    }

    /// Gives every row to a target and passes on the costs of every pool, period by period.
    ///
    /// Fails with `invalid` for rules, pools or columns that cannot be meant, for dates on rules where rows have none, and
    /// as `Chain.allocated(by:)` does, then naming the period.
    public func result(of rows: CostRows) throws(FinOpsError) -> AllocationResult {
        try check(rows)
        let period = try period(of: rows)
        let assignment = try RowAssignment(self, rows, period)
        var lines: [AllocationResult.Line] = []
        var moves: [AllocationResult.Move] = []
        for start in assignment.periods {
            let direct = try assignment.direct(in: start)
            moves += direct.moves
            let passed = try pass(direct.amounts, in: start, period, feeding: direct.moves)
            moves += passed.moves
            var received: [String: DecimalSum] = [:]
            for move in passed.moves { received[move.target, default: DecimalSum()].add(move.amount) }
            let names = Set(direct.amounts.keys).union(received.keys).union(passed.kept.keys)
            for name in names.sorted(by: { $0.bytes < $1.bytes }) {
                let own = direct.amounts[name] ?? .zero
                let shared = try received[name]?.total() ?? .zero
                if pools.contains(where: { $0.name == name }) {
                    guard let kept = passed.kept[name], !kept.isZero else { continue }
                    lines.append(
                        AllocationResult.Line(period: start, target: name, kind: .kept, direct: kept, shared: .zero))
                } else {
                    let kind: AllocationResult.Kind = otherwise == .unallocated(name) ? .unallocated : .target
                    lines.append(
                        AllocationResult.Line(period: start, target: name, kind: kind, direct: own, shared: shared))
                }
            }
        }
        return AllocationResult(
            rows: rows, period: period, targets: assignment.targets, lines: lines, moves: moves,
            rules: try assignment.reports(self, rows))
    }

    private func check(_ rows: CostRows) throws(FinOpsError) {
        var names: Set<String> = []
        for rule in rules {
            guard names.insert(rule.name).inserted else {
                throw FinOpsError(.invalid, "Two rules are named '\(rule.name)'. Give each a name of its own.")
            }
            if let from = rule.from, let to = rule.to, to < from {
                throw FinOpsError(.invalid, "The rule '\(rule.name)' ends on \(to), before it begins on \(from).")
            }
            if rule.hasDates, rows.haveDays == false {
                throw FinOpsError(
                    .invalid, "The rule '\(rule.name)' has dates, but the rows have no days to hold against them.")
            }
        }
        var seen: Set<String> = []
        for pool in pools {
            guard seen.insert(pool.name).inserted else {
                throw FinOpsError(.invalid, "Two pools are named '\(pool.name)'. Give each a name of its own.")
            }
            guard pool.name != otherwise.name else {
                throw FinOpsError(
                    .invalid, "'\(pool.name)' is both a pool and the name of what no rule takes. Give them two names.")
            }
        }
    }

    private func period(of rows: CostRows) throws(FinOpsError) -> AllocationPeriod {
        let haveDays = rows.haveDays ?? false
        guard let period else { return haveDays ? .month : .whole }
        guard haveDays || period == .whole || rows.count == 0 else {
            throw FinOpsError(.invalid, "Pools cannot be divided by \(period.rawValue): the rows have no days.")
        }
        return period
    }
}
