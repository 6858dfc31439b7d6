import RowDecoder
import Testing

struct `Rows as CSV and NDJSON` {
    private func written(_ format: RowFormat, _ rows: [String], plan: RowPlan = .costs, columns: [String]? = nil) throws
        -> String
    {
        let reader = RowReader(plan: plan)
        reader.give(try Page(text: pageText(rows), plan: plan))
        let buffer = RowBuffer()
        try reader.write(format, columns: columns, into: buffer)
        #expect(reader.rowsRead == rows.count)
        #expect(!reader.hasRow)
        return buffer.text
    }

    private func row(service: String, cost: String = "1") -> String {
        #""day":"2026-10-01","AWS_tag_service":\#(service),"cost_sum":\#(cost)"#
    }

    @Test(arguments: [
        (#""EC2""#, "EC2"), ("null", ""), (#""""#, "\"\""), (#""a,b""#, "\"a,b\""), (#""a\"b""#, "\"a\"\"b\""),
        (#""a\nb""#, "\"a\nb\""), (#""a\rb""#, "\"a\rb\""),
        (#"" a""#, "\" a\""), (#""a ""#, "\"a \""), (#""a b""#, "a b"), (#""é😀""#, "é😀"), (#""=1+1""#, "=1+1"),
        (#""a\tb""#, "a\tb"),
    ])
    func `a CSV cell is quoted only where it has to be`(service: String, cell: String) throws {
        #expect(try written(.csv(), [row(service: service)]) == "2026-10-01,\(cell),1\r\n")
    }

    @Test(arguments: [
        (#""=1+1""#, "'=1+1"), (#""+1""#, "'+1"), (#""-1""#, "'-1"), (#""@a""#, "'@a"), (#""\t1""#, "'\t1"),
        (#""=a,b""#, "\"'=a,b\""), (#""a=1""#, "a=1"), ("null", ""),
    ])
    func `a guarded CSV cell is no formula`(service: String, cell: String) throws {
        #expect(try written(.csv(guarded: true), [row(service: service, cost: "-1")]) == "2026-10-01,\(cell),-1\r\n")
    }

    @Test func `the header is quoted like any text`() throws {
        let buffer = RowBuffer()
        try buffer.writeHeader(.csv(), columns: ["day", "a,b", "c \"d\""])
        try buffer.writeHeader(.ndjson, columns: ["day"])
        #expect(buffer.text == "day,\"a,b\",\"c \"\"d\"\"\"\r\n")
        buffer.clear()
        #expect(buffer.count == 0)
    }

    @Test func `NDJSON has one object a line in the order of the columns`() throws {
        let rows = [
            row(service: #""a\"\\\n\u0007é""#, cost: "0.1"), row(service: "null", cost: "1e21"),
            row(service: #""""#, cost: "null"),
        ]
        #expect(
            try written(.ndjson, rows, columns: ["cost", "nothing", "service"]) == #"""
                {"cost":0.1,"nothing":null,"service":"a\"\\\n\u0007é"}
                {"cost":1e21,"nothing":null,"service":null}
                {"cost":null,"nothing":null,"service":""}

                """#)
    }

    @Test func `units have columns of their own`() throws {
        let plan = RowPlan(columns: [
            RowColumn(.interval, name: "day"),
            RowColumn(.measurement(.init(aggregation: .sum, hasUnit: true)), name: "usageAmount_sum", alias: "usage"),
            RowColumn(.measurement(.init(aggregation: .maximum, hasUnit: true)), name: "usageAmount_max"),
            RowColumn(.measurement(.init(aggregation: .sum, hasUnit: false)), name: "listCost_sum"),
        ])
        #expect(
            plan.outputColumns == [
                "day", "usage", "usage_unit", "usageAmount_max", "usageAmount_max_unit", "listCost_sum",
            ])
        let rows = [
            #""day":"2026-10-01","usageAmount_sum":{"amount":1,"unit":"Hrs"},"usageAmount_max":{"amount":2,"unit":"GB, used"},"listCost_sum":{"amount":3,"unit":"USD"}"#
        ]
        #expect(try written(.csv(), rows, plan: plan) == "2026-10-01,1,Hrs,2,\"GB, used\",3\r\n")
        #expect(try written(.csv(), rows, plan: plan, columns: ["listCost_sum_unit", "usage_unit"]) == "USD,Hrs\r\n")
    }

    @Test func `a page of another query is an error`() throws {
        let other = RowPlan(columns: [RowColumn(.interval, name: "day")])
        let reader = RowReader(plan: .costs)
        reader.give(try Page(text: pageText([#""day":"2026-10-01""#]), plan: other))
        #expect(reader.hasRow)
        #expect(throws: RowError.self) { try reader.write(.csv(), into: RowBuffer()) }
    }

    @Test func `pages follow one another and are written as they come`() throws {
        let reader = RowReader(plan: .costs)
        let buffer = RowBuffer()
        #expect(!reader.hasRow)
        reader.give(try Page(text: pageText([]), plan: .costs))
        #expect(!reader.hasRow)
        reader.give(try Page(text: pageText([row(service: "\"a\"")], hasMore: true), plan: .costs))
        reader.give(try Page(text: pageText([row(service: "\"b\"")]), plan: .costs))
        #expect(reader.hasRow)
        try reader.write(.csv(), columns: ["service"], into: buffer)
        #expect(buffer.text == "a\r\nb\r\n")
        #expect(!reader.hasRow)
        reader.give(try Page(text: pageText([row(service: "\"c\"")]), plan: .costs))
        try reader.write(.csv(), columns: ["service"], into: buffer)
        #expect(buffer.text == "a\r\nb\r\nc\r\n")
        #expect(reader.rowsRead == 3)
    }
}
