import FinOps
import Testing

struct ChainPropertyTests {
    /// Up to four pools that serve each other and three targets; now and then one serves nobody.
    private func pools(_ random: inout Random) throws -> [CostPool] {
        let count = Int.random(in: 1...4, using: &random)
        let names = (0..<count).map { "pool \($0)" } + ["x", "y", "z"]
        return try (0..<count).map { index in
            CostPool(
                names[index], own: try random.decimal().rounded(to: 12),
                serves: try names.map { name in
                    let isServed = Int.random(in: 0..<3, using: &random) > 0
                    let wide = try random.decimal().magnitude
                    return Weight(name, isServed ? (Bool.random(using: &random) ? wide : 1) : 0)
                })
        }
    }

    @Test func `Chains of every method lose nothing, and each pool's moves add up`() throws {
        var random = Random(seed: 20)
        var done = 0
        var errors: [FinOpsError.Code: Int] = [:]
        for round in 0..<30_000 {
            let pools = try pools(&random)
            let methods: [ChainMethod] = [
                .direct, .stepDown(order: pools.map(\.name).shuffled(using: &random)), .stepDown(order: nil),
                .reciprocal,
            ]
            let chain = try Chain(pools, split: Split(scale: round % 2 == 0 ? nil : 4, zeroWeights: .keep))
            let own = try Decimal.sum(pools.map(\.own))
            for method in methods {
                let result: ChainResult
                do {
                    result = try chain.allocated(by: method)
                } catch {
                    errors[error.code, default: 0] += 1
                    continue
                }
                done += 1
                let ends = result.moves.filter { !$0.target.hasPrefix("pool") }.map(\.amount)
                #expect(try Decimal.sum(ends + result.pools.map(\.kept)) == own)
                for pool in result.pools {
                    let passed = try Decimal.sum(result.moves.lazy.filter { $0.source == pool.name }.map(\.amount))
                    // A pool that keeps has passed nothing on; the others pass on their own cost in one go.
                    let isOwn = method == .direct || method == .reciprocal && !pool.serves(nobodyIn: pools)
                    #expect(try passed + pool.kept == (isOwn ? pool.own : pool.gross))
                }
            }
        }
        #expect(done > 90_000)
        // Pools that all but serve only each other have gross costs beyond every amount.
        #expect(errors.keys.allSatisfy { [.cycle, .unreachable, .overflow].contains($0) }, "\(errors)")
        #expect(errors[.overflow] ?? 0 < 50)
    }

    @Test func `A reciprocal chain mirrors, and the order of pools does not matter`() throws {
        var random = Random(seed: 21)
        for _ in 0..<2_000 {
            let pools = try pools(&random)
            let split = Split(scale: 8, zeroWeights: .keep)
            guard let result = try? Chain(pools, split: split).allocated(by: .reciprocal) else { continue }
            let opposite = pools.map { CostPool($0.name, own: -$0.own, serves: $0.serves) }
            let mirrored = try Chain(opposite, split: split).allocated(by: .reciprocal)
            let shuffled = try Chain(pools.shuffled(using: &random), split: split).allocated(by: .reciprocal)
            for name in ["x", "y", "z"] {
                #expect(try mirrored.received(by: name) == -result.received(by: name))
                #expect(try shuffled.received(by: name) == result.received(by: name))
            }
            #expect(Set(shuffled.moves) == Set(result.moves))
        }
    }

    @Test func `A reciprocal chain is what passing on again and again comes to`() throws {
        let pools = [
            CostPool("a", own: 1000, serves: [Weight("b", "0.3"), Weight("x", "0.7")]),
            CostPool("b", own: 500, serves: [Weight("a", "0.4"), Weight("y", "0.6")]),
        ]
        let result = try Chain(pools).allocated(by: .reciprocal)
        var (a, b, x, y) = (1000.0, 500.0, 0.0, 0.0)
        for _ in 0..<200 {
            (x, y) = (x + a * 0.7, y + b * 0.6)
            (a, b) = (b * 0.4, a * 0.3)
        }
        // Each pool's cost is rounded to a cent apart.
        #expect(try (Double(result.received(by: "x")) - x).magnitude < 0.02)
        #expect(try (Double(result.received(by: "y")) - y).magnitude < 0.02)
    }
}

extension ChainResult.Pool {
    fileprivate func serves(nobodyIn pools: [CostPool]) -> Bool {
        pools.first { $0.name == name }?.serves.allSatisfy { $0.name == name || $0.value.isZero } ?? true
    }
}
