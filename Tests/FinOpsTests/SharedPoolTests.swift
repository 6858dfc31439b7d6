import FinOps
import Testing

struct SharedPoolTests {
    private let teams = [AllocationRule("teams", .valueOf(column: "team"))]

    private func fixture() throws -> (fixture: Fixture, rows: CostRows) {
        let fixture = try Fixture("finops-foundation-splits.csv")
        var rows = try fixture.rows.map {
            (service: "direct" as String?, team: $0["unit"], cost: try Decimal($0["direct"] ?? ""))
        }
        rows.append(("support", "Support", 12_000))
        return (fixture, try bill(rows))
    }

    @Test(arguments: ["proportional", "even", "fixed"])
    func `The shared costs of the FinOps Foundation come out of rules`(column: String) throws {
        let (fixture, rows) = try fixture()
        let names = try fixture.column("unit")
        let percentages = try fixture.column("percentage").map { try Decimal($0) }
        let method: SharingMethod =
            switch column {
            case "proportional": .proportional(nil)
            case "even": .even(nil)
            default: .fixed(zip(names, percentages).map(Weight.init), .none)
            }
        let result = try Allocation(rules: teams, pools: [SharedPool("Support", method)]).result(of: rows)
        let expected = try fixture.column(column).map { try Decimal($0) }
        #expect(try result.totals() == Dictionary(uniqueKeysWithValues: zip(names, expected)))
        #expect(try result.prove().total == 112_000)
    }

