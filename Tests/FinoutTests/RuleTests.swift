import Finout
import HostLoop
import Testing

let testCatalog = KeyCatalog(keys: [
    KeyInfo(costCenter: "AWS", key: "region", displayName: "Region", types: ["billing_dimension"]),
    KeyInfo(costCenter: "AWS", key: "service", displayName: "Service", types: ["billing_dimension"]),
    KeyInfo(costCenter: "AWS", key: "aws:team/owner", displayName: "Team owner", types: ["tag"]),
    KeyInfo(costCenter: "Kubernetes", key: "app", displayName: "app", types: ["k8s_pod_label", "k8s_node_label"]),
    KeyInfo(costCenter: "Custom Cost", key: "one", displayName: "Shared", types: ["custom_cost"]),
    KeyInfo(costCenter: "Custom Cost", key: "two", displayName: "Shared", types: ["custom_cost"]),
    KeyInfo(costCenter: "Virtual Tags", key: "7f1", displayName: "Team", types: ["virtual_tag"]),
    KeyInfo(costCenter: "Virtual Tags", key: "7f2", displayName: "Product", types: ["virtual_tag"]),
    KeyInfo(costCenter: "Virtual Tags", key: "7f3", displayName: "Environment", types: ["virtual_tag"]),
    KeyInfo(costCenter: "Virtual Tags", key: "7f4", displayName: "Unit", types: ["virtual_tag"]),
])

private let january = day("2026-01-01")...day("2026-01-31")

private func key(_ path: String) -> KeyReference { KeyReference(path: path)! }

private func leaf(_ path: String, _ comparison: FilterOperator = .oneOf, _ values: [String] = ["a"]) -> Filter {
    .leaf(FilterLeaf(key: key(path), operator: comparison, values: values))
}

struct BrokenRule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let field: String
    let apiCode: String?
    let specification: QuerySpecification

    init(_ name: String, _ field: String, _ apiCode: String?, _ change: (inout QuerySpecification) -> Void) {
        testDescription = name
        self.field = field
        self.apiCode = apiCode
        var specification = QuerySpecification(days: january)
        change(&specification)
        self.specification = specification
    }
}

