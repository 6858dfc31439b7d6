import HostLoop
import RowDecoder
import Simulator

/// The day the tests' accounts are of.
let today = Day("2026-11-20")!

/// The account most tests ask.
let account = DemoAccount(DemoOptions(today: today))

/// A request body in the API's words.
func body(
    _ first: Day, _ last: Day, interval: JSONValue = "day", measurements: [JSONValue] = [["type": "netAmortizedCost"]],
    dimensions: [JSONValue] = [], filters: JSONValue? = nil, rowLimit: JSONValue? = nil, intervalSort: JSONValue? = nil
) -> JSONValue {
    var timeInterval: [JSONValue.Member] = [.init(name: "interval", value: interval)]
    if let intervalSort { timeInterval.append(.init(name: "sortDirection", value: intervalSort)) }
    var members: [JSONValue.Member] = [
        .init(
            name: "date",
            value: [
                "unixTimeMillisecondsStart": .integer(first.start.millisecondsSinceEpoch),
                "unixTimeMillisecondsEnd": .integer((last + 1).start.millisecondsSinceEpoch - 1),
            ]),
        .init(name: "timeInterval", value: .object(timeInterval)),
        .init(name: "measurements", value: .array(measurements)),
    ]
    if !dimensions.isEmpty { members.append(.init(name: "dimensions", value: .array(dimensions))) }
    if let filters { members.append(.init(name: "filters", value: filters)) }
    if let rowLimit { members.append(.init(name: "rowLimit", value: rowLimit)) }
    return .object(members)
}

/// `costCenter`, `key` and `type` of a dimension or filter, from `AWS|service|billing_dimension`.
func key(_ text: String, _ more: [(String, JSONValue)] = []) -> JSONValue {
    let parts = text.split(separator: "|").map(String.init)
    return .object(
        zip(["costCenter", "key", "type"], parts).map { .init(name: $0, value: .string($1)) }
            + more.map { .init(name: $0.0, value: $0.1) })
}

/// A filter's condition.
func condition(_ text: String, _ operator: JSONValue, _ values: JSONValue? = nil) -> JSONValue {
    key(text, [("operator", `operator`)] + (values.map { [("value", $0)] } ?? []))
}

/// An amount in whole millionths, exactly.
func millionths(_ row: [String: JSONValue], _ field: String = "netAmortizedCost_sum") -> Int64? {
    switch row[field]?["amount"] {
    case .integer(let whole): whole * 1_000_000
    case .number(let number): Int64((number * 1_000_000).rounded())
    default: nil
    }
}

/// The sum of a field over rows, in millionths.
func total(_ rows: [[String: JSONValue]], _ field: String = "netAmortizedCost_sum") -> Int64 {
    rows.reduce(0) { $0 + (millionths($1, field) ?? 0) }
}
