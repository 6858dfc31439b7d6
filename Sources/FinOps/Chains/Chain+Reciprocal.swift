extension Chain {
    /// Each pool's own cost, followed through all pools to where it ends.
    ///
    /// With `w` the weights and `S` their sum for a pool, the part `F` of the cost of pool p that ends at t solves
    /// `S[p] F[p][t] - Σ w[p][q] F[q][t] = w[p][t]`, and the quotients `h = gross / S` solve the system turned over:
    /// whole numbers throughout, rounded once, pool by pool.
    func reciprocal() throws(FinOpsError) -> ChainResult {
        let keepers = try self.keepers()
        try checkReach(sinks: Set(keepers.map { pools[$0].name }))
        let active = pools.indices.filter { !keepers.contains($0) }
        let inner = Set(active.map { pools[$0].name })
        var ends: [String] = []
        for weight in active.lazy.flatMap({ pools[$0].serves }) where !inner.contains(weight.name) {
            if !ends.contains(weight.name) { ends.append(weight.name) }
        }
        let weights = active.map(wholeWeights)
        let sums = weights.map { $0.values.reduce(.zero, +) }
        func weight(_ row: Int, _ name: String) -> BigInteger { weights[row][name] ?? .zero }
        let matrix = active.indices.map { row in
            active.indices.map { $0 == row ? sums[row] : -weight(row, pools[active[$0]].name) }
        }
        let turned = active.indices.map { row in active.indices.map { matrix[$0][row] } }
        guard
            let solved = LinearSystem.solve(matrix, active.indices.map { row in ends.map { weight(row, $0) } }),
            let through = LinearSystem.solve(turned, active.map { [pools[$0].own.bigUnits] })
        else { preconditionFailure("where every pool reaches an end there is one solution") }

        let ranks = ends.indices.sorted { (ends[$0].bytes, $0) < (ends[$1].bytes, $1) }
            .enumerated().reduce(into: ends.indices.map { $0 }) { $0[$1.element] = $1.offset }
        var moves: [ChainResult.Move] = []
        var results: [Int: ChainResult.Pool] = [:]
        for (row, index) in active.enumerated() {
            let pool = pools[index]
            let scale = try Decimal.checked(split.scale ?? max(2, pool.own.scale))
            let whole = BigInteger(pool.own.units.divided(byPowerOfTen: Decimal.places - scale).quotient)
            let dealt = LargestRemainder.deal(
                solved.numerators[row].map { whole * $0 }, over: solved.denominator, whole, ranks)
            var kept = pool.own
            for (end, units) in dealt.enumerated() where !units.isZero {
                guard let magnitude = (units * .powerOfTen(Decimal.places - scale)).magnitude256 else {
                    throw Decimal.overflow
                }
                let amount = try Decimal(isNegative: pool.own.isNegative, magnitude)
                kept = try kept - amount
                moves.append(
                    ChainResult.Move(
                        source: pool.name, target: ends[end],
                        weight: pool.serves.first { $0.name == ends[end] }?.value ?? .zero,
                        share: solved.numerators[row][end].ratio(to: solved.denominator), amount: amount))
            }
            let gross = through.numerators[row][0] * sums[row]
            results[index] = ChainResult.Pool(
                name: pool.name, own: pool.own,
                gross: try Decimal.rounded(
                    gross.magnitude, over: through.denominator * .powerOfTen(Decimal.places),
                    isNegative: gross.isNegative, scale: scale, .halfEven),
                kept: kept)
        }
        for index in keepers {
            let pool = pools[index]
            let gross = try pool.own + Decimal.sum(moves.lazy.filter { $0.target == pool.name }.map(\.amount))
            results[index] = ChainResult.Pool(name: pool.name, own: pool.own, gross: gross, kept: gross)
        }
        return ChainResult(moves: moves, pools: pools.indices.compactMap { results[$0] })
    }

    /// Pools that serve nobody and may keep their costs.
    private func keepers() throws(FinOpsError) -> [Int] {
        var keepers: [Int] = []
        for (index, pool) in pools.enumerated() where pool.serves.allSatisfy(\.value.isZero) {
            guard split.zeroWeights == .keep else {
                throw FinOpsError(
                    .weights,
                    "The pool '\(pool.name)' serves nobody: its weights are all zero. Say what that means: even or keep."
                )
            }
            keepers.append(index)
        }
        return keepers
    }

    /// A pool's weights as whole numbers.
    private func wholeWeights(of index: Int) -> [String: BigInteger] {
        let serves = pools[index].serves
        let scale = serves.map(\.value.scale).max() ?? 0
        let units = serves.map { BigInteger($0.value.units.divided(byPowerOfTen: Decimal.places - scale).quotient) }
        return Dictionary(uniqueKeysWithValues: zip(serves.map(\.name), units))
    }
}
