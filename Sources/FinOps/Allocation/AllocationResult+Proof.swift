extension AllocationResult {
    /// What was added up again, and came to the same.
    public struct Proof: Hashable, Sendable {
        /// How many rows there are.
        public let rows: Int
        /// How many lines.
        public let lines: Int
        /// How many amounts were moved.
        public let moves: Int
        /// What all rows cost, and all lines.
        public let total: Decimal
    }

    /// Adds up everything again: in each period the lines come to what the rows do, each line to the amounts that were
    /// moved to it, and each pool passed on or kept what it got.
    ///
    /// Fails with `notConserved`, naming the amount that is missing and where.
    public func prove() throws(FinOpsError) -> Proof {
        var byPeriod: [CostDay?: DecimalSum] = [:]
        for row in 0..<rows.count {
            byPeriod[period.start(of: rows.day(row)), default: DecimalSum()].add(rows.amounts[row])
        }
        var total = DecimalSum()
        let periods = Set(byPeriod.keys).union(lines.map(\.period)).union(moves.map(\.period))
        for start in periods.sorted(by: { ($0?.number ?? 0) < ($1?.number ?? 0) }) {
            let input = try byPeriod[start]?.total() ?? .zero
            total.add(input)
            try prove(start, input)
        }
        return Proof(rows: rows.numbers.reduce(0, +), lines: lines.count, moves: moves.count, total: try total.total())
    }

    private func prove(_ start: CostDay?, _ input: Decimal) throws(FinOpsError) {
        let place = start.map { "In the period from \($0)" } ?? "In all"
        let lines = lines.filter { $0.period == start }
        let moves = moves.filter { $0.period == start }
        var output = DecimalSum()
        var balance: [String: DecimalSum] = [:]
        for line in lines {
            let amount = try line.total()
            output.add(amount)
            balance[line.target, default: DecimalSum()].add(-amount)
        }
        var given = DecimalSum()
        for move in moves {
            balance[move.target, default: DecimalSum()].add(move.amount)
            if let source = move.source {
                balance[source, default: DecimalSum()].add(-move.amount)
            } else {
                given.add(move.amount)
            }
        }
        let missing = try input - output.total()
        guard missing.isZero else {
            throw FinOpsError(.notConserved, "\(place) the targets bear \(-missing) more than the rows cost.")
        }
        let unassigned = try input - given.total()
        guard unassigned.isZero else {
            throw FinOpsError(.notConserved, "\(place) the rules gave out \(-unassigned) more than the rows cost.")
        }
        for (name, sum) in balance {
            let rest = try sum.total()
            guard rest.isZero else {
                throw FinOpsError(.notConserved, "\(place) '\(name)' got \(rest) more than it bears or passed on.")
            }
        }
    }
}
