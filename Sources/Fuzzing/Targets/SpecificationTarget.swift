import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import ScriptAPI

extension FuzzTarget {
    /// Query specifications as tables: refused with a field, or a body of JSON for windows that cover the range.
    static let specifications = FuzzTarget(
        "specifications", takes: "choices that make a table",
        words: ["AWS/service\0", "2026-10-01\0", "2026-10\0", "30d\0", "netAmortizedCost\0", "oneOf\0", "AND\0"]
    ) { bytes in
        var reader = InputReader(bytes)
        let table = table(of: fields, &reader, depth: 0)
        let query: QuerySpecification
        do throws(LuaFailure) {
            query = try SpecificationReader(today: Day("2026-11-20")!).read(table)
        } catch {
            return try expect(error.message.hasPrefix("finout.query"), error.message)
        }
        do throws(FinoutError) { try query.check() } catch { return }
        try checkWindows(of: query)
    }

    private static func checkWindows(of query: QuerySpecification) throws {
        let windows = try WindowPlan.windows(of: query.dates, interval: query.interval)
        switch query.dates {
        case .days(let first, let last):
            try expectSame(windows.first?.firstDay, first.daysSinceEpoch, "the first day")
            try expectSame(windows.last?.nextDay, last.daysSinceEpoch + 1, "the last day")
        case .milliseconds(let start, let end):
            try expectSame(windows.first?.start, start, "the start")
            try expectSame(windows.last?.end, end, "the end")
        }
        for window in windows {
            try expect(window.start < window.end, "\(window) is empty")
            try expect(window.end - window.start <= 60 * QueryWindow.dayLength, "\(window) is longer than 60 days")
        }
        for (left, right) in zip(windows, windows.dropFirst()) {
            try expectSame(left.end + 1, right.start, "windows without gap or overlap")
        }
        guard let window = windows.first else { throw Finding("there is no window") }
        let body = query.body(for: window)
        try expectSame(try JSONValue(parsing: try body.serialized()), body, "the body is JSON")
        _ = window.buckets(query.interval)
        _ = window.description
    }

    private static let fields = [
        "date", "timeInterval", "measurements", "dimensions", "filters", "rowLimit", "allow_partial",
    ]

    private static let fieldNames =
        fields + [
            "from", "to", "last", "lag", "month", "unixTimeMillisecondsStart", "unixTimeMillisecondsEnd", "type",
            "operator", "sortDirection", "alias", "interval", "costCenter", "key", "path", "value", "AND", "OR",
            "oneOf", "notOneOf", "exists", "AWS/service", "displayName",
        ]

    private static let texts = [
        "2026-10-01", "2026-10-31", "9999-12-31", "0000-01-01", "2026-10", "30d", "10000m", "4w", "day", "week",
        "month",
        "netAmortizedCost", "usageAmount", "sum", "avg", "max", "ascending", "AWS/service", "Virtual Tags/a/b", "AWS",
        "oneOf", "exists", "",
    ]

    private static func value(_ reader: inout InputReader, depth: Int) -> LuaValue {
        switch reader.below(16) {
        case 0: .nil
        case 1: .boolean(reader.byte() & 1 == 1)
        case 2, 3: .integer(reader.integer())
        case 4: .number(reader.pick([0.5, -0.0, .infinity, .nan, 1e300, 9.3e18, 7]))
        case 5: .string(reader.text())
        case 6...9: .string(reader.pick(texts))
        default:
            depth < 60 && !reader.isEmpty ? .table(table(of: fieldNames, &reader, depth: depth + 1)) : .string("AWS/a")
        }
    }

    private static func table(of names: [String], _ reader: inout InputReader, depth: Int) -> LuaTable {
        var table = LuaTable()
        for _ in 0..<reader.below(depth == 0 ? 8 : 4) {
            if depth > 0, reader.below(3) == 0 {
                table.array.append(value(&reader, depth: depth))
            } else {
                let name = reader.below(20) == 0 ? reader.text() : reader.pick(names)
                table[name] = value(&reader, depth: depth)
            }
        }
        return table
    }
}
