import RowDecoder
import Testing

/// The size the decoder is for. That memory stays flat is proved by a process of its own, among the command's tests.
@Suite(.serialized)
struct `A million rows` {
    private static let plan = RowPlan(columns: [
        RowColumn(.interval, name: "day"),
        RowColumn(.dimension, name: "AWS_billing_dimension_service", alias: "service"),
        RowColumn(.dimension, name: "AWS_tag_resource", alias: "resource"),
        RowColumn(.measurement(.init(aggregation: .sum, hasUnit: false)), name: "netAmortizedCost_sum", alias: "cost"),
        RowColumn(.measurement(.init(aggregation: .sum, hasUnit: true)), name: "usageAmount_sum", alias: "usage"),
    ])
    private static let pages = 100
    private static let rowsInPage = 10_000

    /// A page as received: 64 bytes stand behind the text.
    private static let body: [UInt8] = {
        var generator = SplitMix(seed: 1)
        let rows = (0..<rowsInPage).map { index in
            let cost = NumberText.shortest(Double.random(in: 0...1000, using: &generator))
            let usage = Int.random(in: 1...1_000_000, using: &generator)
            return
                #""AWS_billing_dimension_service":"Service \#(index % 37)","AWS_tag_resource":"arn:aws:ec2:us-east-1:i-\#(index)","day":"2026-10-\#(10 + index % 20)","netAmortizedCost_sum":{"amount":\#(cost)},"usageAmount_sum":{"amount":\#(usage),"unit":"Hrs"}"#
        }
        return Array(pageText(rows, hasMore: true).utf8) + [UInt8](repeating: 0, count: 64)
    }()

    private func page() throws -> Page {
        try Self.body.withUnsafeBytes { bytes in
            try Page(
                decoding: UnsafeRawBufferPointer(rebasing: bytes.dropLast(64)), capacity: bytes.count, plan: Self.plan,
                ledger: RowLedger())
        }
    }

    /// Gives the pages one after another and lets `consume` use each up.
    private func feed(_ reader: RowReader, consume: () throws -> Void) throws {
        for _ in 0..<Self.pages {
            reader.give(try page())
            try consume()
        }
        #expect(reader.rowsRead == Self.pages * Self.rowsInPage)
        #expect(!reader.hasRow)
    }

    @Test func `go through a Lua loop`() throws {
        let reader = RowReader(plan: Self.plan)
        let lua = LuaState()
        lua.setRows(reader, advance: "function() return coroutine.yield() end")
        try lua.run(
            "sum = 0; worker = coroutine.wrap(function() for row in rows do sum = sum + row.usage end end); worker()")
        try feed(reader) { try lua.run("worker(true)") }
        #expect(try lua.run("return tostring(sum > 0)") == "true")
    }

    @Test(arguments: [RowFormat.csv(), .ndjson])
    func `are written`(format: RowFormat) throws {
        let reader = RowReader(plan: Self.plan)
        let buffer = RowBuffer()
        var bytes = 0
        try feed(reader) {
            buffer.clear()
            try reader.write(format, into: buffer)
            bytes += buffer.count
        }
        #expect(bytes > Self.pages * Self.rowsInPage * 40)
    }
}
