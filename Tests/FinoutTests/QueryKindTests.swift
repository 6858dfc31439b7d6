import Finout
import HostLoop
import Testing

struct QueryKindTests {
    private static func kind(
        days: Int = 10, _ change: (inout QuerySpecification) -> Void = { _ in }
    ) throws -> String {
        let specification = januaryQuery(days: days, change)
        let windows = try WindowPlan.windows(of: specification.dates, interval: specification.interval)
        return QueryKind.text(specification, window: try #require(windows.first))
    }

    @Test func `a kind names what takes time, and no value of a filter`() throws {
        #expect(try Self.kind() == "day 8-31d by AWS/service sum")
        let secret = KeyReference(costCenter: "AWS", key: "account")
        let filtered = try Self.kind {
            $0.interval = .month
            $0.dimensions.append(Dimension(key: KeyReference(costCenter: "AWS", key: "region")))
            $0.filter = .leaf(FilterLeaf(key: secret, operator: .oneOf, values: ["acme-production"]))
        }
        #expect(filtered == "month 8-31d by AWS/region,AWS/service sum filtered")
    }

    @Test func `days make four classes, and the order of dimensions and the values make no other kind`() throws {
        #expect(try Set((1...60).map { try Self.kind(days: $0) }).count == 4)
        let keys = ["a", "b", "c", "d", "e", "f", "g"].map { Dimension(key: KeyReference(costCenter: "AWS", key: $0)) }
        let kinds = try [keys, keys.reversed()].map { keys in try Self.kind { $0.dimensions = keys } }
        #expect(kinds[0] == kinds[1] && kinds[0].contains("AWS/a,AWS/b,AWS/c,AWS/d,AWS/e,+2"))
    }
}
