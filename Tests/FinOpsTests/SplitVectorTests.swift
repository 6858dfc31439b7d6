import FinOps
import Testing

/// Splits that others published.
struct SplitVectorTests {
    @Test func `Shared costs of the FinOps Foundation`() throws {
        let fixture = try Fixture("finops-foundation-splits.csv")
        let names = try fixture.column("unit")
        func column(_ name: String) throws -> [Decimal] { try fixture.column(name).map { try Decimal($0) } }
        func weights(_ name: String) throws -> [Weight] { zip(names, try column(name)).map(Weight.init) }
        let direct = try column("direct")
        let pool = Decimal(12_000)
        let methods = [
            ("proportional", try Split().shares(of: pool, by: weights("direct"))),
            ("even", try Split().shares(of: pool, evenlyAmong: names)),
            ("fixed", try Split().shares(of: pool, percentages: weights("percentage"))),
        ]
        for (name, shares) in methods {
            #expect(try zip(direct, shares.amounts).map { try $0 + $1 } == column(name))
            #expect(shares.kept.isZero)
        }
    }

    @Test func `Minor units of money libraries`() throws {
        for row in try Fixture("money-library-splits.csv").rows {
            let weights = try (row["weights"] ?? "").split(separator: " ").map { Weight("", try Decimal($0)) }
            let parts = try (row["parts"] ?? "").split(separator: " ").map { try Decimal($0) }
            let shares = try Split(scale: 0, ties: .position).shares(of: Decimal(row["amount"] ?? ""), by: weights)
            #expect(shares.amounts == parts && parts.count > 1)
        }
    }

    @Test func `Shared namespaces of OpenCost`() throws {
        let fixture = try Fixture("opencost-sharing.csv")
        var costs: [String: Decimal] = [:]
        for row in fixture.rows { costs[row["name"] ?? ""] = try Decimal(row["cost"] ?? "") }
        func expected(_ column: String) throws -> [Decimal] {
            try fixture.column(column).filter { !$0.isEmpty }.map { try Decimal($0) }
        }
        func shared(_ amount: Decimal, among names: [String], evenly: Bool) throws -> [Decimal] {
            let split = Split(scale: 3)
            let shares =
                try evenly
                ? split.shares(of: amount, evenlyAmong: names)
                : split.shares(of: amount, by: names.map { Weight($0, costs[$0] ?? .zero) })
            return try shares.parts.map { try $0.amount + (costs[$0.name] ?? .zero) } + [costs["idle"] ?? .zero]
        }
        #expect(try shared(18, among: ["ns1", "ns2"], evenly: false) == expected("ns3 weighted"))
        #expect(try shared(18, among: ["ns1", "ns2"], evenly: true) == expected("ns3 even"))
        #expect(try shared(168, among: ["ns1", "ns2", "ns3"], evenly: false) == expected("overhead weighted"))
    }
}
