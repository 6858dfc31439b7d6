import FinOps
import Testing

struct AllocationPropertyTests {
    private let names = ["a", "b", "c", "pool 1", "pool 2", "unallocated"]

    private func rows(_ random: inout Random) throws -> CostRows {
        var rows = try CostRows(columns: ["service", "team"])
        for _ in 0..<Int.random(in: 0...25, using: &random) {
            let service = ["x", "y", nil].randomElement(using: &random)!
            let team = (names + [nil]).randomElement(using: &random)!
            let day = october.advanced(by: Int.random(in: 0..<60, using: &random))
            try rows.append(day: day, [service, team], amount: random.decimal())
        }
        return rows
    }

    private func allocation(_ random: inout Random) throws -> Allocation {
        var rules: [AllocationRule] = []
        for index in 0..<Int.random(in: 0...4, using: &random) {
            let condition = [nil, service("x"), team("a"), .any([service("y"), team("pool 1")])].randomElement(
                using: &random)!
            let from = Bool.random(using: &random) ? october.advanced(by: Int.random(in: 0..<50, using: &random)) : nil
            let target = names.randomElement(using: &random)!
            rules.append(
                AllocationRule(
                    "rule \(index)", where: condition, from: from,
                    Bool.random(using: &random) ? .target(target) : .valueOf(column: "team")))
        }
        func method(_ random: inout Random) throws -> SharingMethod {
            let some = names.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return .even(Bool.random(using: &random) ? nil : Array(some))
            case 1: return .proportional(Bool.random(using: &random) ? nil : Array(some))
            case 2:
                let percentages = some.map { Weight($0, Decimal(Int.random(in: 0...33, using: &random))) }
                return .fixed(percentages, Bool.random(using: &random) ? .keep : .target("c"))
            default:
                return .weighted(
                    "table",
                    try some.map {
                        DatedWeight(
                            $0, try random.decimal().magnitude, day: Bool.random(using: &random) ? nil : october)
                    })
            }
        }
        let chains: [ChainMethod] = [
            .direct, .stepDown(order: nil), .stepDown(order: ["pool 2", "pool 1"]), .reciprocal,
        ]
        return Allocation(
            rules: rules,
            pools: [SharedPool("pool 1", try method(&random)), SharedPool("pool 2", try method(&random))],
            otherwise: Bool.random(using: &random) ? .unallocated("unallocated") : .target("central"),
            chain: chains.randomElement(using: &random)!,
            split: Split(
                scale: [nil, 2, 10].randomElement(using: &random)!, zeroWeights: .keep, negativeWeights: .clamp),
            period: [nil, .whole, .day].randomElement(using: &random)!)
    }

    @Test func `A hundred thousand rule sets lose nothing, and the order of rows does not matter`() throws {
        var random = Random(seed: 40)
        var done = 0
        for round in 0..<100_000 {
            let (rows, allocation) = (try rows(&random), try allocation(&random))
            let result: AllocationResult
            do {
                result = try allocation.result(of: rows)
            } catch {
                #expect([.cycle, .unreachable, .overflow].contains(error.code), "\(error)")
                continue
            }
            done += 1
            let total = try Decimal.sum(rows.amounts)
            #expect(try result.prove().total == total)
            #expect(try Decimal.sum(result.lines.map { try $0.total() }) == total)
            #expect(try result.coverage().total == total)
            #expect(result.rules.map(\.rows).reduce(0, +) <= rows.count)
            guard round % 10 == 0 else { continue }
            let shuffled = try allocation.result(of: rows.shuffled(using: &random))
            #expect(shuffled.lines == result.lines && shuffled.moves == result.moves)
        }
        #expect(done > 75_000)
    }
}

extension CostRows {
    fileprivate func shuffled(using random: inout Random) throws -> CostRows {
        var result = try CostRows(columns: columns)
        for row in (0..<count).shuffled(using: &random) {
            try result.append(day: day(row), [text(row, 0), text(row, 1)], amount: amounts[row])
        }
        return result
    }
}
