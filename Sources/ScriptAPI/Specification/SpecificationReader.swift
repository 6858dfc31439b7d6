package import Finout
package import HostLoop
package import LuaRuntime

/// Turns the table of `finout.query` into a query: the API's own body and the short forms of it.
///
/// Every failure names the field by its path, such as `measurements.cost.operator`. Nothing is sent.
package struct SpecificationReader {
    /// The day that `{ last = "30d" }` counts back from.
    let today: Day
    /// What is being read, as errors show it.
    var call: String
    /// The code of a failure.
    var code: String
    /// Whether filters name columns of rows and not keys of the account.
    let filtersColumns: Bool

    package init(
        today: Day, call: String = "finout.query", code: String = "bad_query", filtersColumns: Bool = false
    ) {
        (self.today, self.call, self.code, self.filtersColumns) = (today, call, code, filtersColumns)
    }

    private static let fields = [
        "date", "timeInterval", "measurements", "dimensions", "filters", "rowLimit", "allow_partial",
    ]

    /// The query that `table` describes.
    package func read(_ table: LuaTable) throws(LuaFailure) -> QuerySpecification {
        let root = FieldPath("")
        if !table.array.isEmpty {
            throw bad(
                root, "the query is a table of named fields", hint: "write finout.query { date = { last = \"30d\" } }")
        }
        try checkNames(table, known: Self.fields, at: root)
        let (interval, intervalSort) = try readInterval(table["timeInterval"], at: root["timeInterval"])
        return QuerySpecification(
            dates: try readDate(table["date"], at: root["date"]),
            interval: interval,
            intervalSort: intervalSort,
            measurements: try readMeasurements(table["measurements"], at: root["measurements"]),
            dimensions: try readDimensions(table["dimensions"], at: root["dimensions"]),
            filter: try readFilters(table["filters"], at: root["filters"]),
            rowLimit: try readRowLimit(table["rowLimit"], at: root["rowLimit"]),
            allowPartial: try readFlag(table["allow_partial"], at: root["allow_partial"])
        )
    }

    private func readInterval(
        _ value: LuaValue, at path: FieldPath
    ) throws(LuaFailure) -> (Interval, SortDirection?) {
        switch value {
        case .nil: return (.day, nil)
        case .string: return (try word(value, at: path), nil)
        case .table(let table):
            try checkNames(table, known: ["interval", "sortDirection"], at: path)
            return (
                table["interval"].isNil ? .day : try word(table["interval"], at: path["interval"]),
                try sortDirection(table, at: path)
            )
        default: throw wrong(value, at: path, expected: "\"day\", \"week\" or \"month\"")
        }
    }

    private func readRowLimit(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> Int? {
        if value.isNil { return nil }
        guard let limit = value.wholeNumber else {
            throw wrong(value, at: path, expected: "a whole number of rows")
        }
        return limit
    }

    private func readFlag(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> Bool {
        switch value {
        case .nil: return false
        case .boolean(let flag): return flag
        default: throw wrong(value, at: path, expected: "true or false")
        }
    }
}

/// Where in the table a field stands, as the script writes it.
struct FieldPath: CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    subscript(name: String) -> FieldPath {
        let plain = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let part = plain && !name.isEmpty ? name : "[\"\(name)\"]"
        return FieldPath(description.isEmpty || !plain ? description + part : "\(description).\(part)")
    }

    // As Lua counts: the first is 1.
    subscript(index: Int) -> FieldPath { FieldPath("\(description)[\(index + 1)]") }
}
