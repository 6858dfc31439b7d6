import FinOps
import Testing

struct ChainTests {
    private func published() throws -> (pools: [CostPool], targets: [[String: String]], rows: [[String: String]]) {
        let rows = try Fixture("expertsmind-chain.csv").rows
        let pools = try rows.prefix(3).map { row in
            CostPool(
                row["name"] ?? "", own: try Decimal(row["own"] ?? ""),
                serves: try ["S1", "S2", "S3", "P1", "P2"].map { Weight($0, try Decimal(row[$0] ?? "")) })
        }
        return (pools, Array(rows.suffix(2)), rows)
    }

    @Test(arguments: [
        ("direct", ChainMethod.direct), ("step-down", .stepDown(order: ["S1", "S2", "S3"])),
        ("reciprocal", .reciprocal),
    ])
    func `Service departments pass on their costs as published`(column: String, method: ChainMethod) throws {
        let (pools, targets, _) = try published()
        let result = try Chain(pools).allocated(by: method)
        for target in targets {
            let own = try Decimal(target["own"] ?? "")
            #expect(try own + result.received(by: target["name"] ?? "") == Decimal(target[column] ?? ""))
        }
        #expect(result.pools.allSatisfy { $0.kept.isZero })
    }

    @Test func `The gross costs of the reciprocal method are the published ones`() throws {
        let (pools, _, rows) = try published()
        let result = try Chain(pools).allocated(by: .reciprocal)
        #expect(try result.pools.map(\.gross) == rows.prefix(3).map { try Decimal($0["reciprocal"] ?? "") })
    }

    private let circle = [
        CostPool("network", own: 10, serves: [Weight("support", 1), Weight("web", 1)]),
        CostPool("support", own: 10, serves: [Weight("security", 2), Weight("web", 1)]),
        CostPool("security", own: 10, serves: [Weight("support", 1), Weight("shop", 1)]),
    ]

    @Test func `A step-down without an order follows who serves whom`() throws {
        let pools = [
            CostPool("b", own: 20, serves: [Weight("x", 1), Weight("y", 1)]),
            CostPool("a", own: 10, serves: [Weight("b", 1), Weight("x", 1), Weight("a", 7)]),
        ]
        let result = try Chain(pools).allocated(by: .stepDown(order: nil))
        #expect(try result.received(by: "x") == "17.5" && result.received(by: "y") == "12.5")
        #expect(result.moves.map(\.source) == ["a", "a", "b", "b"])
        #expect(result.pools.map(\.gross) == [25, 10])
    }

    @Test func `A circle is an error that names it, unless there is an order`() throws {
        let error = expectError(.cycle) { try Chain(circle).allocated(by: .stepDown(order: nil)) }
        #expect(error?.message.contains("support → security → support") == true)
        let ordered = try Chain(circle).allocated(by: .stepDown(order: ["security", "network", "support"]))
        #expect(try ordered.received(by: "web") + ordered.received(by: "shop") == 30)
        #expect(try Chain(circle).allocated(by: .reciprocal).moves.allSatisfy { ["web", "shop"].contains($0.target) })
    }

    @Test func `Pools that serve only each other are an error that names them`() throws {
        let stuck = [
            CostPool("a", own: 1, serves: [Weight("b", 1), Weight("x", 0)]),
            CostPool("b", own: 0, serves: [Weight("c", 3)]), CostPool("c", own: 0, serves: [Weight("b", 1)]),
            CostPool("d", own: 1, serves: [Weight("x", 1)]),
        ]
        let error = expectError(.unreachable) { try Chain(stuck).allocated(by: .reciprocal) }
        #expect(error?.message.contains("b → c → b") == true)
    }

    @Test func `An order must name every pool once`() throws {
        for order in [
            ["network", "support"], ["network", "support", "security", "web"], ["network", "network", "support"],
        ] {
            expectError(.invalid) { try Chain(circle).allocated(by: .stepDown(order: order)) }
        }
    }

    @Test func `Names must tell pools and weights apart`() {
        expectError(.invalid) { try Chain([CostPool("a", own: 1, serves: []), CostPool("a", own: 1, serves: [])]) }
        expectError(.invalid) { try Chain([CostPool("a", own: 1, serves: [Weight("x", 1), Weight("x", 1)])]) }
        expectError(.weights) { try Chain([CostPool("a", own: 1, serves: [Weight("x", -1)])]) }
        expectError(.weights) {
            try Chain([CostPool("a", own: 1, serves: [Weight("x", -1)])], split: Split(negativeWeights: .net))
        }
    }

    @Test(arguments: [ChainMethod.direct, .stepDown(order: nil), .reciprocal])
    func `A pool that serves nobody is an error, keeps its cost, or serves all the same`(method: ChainMethod) throws {
        let idle = [
            CostPool("a", own: 6, serves: [Weight("idle", 1), Weight("x", 1)]),
            CostPool("idle", own: 10, serves: [Weight("x", 0), Weight("y", 0)]),
        ]
        let error = expectError(.weights) { try Chain(idle).allocated(by: method) }
        #expect(error?.message.contains("'idle'") == true)
        let kept = try Chain(idle, split: Split(zeroWeights: .keep)).allocated(by: method)
        #expect(kept.pools[1].kept == (method == .direct ? 10 : 13))
        let even = try Chain(idle, split: Split(zeroWeights: .even)).allocated(by: method)
        #expect(try even.received(by: "y") == (method == .direct ? 5 : "6.5"))
    }
}
