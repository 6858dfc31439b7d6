import CLua
import CRowDecoder
import RowDecoder

extension FuzzTarget {
    /// Pages of results, to rows in Lua, CSV and NDJSON: a page that is taken is taken whole, to the last digit.
    static let pages = FuzzTarget(
        "pages", takes: "the body of a results page of a query for day, service, cost and usage",
        words: [
            "\"data\":[", "\"pagination\":{", "\"totalRows\":", "\"hasMore\":true", "\"nextCursor\":\"c\"", "\"day\":",
            "\"2026-10-01\"", "\"2026-10-01T00:00:00Z\"", "\"AWS_billing_dimension_service\":",
            "\"netAmortizedCost_sum\":", "\"usageAmount_sum\":", "{\"amount\":1,\"unit\":\"h\"}", "\"requestId\":",
            "null",
            "-0", "\"=1+1\"", "\"a,\\\"b\\\"\\r\\n\"", "},{",
        ]
    ) { bytes in
        let ledger = RowLedger()
        let page: Page
        do throws(PageError) {
            page = try decoded(bytes, padding: 0, ledger)
        } catch let error {
            let again = Result { () throws(PageError) in try decoded(bytes, padding: 64, ledger) }
            guard case .failure(let second) = again else { throw Finding("refused, then taken: \(error)") }
            return try expectSame(second, error, "a page is refused for one reason")
        }
        try expectSame(
            try decoded(bytes, padding: 64, RowLedger()).rowCount, page.rowCount, "a padded page is the same")
        let source = try JSONValue(parsing: bytes)
        let rows = source["data"]?.array ?? []
        try expectSame(page.rowCount, rows.count, "rows of a page")
        try expect(page.totalRows ?? 0 >= 0, "totalRows is \(page.totalRows ?? 0)")
        let names = Set(plan.outputColumns)
        try checkNDJSON(page, rows)
        for isGuarded in [false, true] {
            let text = try written(page, .csv(guarded: isGuarded))
            let records = try StrictCSV.records(text)
            try expectSame(records.count, rows.count, "records of a CSV")
            try expect(records.allSatisfy { $0.count == names.count }, "every record has \(names.count) cells")
        }
        try expectSame(try pushed(page), rows.count, "rows in Lua")
        if case .success = Result(catching: { () throws(PageError) in try decoded(bytes, padding: 0, ledger) }) {
            try expect(rows.allSatisfy { zeroOrAbsent($0["netAmortizedCost_sum"]) }, "a page was taken twice")
        }
    }

    private static let plan = RowPlan(columns: [
        RowColumn(.interval, name: "day"),
        RowColumn(.dimension, name: "AWS_billing_dimension_service", alias: "service"),
        RowColumn(.measurement(.init(aggregation: .sum, hasUnit: false)), name: "netAmortizedCost_sum", alias: "cost"),
        RowColumn(.measurement(.init(aggregation: .maximum, hasUnit: true)), name: "usageAmount_sum", alias: "usage"),
    ])

    private static func decoded(_ bytes: [UInt8], padding: Int, _ ledger: RowLedger) throws(PageError) -> Page {
        let result = (bytes + [UInt8](repeating: 0, count: padding)).withUnsafeBytes { memory in
            Result { () throws(PageError) in
                try Page(
                    decoding: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]), capacity: memory.count,
                    plan: plan, ledger: ledger)
            }
        }
        return try result.get()
    }

    private static func written(_ page: Page, _ format: RowFormat) throws -> [UInt8] {
        let reader = RowReader(plan: plan)
        reader.give(page)
        let buffer = RowBuffer()
        try reader.write(format, into: buffer)
        return buffer.withBytes { Array($0) }
    }

    private static func checkNDJSON(_ page: Page, _ rows: [JSONValue]) throws {
        let lines = try written(page, .ndjson).split(separator: UInt8(ascii: "\n"))
        try expectSame(lines.count, rows.count, "lines of NDJSON")
        for (line, row) in zip(lines, rows) {
            let value = try JSONValue(parsing: Array(line))
            try expectSame(value.object?.map(\.name) ?? [], plan.outputColumns, "members of a line")
            // Names that differ in case or signs may stand for a column, so only one that is spelt right is compared.
            if let cost = row["netAmortizedCost_sum"], !cost.isNull {
                let amount = cost.object == nil ? cost.number : cost["amount"]?.number
                try expect(value["cost"]?.number == amount, "\(cost) became \(value)")
            }
            if let service = row["AWS_billing_dimension_service"]?.string {
                try expectSame(value["service"]?.string, service, "a text")
            }
        }
    }

    private static func zeroOrAbsent(_ cost: JSONValue?) -> Bool {
        guard let cost else { return true }
        return (cost.object == nil ? cost.number : cost["amount"]?.number) ?? 0 == 0
    }

    private static func pushed(_ page: Page) throws -> Int {
        let lua = PlainLua()
        let reader = RowReader(plan: plan)
        reader.give(page)
        var count = 0
        while true {
            switch rd_reader_push(reader.handle, lua.state) {
            case 1: count += 1
            case 0: return count
            default: throw Finding("a row cannot be pushed")
            }
            try expect(lua_type(lua.state, -1) == LUA_TTABLE, "a row is a table")
            lua_settop(lua.state, 0)
        }
    }
}