    @Test func `Every moved amount is explained`() throws {
        let (_, rows) = try fixture()
        let result = try Allocation(rules: teams, pools: [SharedPool("Support", .proportional(nil))]).result(of: rows)
        let (received, passed) = result.explain("Engineering")
        #expect(passed.isEmpty)
        #expect(received.map(\.source) == [nil, "Support"] && received.map(\.amount) == [20_000, 2_400])
        #expect(
            received.map(\.method) == ["direct", "proportional"] && received.map(\.rules) == [["teams"], ["teams"]])
        #expect(received.map(\.weight) == [nil, 20_000] && received.map(\.share) == [1, 0.2])
        #expect(received.map(\.rows) == [1, 0] && received.map(\.period) == [october, october])
        let pool = result.explain("Support")
        #expect(pool.received.map(\.amount) == [12_000] && pool.passed.map(\.amount) == [3_600, 2_400, 6_000])
    }

    @Test func `Weights from elsewhere count in their period`() throws {
        var rows = try CostRows(columns: ["team"])
        for offset in [0, 31] { try rows.append(day: october.advanced(by: offset), ["pool"], amount: 100) }
        let requests = [
            DatedWeight("a", 1, day: october), DatedWeight("a", 2, day: october.advanced(by: 5)),
            DatedWeight("b", 1, day: october), DatedWeight("b", 1, day: october.advanced(by: 40)),
        ]
        func result(_ weights: [DatedWeight], _ period: AllocationPeriod = .month) throws -> AllocationResult {
            try Allocation(rules: teams, pools: [SharedPool("pool", .weighted("requests", weights))], period: period)
                .result(of: rows)
        }
        let months = try result(requests)
        #expect(
            months.lines.map { "\($0.period?.description ?? "") \($0.target) \($0.shared)" } == [
                "2026-10-01 a 75", "2026-10-01 b 25", "2026-11-01 b 100",
            ])
        #expect(months.explain("a").received.first?.method == "by requests")
        #expect(try result(requests, .whole).totals() == ["a": 120, "b": 80])
        #expect(try result([DatedWeight("a", 1), DatedWeight("b", 3)]).totals() == ["a": 50, "b": 150])
        let error = expectError(.weights) { try result([DatedWeight("a", 1, day: october)]) }
        #expect(error?.message.contains("In the period from 2026-11-01: The pool 'pool'") == true)
    }

    @Test func `What percentages leave stays in the pool as a row of its own`() throws {
        let rows = try bill([("x", "pool", 10), ("x", "a", 1)])
        let pool = SharedPool("pool", .fixed([Weight("a", 60)], .keep))
        let result = try Allocation(rules: teams, pools: [pool]).result(of: rows)
        #expect(result.lines.map(\.kind) == [.target, .kept] && result.lines.map(\.target) == ["a", "pool"])
        #expect(try result.totals() == ["a": 7, "pool": 4])
        #expect(try result.prove().total == 11)
        let missing = Allocation(rules: teams, pools: [SharedPool("pool", .fixed([Weight("a", "99.99")], .none))])
        let error = expectError(.weights) { try missing.result(of: rows) }
        #expect(error?.message.contains("0.01 is missing") == true)
    }

    @Test func `The unallocated get a share only when they are named`() throws {
        let rows = try bill([("x", "pool", 10), ("x", nil, 5), ("x", "a", 1)])
        func amounts(_ method: SharingMethod) throws -> [String: Decimal] {
            try Allocation(rules: teams, pools: [SharedPool("pool", method)]).result(of: rows).totals()
        }
        #expect(try amounts(.even(nil)) == ["a": 11, "unallocated": 5])
        #expect(try amounts(.proportional(["a", "unallocated"])) == ["a": "2.67", "unallocated": "13.33"])
    }

    @Test func `Pools pass on to pools, and a circle is named with its period`() throws {
        let rows = try bill([("x", "network", 10), ("x", "security", 6), ("x", "a", 1), ("x", "b", 3)])
        func allocation(_ back: String, _ chain: ChainMethod = .stepDown(order: nil)) -> Allocation {
            Allocation(
                rules: teams,
                pools: [SharedPool("security", .even(["a", back])), SharedPool("network", .even(["security", "b"]))],
                chain: chain)
        }
        let result = try allocation("b").result(of: rows)
        #expect(try result.totals() == ["a": "6.5", "b": "13.5"])
        let error = expectError(.cycle) { try allocation("network").result(of: rows) }
        #expect(error?.message.contains("In the period from 2026-10-01: ") == true)
        #expect(error?.message.contains("security → network → security") == true)
        #expect(
            try allocation("network", .stepDown(order: ["network", "security"])).result(of: rows).totals() == [
                "a": 12, "b": 8,
            ])
        let reciprocal = try allocation("network", .reciprocal).result(of: rows)
        #expect(try reciprocal.prove().total == 20)
        // Half of security's cost goes to a and half to network, half of which comes back: a bears 2/3 of it.
        #expect(try reciprocal.totals() == ["a": "8.33", "b": "11.67"])
        expectError(.invalid) { try allocation("b", .stepDown(order: ["network"])).result(of: rows) }
        expectError(.invalid) { try allocation("b", .stepDown(order: ["network", "security", "a"])).result(of: rows) }
    }

    @Test func `Coverage tells what is allocated and what of it is shared`() throws {
        let rows = try bill([("x", "pool", 10), ("x", nil, 5), ("x", "a", 35)])
        let coverage = try Allocation(rules: teams, pools: [SharedPool("pool", .fixed([Weight("a", 50)], .keep))])
            .result(of: rows).coverage()
        #expect(coverage.total == 50 && coverage.allocated == 40 && coverage.unallocated == 5 && coverage.kept == 5)
        #expect(coverage.allocatedShare == 0.8 && coverage.sharedShare == 0.125)
    }

    @Test func `A difference tells who bears more and who less`() throws {
        let rows = try bill([("x", "a", 10), ("y", "b", 30), ("y", "a", 5)])
        let before = try Allocation(rules: teams).result(of: rows)
        let after = try Allocation(rules: [AllocationRule("y", where: service("y"), .target("c"))] + teams).result(
            of: rows)
        let difference = try AllocationDifference(from: before, to: after)
        #expect(difference.changes.map(\.target) == ["c", "b", "a"])
        #expect(difference.changes.map(\.change) == [35, -30, -5])
        #expect(difference.changes.map(\.percent) == [nil, -100, -100.0 / 3])
        #expect(difference.total.change.isZero && difference.total.before == 45)
    }

    @Test func `A proof fails where a cent is missing`() throws {
        let (_, rows) = try fixture()
        let whole = try Allocation(rules: teams, pools: [SharedPool("Support", .even(nil))]).result(of: rows)
        let proof = try whole.prove()
        #expect(proof.rows == 4 && proof.lines == 3 && proof.moves == 7 && proof.total == 112_000)
        var short = whole
        short.lines[0].shared = "3999.99"
        let error = expectError(.notConserved) { try short.prove() }
        #expect(error?.message.contains("bear -0.01 more than the rows cost") == true)
        var swapped = whole
        (swapped.lines[0].shared, swapped.lines[1].shared) = ("4000.01", "3999.99")
        expectError(.notConserved) { try swapped.prove() }
        var moved = whole
        moved.moves[0].amount = "19999.99"
        expectError(.notConserved) { try moved.prove() }
        moved = whole
        moved.moves[6].amount = "3999.99"
        expectError(.notConserved) { try moved.prove() }
        moved = whole
        moved.lines.removeLast()
        expectError(.notConserved) { try moved.prove() }
    }
}
