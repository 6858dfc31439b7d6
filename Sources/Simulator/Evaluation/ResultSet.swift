import HostLoop
import RowDecoder

/// The answer to a query: its rows in the API's order, cut at the row limit.
struct ResultSet: Sendable {
    struct Row {
        let bucket: Int32
        let group: Int32
    }

    /// An amount where the group has none: usage of a group whose lines have no usage.
    static let noAmount = Int64.min
    /// Units where lines of a row have several: the row then names none.
    static let severalUnits: Int16 = -2
    static let noUnit: Int16 = -1

    let account: DemoAccount
    let request: QueryRequest
    /// The label of each time bucket.
    let buckets: [String]
    /// The values of each group, `request.dimensions.count` each, -1 where it has none.
    let groups: [Int32]
    let rows: [Row]
    /// In millionths, `request.measurements.count` of each row.
    let amounts: [Int64]
    let units: [Int16]
    /// All rows there are, also those beyond the row limit, which pages never reach: Finout's example tells of 228,977
    /// rows where `rowLimit` allows 100,000 at most.
    let totalRows: Int

    /// A row as its JSON reads.
    func values(ofRow index: Int) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        let row = rows[index]
        let width = request.dimensions.count
        for (place, column) in request.dimensions.enumerated() {
            if let text = account.value(groups[Int(row.group) * width + place], in: column) {
                values[ColumnName.table[column].field] = .string(text)
            }
        }
        values[request.interval.rawValue] = .string(buckets[Int(row.bucket)])
        for (place, measurement) in request.measurements.enumerated() {
            let cell = index * request.measurements.count + place
            guard amounts[cell] != Self.noAmount else { continue }
            var members = [JSONValue.Member(name: "amount", value: Self.number(amounts[cell]))]
            if units[cell] >= 0 {
                members.append(.init(name: "unit", value: .string(account.units[Int(units[cell])])))
            }
            values[measurement.field] = .object(members)
        }
        return values
    }

    /// Millionths as the nearest double, or as the integer they are.
    private static func number(_ millionths: Int64) -> JSONValue {
        let (whole, part) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        return part == 0 ? .integer(whole) : .number(Double(millionths) / 1_000_000)
    }
}