let brokenRules: [BrokenRule] = [
    BrokenRule("21 dimensions", "dimensions", "DIMENSIONS_LIMIT_EXCEEDED") {
        $0.dimensions = (0..<21).map { Dimension(key: key("AWS/k\($0)")) }
    },
    BrokenRule("31 conditions", "filters", "FILTERS_LIMIT_EXCEEDED") {
        $0.filter = .all([leaf("AWS/region"), .any((0..<30).map { leaf("AWS/service", .is, ["\($0)"]) })])
    },
    BrokenRule("four virtual tags across both", "dimensions", "VTAGS_LIMIT_EXCEEDED") {
        $0.dimensions = ["Team", "Product"].map { Dimension(key: key("Virtual Tags/\($0)")) }
        $0.filter = .any([leaf("Virtual Tags/Environment"), leaf("Virtual Tags/Unit"), leaf("Virtual Tags/7f1")])
    },
    BrokenRule("a row limit of 100,001", "rowLimit", "ROW_LIMIT_EXCEEDED") { $0.rowLimit = 100_001 },
    BrokenRule("a row limit of 0", "rowLimit", "ROW_LIMIT_EXCEEDED") { $0.rowLimit = 0 },
    BrokenRule("two sort fields", "dimensions[1].sortDirection", "MULTIPLE_SORT_FIELDS_NOT_ALLOWED") {
        $0.intervalSort = .ascending
        $0.dimensions = [Dimension(key: key("AWS/region"), sort: .descending)]
    },
    BrokenRule("no measurement", "measurements", nil) { $0.measurements = [] },
    BrokenRule("six measurements", "measurements", nil) {
        $0.measurements = MeasurementType.allCases.prefix(6).map { Measurement(type: $0) }
    },
    BrokenRule("the same measurement twice", "measurements[2]", nil) {
        $0.measurements = [Measurement(type: .listCost, alias: "a"), Measurement(type: .listCost, alias: "b")]
    },
    BrokenRule("the same dimension twice", "dimensions[2]", nil) {
        $0.dimensions = [Dimension(key: key("AWS/region")), Dimension(key: key("AWS/Region"), alias: "r")]
    },
    BrokenRule("an alias twice", "measurements[1]", nil) {
        $0.dimensions = [Dimension(key: key("AWS/region"), alias: "x")]
        $0.measurements = [Measurement(type: .listCost, alias: "x")]
    },
    BrokenRule("an alias that is the interval's column", "dimensions[1]", nil) {
        $0.dimensions = [Dimension(key: key("AWS/region"), alias: "day")]
    },
    BrokenRule("an alias that is a unit's column", "measurements[1]", nil) {
        $0.dimensions = [Dimension(key: key("AWS/region"), alias: "use_unit")]
        $0.measurements = [Measurement(type: .usageAmount, alias: "use")]
    },
    BrokenRule("days in the wrong order", "date", nil) {
        $0.dates = .days(first: day("2026-02-01"), last: day("2026-01-31"))
    },
    BrokenRule("milliseconds in the wrong order", "date.unixTimeMillisecondsEnd", nil) {
        $0.dates = .milliseconds(start: 5, end: 5)
    },
    BrokenRule("an empty group", "filters.AND[2].OR", nil) { $0.filter = .all([leaf("AWS/region"), .any([])]) },
    BrokenRule("oneOf without values", "filters.OR[1].value", nil) {
        $0.filter = .any([leaf("AWS/region", .oneOf, [])])
    },
    BrokenRule("exists with a value", "filters.value", nil) { $0.filter = leaf("AWS/region", .exists, ["a"]) },
    BrokenRule("the top of more than 60 days", "rowLimit", "TIMEFRAME_LIMIT_EXCEEDED") {
        $0.dates = .days(first: day("2026-01-01"), last: day("2026-03-31"))
        $0.rowLimit = 10
    },
    BrokenRule("a sort over more than 60 days", "measurements[1].sortDirection", "TIMEFRAME_LIMIT_EXCEEDED") {
        $0.dates = .days(first: day("2026-01-01"), last: day("2026-03-31"))
        $0.measurements = [Measurement(type: .listCost, sort: .ascending)]
    },
    BrokenRule("a key that is not there", "dimensions[2].key", "BAD_REQUEST") {
        $0.dimensions = [Dimension(key: key("AWS/region")), Dimension(key: key("AWS/nothing"))]
    },
    BrokenRule("a type the key has not", "filters.AND[1].type", "BAD_REQUEST") {
        $0.filter = .all([
            .leaf(FilterLeaf(key: KeyReference(costCenter: "AWS", key: "region", type: "tag"), operator: .exists))
        ])
    },
]

struct RuleTests {
    @Test(arguments: brokenRules)
    func `a broken rule names the field and the API's code`(rule: BrokenRule) {
        let error = #expect(throws: FinoutError.self) {
            try rule.specification.check()
            _ = try rule.specification.resolved(by: testCatalog)
        }
        #expect(error?.code == .badQuery)
        #expect(error?.field == rule.field)
        #expect(error?.apiCode == rule.apiCode)
        #expect(error?.message.isEmpty == false)
    }

    @Test func `everything at its limit is accepted`() throws {
        var specification = QuerySpecification(days: day("2026-01-01")...day("2026-03-01"))
        specification.measurements = MeasurementType.allCases.prefix(5).map { Measurement(type: $0) }
        specification.rowLimit = 100_000
        specification.intervalSort = .descending
        specification.dimensions = ["Team", "Product", "Environment"].map { Dimension(key: key("Virtual Tags/\($0)")) }
        specification.filter = .all((0..<30).map { _ in leaf("Virtual Tags/Team") })
        try specification.check()
        let resolved = try specification.resolved(by: testCatalog)
        #expect(resolved.dimensions[0].columnName == "Virtual Tags_virtual_tag_7f1")
        #expect(resolved.dimensions[0].key.key == "7f1")
    }
}
