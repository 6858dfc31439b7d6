extension Allocation {
    /// Stands for a pool that keeps a part itself; sorts after every name, so that a target gets the odd unit.
    private static let keeperMark = "\u{10FFFF}"

    /// Passes on what pools cost in a period.
    func pass(
        _ direct: [String: Decimal], in start: CostDay?, _ period: AllocationPeriod,
        feeding: [AllocationResult.Move]
    ) throws(FinOpsError) -> (moves: [AllocationResult.Move], kept: [String: Decimal]) {
        var serves: [String: [Weight]] = [:]
        for pool in pools { serves[pool.name] = try weights(of: pool, direct, in: start, period) }
        let needed = needed(direct, serves)
        let pools = pools.filter { needed.contains($0.name) }
        guard !pools.isEmpty else { return ([], [:]) }
        let result: ChainResult
        do throws(FinOpsError) {
            let chain = try Chain(
                pools.map { CostPool($0.name, own: direct[$0.name] ?? .zero, serves: serves[$0.name] ?? []) },
                split: split)
            result = try chain.allocated(by: method(among: needed))
        } catch {
            throw FinOpsError(error.code, start.map { "In the period from \($0): \(error.message)" } ?? error.message)
        }
        var kept: [String: Decimal] = [:]
        for pool in result.pools { kept[pool.name] = pool.kept }
        var moves: [AllocationResult.Move] = []
        let rules = Dictionary(grouping: feeding, by: \.target).mapValues { $0.flatMap(\.rules) }
        for move in result.moves {
            var target = move.target
            if target.hasPrefix(Self.keeperMark) {
                target = String(target.dropFirst(Self.keeperMark.count))
                kept[target] = try (kept[target] ?? .zero) + move.amount
                // Another pool's cost can end here in the reciprocal method.
                if target == move.source { continue }
            }
            moves.append(
                AllocationResult.Move(
                    period: start, source: move.source, target: target, method: methodName(of: move.source),
                    weight: move.weight, share: move.share, rules: rules[move.source] ?? [], rows: 0,
                    amount: move.amount))
        }
        return (moves, kept)
    }

    private func methodName(of pool: String) -> String {
        let own = pools.first { $0.name == pool }?.method.name ?? ""
        return chain == .reciprocal ? "\(own), reciprocal" : own
    }

    /// The order of a step-down may name pools that a period does without.
    private func method(among needed: Set<String>) throws(FinOpsError) -> ChainMethod {
        guard case .stepDown(let order?) = chain else { return chain }
        for pool in pools where !order.contains(pool.name) {
            throw FinOpsError(.invalid, "The order leaves out '\(pool.name)'. It must name every pool once.")
        }
        for name in order where !pools.contains(where: { $0.name == name }) {
            throw FinOpsError(.invalid, "The order names '\(name)', which is no pool.")
        }
        return .stepDown(order: order.filter(needed.contains))
    }

    /// The pools with costs in a period, and those that they serve.
    private func needed(_ direct: [String: Decimal], _ serves: [String: [Weight]]) -> Set<String> {
        var needed: Set<String> = []
        var left = pools.map(\.name).filter { direct[$0] != nil }
        while let next = left.popLast() {
            guard needed.insert(next).inserted else { continue }
            left += (serves[next] ?? []).filter { !$0.value.isZero && serves[$0.name] != nil }.map(\.name)
        }
        return needed
    }

    private func weights(
        of pool: SharedPool, _ direct: [String: Decimal], in start: CostDay?, _ period: AllocationPeriod
    ) throws(FinOpsError) -> [Weight] {
        switch pool.method {
        case .even(let names): return (names ?? present(direct)).map { Weight($0, 1) }
        case .proportional(let names):
            return (names ?? present(direct)).map { Weight($0, direct[$0] ?? .zero) }
        case .fixed(let percentages, let remainder):
            do throws(FinOpsError) {
                return try Claims(percentages: percentages, remainder: remainder, split)
                    .claims(keeper: Self.keeperMark + pool.name)
            } catch {
                throw FinOpsError(error.code, "The pool '\(pool.name)': \(error.message)")
            }
        case .weighted(_, let entries):
            var names: [String] = []
            var sums: [String: DecimalSum] = [:]
            for entry in entries {
                if sums[entry.name] == nil { names.append(entry.name) }
                let counts = entry.day.map { period == .whole || period.start(of: $0) == start } ?? true
                sums[entry.name, default: DecimalSum()].add(counts ? entry.value : .zero)
            }
            return try names.map { name throws(FinOpsError) in Weight(name, try sums[name]?.total() ?? .zero) }
        }
    }

    /// The targets with rows in a period, but for pools and what no rule took.
    private func present(_ direct: [String: Decimal]) -> [String] {
        direct.keys.filter { name in
            otherwise != .unallocated(name) && !pools.contains { $0.name == name }
        }.sorted { $0.bytes < $1.bytes }
    }
}
