/// Pools and how they pass on their costs until only targets bear any.
public struct Chain: Sendable {
    let pools: [CostPool]
    let split: Split
    /// Where each pool stands.
    let places: [String: Int]

    /// Pools that are split as `split` says; each name that a pool serves and that is no pool is a target.
    ///
    /// Fails with `invalid` where a name stands for two pools or twice in what a pool serves, and with `weights` where a
    /// weight is below zero and nothing is said about that, or is to be net: a circle of such weights has no meaning.
    public init(_ pools: [CostPool], split: Split = Split()) throws(FinOpsError) {
        var places: [String: Int] = [:]
        var pools = pools
        for index in pools.indices {
            let pool = pools[index]
            guard places.updateValue(index, forKey: pool.name) == nil else {
                throw FinOpsError(.invalid, "Two pools are named '\(pool.name)'. Give each a name of its own.")
            }
            var seen: Set<String> = []
            for weight in pool.serves where !seen.insert(weight.name).inserted {
                throw FinOpsError(
                    .invalid, "The pool '\(pool.name)' serves '\(weight.name)' twice. Add up the weights.")
            }
            pools[index].serves = try pool.serves.filter { $0.name != pool.name }.map { weight throws(FinOpsError) in
                try Self.checked(weight, of: pool.name, split)
            }
            if split.zeroWeights == .even, pools[index].serves.allSatisfy(\.value.isZero) {
                pools[index].serves = pools[index].serves.map { Weight($0.name, 1) }
            }
        }
        self.pools = pools
        self.split = split
        self.places = places
    }

    private static func checked(
        _ weight: Weight, of pool: String, _ split: Split
    ) throws(FinOpsError) -> Weight {
        guard weight.value.isNegative else { return weight }
        if split.negativeWeights == .clamp { return Weight(weight.name, .zero) }
        throw FinOpsError(
            .weights,
            "The pool '\(pool)' serves '\(weight.name)' with \(weight.value), below zero. In a chain such a weight can only count as zero: say clamp."
        )
    }

    /// Passes on the costs of all pools.
    ///
    /// Fails with `weights` where a pool serves nobody and may not keep its cost, `cycle` where a step-down without an
    /// order meets a circle, `unreachable` where pools serve only each other, `invalid` for an order that is not one of
    /// all pools, and `overflow`.
    public func allocated(by method: ChainMethod) throws(FinOpsError) -> ChainResult {
        switch method {
        case .direct: try direct()
        case .stepDown(nil): try stepDown(natural())
        case .stepDown(let order?): try stepDown(checked(order: order))
        case .reciprocal: try reciprocal()
        }
    }

    private func direct() throws(FinOpsError) -> ChainResult {
        var moves: [ChainResult.Move] = []
        var results: [ChainResult.Pool] = []
        for pool in pools {
            let served = pool.serves.filter { places[$0.name] == nil }
            results.append(try pass(pool, pool.own, to: served, &moves))
        }
        return ChainResult(moves: moves, pools: results)
    }

    private func stepDown(_ order: [Int]) throws(FinOpsError) -> ChainResult {
        var moves: [ChainResult.Move] = []
        var results: [Int: ChainResult.Pool] = [:]
        var gross = pools.map(\.own)
        for index in order {
            let served = pools[index].serves.filter { weight in places[weight.name].map { results[$0] == nil } ?? true }
            let first = moves.count
            results[index] = try pass(pools[index], gross[index], to: served, &moves)
            for move in moves[first...] {
                if let place = places[move.target] { gross[place] = try gross[place] + move.amount }
            }
        }
        return ChainResult(moves: moves, pools: pools.indices.compactMap { results[$0] })
    }

    private func pass(
        _ pool: CostPool, _ gross: Decimal, to served: [Weight], _ moves: inout [ChainResult.Move]
    ) throws(FinOpsError) -> ChainResult.Pool {
        let shares: Shares
        do {
            shares = try split.shares(of: gross, by: served)
        } catch {
            throw FinOpsError(error.code, "The pool '\(pool.name)': \(error.message)")
        }
        for part in shares.parts where !part.amount.isZero {
            moves.append(
                ChainResult.Move(
                    source: pool.name, target: part.name, weight: part.weight, share: shares.share(of: part),
                    amount: part.amount))
        }
        return ChainResult.Pool(name: pool.name, own: pool.own, gross: gross, kept: shares.kept)
    }
}
