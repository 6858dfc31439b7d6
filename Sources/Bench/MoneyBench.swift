import FinOps
import Glibc

/// How fast exact amounts are, in seconds of the processor.
enum MoneyBench {
    /// Prints the times; whether every goal is met.
    static func run() -> Bool {
        do {
            return try measure().allSatisfy(\.self)
        } catch {
            print(error.message)
            return false
        }
    }

    private static func measure() throws(FinOpsError) -> [Bool] {
        var random = Random(seed: 1)
        let cents = (0..<1_000_000).map { _ in (random.uniform() * 2_000_000).rounded() / 100 - 10_000 }
        let long = (0..<1_000_000).map { _ in random.uniform() * 1_000 }
        let weights = (0..<10).map { Weight("target \($0)", Decimal($0 * 37 + 11)) }
        let rules = (0..<9).map { number in
            AllocationRule(
                "rule \(number)", where: .leaf(RowComparison("service", .is, ["service \(number)"])),
                .target("target \(number)"))
        }
        let allocation = Allocation(rules: rules + [AllocationRule("teams", .valueOf(column: "team"))])
        var rows = try CostRows(columns: ["service", "team", "account"])
        return [
            try goal("1,000,000 amounts in cents: converted and summed", atMost: 0.5) { () throws(FinOpsError) in
                _ = try Decimal.sum(cents)
            },
            try goal("1,000,000 amounts of 17 digits: converted and summed", atMost: 0.5) { () throws(FinOpsError) in
                _ = try Decimal.sum(long)
            },
            try goal("100,000 splits among ten", atMost: 1) { () throws(FinOpsError) in
                for cents in 0..<100_000 { _ = try Split(scale: 10).shares(of: Decimal(cents), by: weights) }
            },
            try goal("1,000,000 rows of three columns: taken in", atMost: 1) { () throws(FinOpsError) in
                for row in 0..<1_000_000 {
                    let team = row % 7 == 0 ? nil : "team \(row % 23)"
                    try rows.append(
                        day: CostDay(20_727 + row % 60), ["service \(row % 211)", team, "account \(row % 300)"],
                        amount: Decimal(cents[row]))
                }
            },
            try goal("1,000,000 rows: allocated by ten rules and proved", atMost: 1) { () throws(FinOpsError) in
                _ = try allocation.result(of: rows).prove()
            },
        ]
    }

    private static func goal(
        _ text: String, atMost limit: Double, _ body: () throws(FinOpsError) -> Void
    ) throws(FinOpsError) -> Bool {
        let start = clock()
        try body()
        // POSIX: a million ticks are a second of the processor's time, whatever else runs.
        let taken = Double(clock() - start) / 1e6
        print(
            "\(taken <= limit ? "met   " : "MISSED") \(text): \((taken * 1_000).rounded() / 1_000) s (at most \(limit))"
        )
        return taken <= limit
    }
}
