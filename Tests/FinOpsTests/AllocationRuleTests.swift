import FinOps
import Testing

struct AllocationRuleTests {
    private let rows: [(service: String?, team: String?, cost: Decimal)] = [
        ("EC2", "web", 10), ("EC2", nil, 5), ("S3", "data", 7), ("Tax", nil, "1.25"), ("EC2", "web", "-2.5"),
    ]

    @Test func `The first rule that holds takes the row, and what none takes is a row of its own`() throws {
        let result = try Allocation(rules: [
            AllocationRule("web", where: team("web"), .target("Web")),
            AllocationRule("compute", where: service("EC2"), .target("Platform")),
            AllocationRule("teams", .valueOf(column: "team")),
        ]).result(of: bill(rows))
        #expect(try result.totals() == ["Web": "7.5", "Platform": 5, "data": 7, "unallocated": "1.25"])
        #expect(result.assignment(ofRow: 1) == ("Platform", 1) && result.assignment(ofRow: 3) == ("unallocated", nil))
        #expect(result.rules.map(\.rows) == [2, 1, 1] && result.rules[0].amount == "7.5")
        #expect(result.lines.first { $0.target == "unallocated" }?.kind == .unallocated)
        #expect(try result.prove().total == "20.75")
    }

    @Test func `A rule holds on each row's own day`() throws {
        let result = try Allocation(
            rules: [
                AllocationRule("old", where: service("EC2"), to: october.advanced(by: 1), .target("Before")),
                AllocationRule("new", where: service("EC2"), from: october.advanced(by: 2), .target("After")),
            ], otherwise: .target("Central")
        ).result(of: bill(rows))
        #expect(try result.totals() == ["Before": 15, "After": "-2.5", "Central": "8.25"])
        #expect(result.lines.allSatisfy { $0.kind == .target })
    }

    @Test func `Rows stand in the period of their day`() throws {
        var rows = try CostRows(columns: ["team"])
        for offset in [30, 0, 31, -1] {
            try rows.append(day: october.advanced(by: offset), ["a"], amount: Decimal(offset))
        }
        let rule = AllocationRule("teams", .valueOf(column: "team"))
        let months = try Allocation(rules: [rule]).result(of: rows)
        #expect(months.lines.map(\.period?.description) == ["2026-09-01", "2026-10-01", "2026-11-01"])
        #expect(months.lines.map(\.direct) == [-1, 30, 31])
        #expect(try Allocation(rules: [rule], period: .day).result(of: rows).lines.count == 4)
        #expect(try Allocation(rules: [rule], period: .whole).result(of: rows).lines.map(\.direct) == [60])
    }

    @Test func `Rules that took nothing say why`() throws {
        let allocation = Allocation(rules: [
            AllocationRule("web", where: team("web"), .target("Web")),
            AllocationRule("web again", where: team("web"), from: october, .target("Twice")),
            AllocationRule(
                "both", where: .all([team("web"), .any([team("data"), .leaf(RowComparison("team", .notExists))])]),
                .target("x")),
            AllocationRule("nobody", where: team("nobody"), .target("x")),
            AllocationRule("later", where: service("S3"), from: october.advanced(by: 99), .target("x")),
            AllocationRule(
                "negative", where: .all([service("EC2"), .leaf(RowComparison("team", .exists))]), .target("x")),
            AllocationRule("rest", .target("Rest")),
            AllocationRule("never", where: service("S3"), .target("x")),
        ])
        let result = try allocation.result(of: bill(rows))
        #expect(
            result.rules.map(\.problem) == [
                nil, .hidden(by: "web"), .contradiction(column: "team"), .noSuchRow, .otherDays, .taken(by: ["web"]),
                nil,
                .hidden(by: "rest"),
            ])
        #expect(allocation.deadRules.map(\.rule) == ["web again", "both", "never"])
        #expect(result.rules.compactMap(\.message).count == 6)
        #expect(result.rules[5].message?.contains("taken by 'web'") == true)
    }

    static let contradictions: [(RowCondition, Bool)] = [
        (.all([team("a"), team("b")]), true), (.all([team("a"), service("b")]), false),
        (
            .all([.leaf(RowComparison("team", .oneOf, ["a", "b"])), .leaf(RowComparison("team", .notOneOf, ["a"]))]),
            false
        ),
        (
            .all([
                .leaf(RowComparison("team", .oneOf, ["a", "b"])), .leaf(RowComparison("team", .notOneOf, ["b", "a"])),
            ]), true
        ),
        (.all([.leaf(RowComparison("team", .exists)), .leaf(RowComparison("team", .notExists))]), true),
        (.all([.leaf(RowComparison("team", .notIs, ["a"])), .leaf(RowComparison("team", .notExists))]), false),
        (.all([team("web-1"), .leaf(RowComparison("team", .contains, ["db"]))]), true),
        (.any([.all([team("a"), team("b")]), team("a")]), false),
        (.all([team("a"), .any([.all([team("a"), team("b")]), .all([service("x"), service("y")])])]), true),
    ]

    @Test(arguments: contradictions)
    func `A condition that contradicts itself is seen`(condition: RowCondition, isDead: Bool) {
        let allocation = Allocation(rules: [AllocationRule("it", where: condition, .target("x"))])
        #expect(allocation.deadRules.isEmpty != isDead)
    }

    @Test func `Rules that cannot be meant are an error`() throws {
        let rows = try bill(rows)
        func fails(_ allocation: Allocation, on rows: CostRows) {
            expectError(.invalid) { try allocation.result(of: rows) }
        }
        let rule = AllocationRule("a", .target("x"))
        fails(Allocation(rules: [rule, rule]), on: rows)
        fails(Allocation(rules: [AllocationRule("a", from: october, to: CostDay(1), .target("x"))]), on: rows)
        fails(Allocation(rules: [AllocationRule("a", .valueOf(column: "owner"))]), on: rows)
        fails(Allocation(rules: [], pools: [SharedPool("p", .even(nil)), SharedPool("p", .even(nil))]), on: rows)
        fails(Allocation(rules: [], pools: [SharedPool("unallocated", .even(nil))]), on: rows)
        let undated = try bill([("EC2", "web", 1)], days: false)
        fails(Allocation(rules: [AllocationRule("a", from: october, .target("x"))]), on: undated)
        fails(Allocation(rules: [rule], period: .month), on: undated)
    }

    @Test func `No rows are no lines`() throws {
        let result = try Allocation(
            rules: [AllocationRule("a", from: october, .target("x"))], pools: [SharedPool("x", .even(["y"]))]
        ).result(of: CostRows(columns: ["team"]))
        #expect(result.lines.isEmpty && result.moves.isEmpty)
        #expect(try result.prove().total.isZero && result.coverage().allocatedShare == nil)
    }
}
