import RowDecoder

extension RowPlan {
    /// A day, a service and a cost.
    static var costs: RowPlan { costs(.sum) }

    static func costs(_ aggregation: MeasurementAggregation, hasUnit: Bool = false, interval: String = "day") -> RowPlan
    {
        RowPlan(columns: [
            RowColumn(.interval, name: interval),
            RowColumn(.dimension, name: "AWS_tag_service", alias: "service"),
            RowColumn(.measurement(.init(aggregation: aggregation, hasUnit: hasUnit)), name: "cost_sum", alias: "cost"),
        ])
    }
}

extension Page {
    /// Decodes text that has no padding behind it.
    convenience init(text: String, plan: RowPlan, ledger: RowLedger = RowLedger()) throws(PageError) {
        try self.init(bytes: Array(text.utf8)[...], plan: plan, ledger: ledger)
    }

    convenience init(bytes: ArraySlice<UInt8>, plan: RowPlan, ledger: RowLedger = RowLedger()) throws(PageError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        try self.init(
            decoding: UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]), capacity: bytes.count, plan: plan,
            ledger: ledger)
    }
}

/// A page of rows given as the members of each.
func pageText(_ rows: [String], hasMore: Bool = false) -> String {
    let data = rows.map { "{\($0)}" }.joined(separator: ",")
    let cursor = hasMore ? #","nextCursor":"\#(rows.count)""# : ""
    return
        #"{"requestId":"r","pagination":{"hasMore":\#(hasMore),"totalRows":\#(rows.count)\#(cursor)},"data":[\#(data)]}"#
}

/// All rows of the pages as NDJSON.
func ndjson(_ pages: [String], plan: RowPlan = .costs) throws -> String {
    let reader = RowReader(plan: plan)
    for page in pages { reader.give(try Page(text: page, plan: plan)) }
    let buffer = RowBuffer()
    try reader.write(.ndjson, into: buffer)
    return buffer.text
}
