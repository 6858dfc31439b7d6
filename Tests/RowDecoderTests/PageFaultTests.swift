import RowDecoder
import Testing

struct `Pages that are refused` {
    @Test(arguments: [
        ("", "no JSON"), ("null", "expected an object"), ("[]", "expected an object"), ("{}", "data is missing"),
        (#"{"pagination":{},"data":{}}"#, "data is an object"), (#"{"pagination":{},"data":null}"#, "data is null"),
        (#"{"data":[]}"#, "no pagination"), (#"{"pagination":[],"data":[]}"#, "pagination is an array"),
        (#"{"pagination":{"hasMore":"yes"},"data":[]}"#, "hasMore"),
        (#"{"pagination":{"totalRows":-1},"data":[]}"#, "totalRows"),
        (#"{"pagination":{"totalRows":1.5},"data":[]}"#, "totalRows"),
        (#"{"pagination":{"totalRows":"many"},"data":[]}"#, "totalRows"),
        (#"{"pagination":{"nextCursor":{}},"data":[]}"#, "nextCursor"),
        (#"{"pagination":{},"data":[1]}"#, "data[0] is a number"),
        (#"{"pagination":{},"data":[{"day":"2026-10-01","cost_sum":1},null]}"#, "data[1] is null"),
        (#"{"requestId":"r","message":"still at it","code":"QUERY_RUNNING"}"#, "QUERY_RUNNING still at it"),
        (#"{"requestId":"r","error":"QUERY_FAILED","data":{}}"#, "QUERY_FAILED"),
    ])
    func `an envelope that is not Finout's`(text: String, part: String) {
        let error = #expect(throws: PageError.self) { try Page(text: text, plan: .costs) }
        #expect(error?.kind == .malformed)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (#""cost_sum":"NaN""#, "cost_sum"), (#""cost_sum":"Infinity""#, "cost_sum"), (#""cost_sum":"""#, "cost_sum"),
        (#""cost_sum":"1,5""#, "cost_sum"),
        (#""cost_sum":true"#, "cost_sum"), (#""cost_sum":[1]"#, "cost_sum"), (#""cost_sum":{}"#, "cost_sum"),
        (#""cost_sum":{"unit":"Hrs"}"#, "cost_sum"),
        (#""cost_sum":{"amount":"x"}"#, "cost_sum"), (#""cost_sum":{"amount":{"amount":1}}"#, "cost_sum"),
        (#""cost_sum":{"amount":1,"unit":2}"#, "cost_sum.unit"),
        (#""cost_sum":1,"day":20261001"#, "day"), (#""cost_sum":1,"AWS_tag_service":["a"]"#, "AWS_tag_service"),
        (#""cost_sum":"1e999""#, "cost_sum"),
    ])
    func `a cell that is not what its column says names row and field`(member: String, field: String) {
        let good = #""day":"2026-10-01","cost_sum":1,"AWS_tag_service":"a""#
        let error = #expect(throws: PageError.self) { try Page(text: pageText([good, member]), plan: .costs) }
        #expect(error?.kind == .cell)
        #expect(error?.message.contains("data[1].\(field) is ") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ([#""day":"2026-10-01","net_cost":1"#], "cost_sum; they have: day, net_cost"),
        ([#""cost_sum":1,"service":"a""#, #""cost_sum":2"#], "day; they have: cost_sum, service"),
        (["", ""], "no columns"),
        ([#""day":"2026-10-01","cost_sum":1,"cost_sum":2"#], "twice"),
        ([#""day":"2026-10-01","Day":"2026-10-01","cost_sum":1"#], "twice"),
        ([#""day":"2026-10-01","cost_sum":1,"x":1,"x":1"#], "twice"),
        (
            ["\"day\":\"2026-10-01\",\"cost_sum\":1," + (0..<65).map { "\"c\($0)\":1" }.joined(separator: ",")],
            "more than 64"
        ),
    ])
    func `columns that are missing or stand twice are named`(rows: [String], part: String) {
        let error = #expect(throws: PageError.self) { try Page(text: pageText(rows), plan: .costs) }
        #expect(error?.kind == .columns)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `a measurement that no row of a page has is absent`() throws {
        let page = try Page(text: pageText([#""day":"2026-10-01","AWS_tag_service":"a""#]), plan: .costs)
        #expect(page.rowCount == 1)
    }

    @Test func `a page cut short anywhere is refused or the same`() throws {
        let text = Array((pageText(samples, hasMore: true) + "\n \n").utf8)
        let whole = try rows(of: text[...])
        #expect(whole.split(separator: "\n").count == samples.count)
        for count in 0..<text.count {
            guard let cut = try? rows(of: text[..<count]) else { continue }
            #expect(cut == whole, "at \(count)")
        }
    }

    @Test func `a page with any byte changed is read or refused and never breaks`() throws {
        let text = Array(pageText(samples, hasMore: true).utf8)
        var generator = SplitMix(seed: 3)
        var refused = 0
        for index in text.indices {
            for byte in [
                0, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "9"), 0xFF,
                UInt8.random(in: 0...255, using: &generator),
            ] {
                var changed = text
                changed[index] = byte
                do throws(PageError) { _ = try Page(bytes: changed[...], plan: .costs) } catch {
                    refused += 1
                    #expect(!error.message.isEmpty)
                }
            }
        }
        #expect(refused > text.count)
    }

    @Test func `spans moved, doubled and dropped are read or refused`() {
        let text = Array(pageText(samples, hasMore: true).utf8)
        var generator = SplitMix(seed: 5)
        for _ in 0..<5_000 {
            var changed = text
            let from = Int.random(in: 0..<text.count, using: &generator)
            let to = Int.random(in: from...min(text.count, from + 40), using: &generator)
            let at = Int.random(in: 0..<text.count, using: &generator)
            if Bool.random(using: &generator) { changed.removeSubrange(from..<to) }
            changed.insert(contentsOf: text[from..<to], at: min(at, changed.count))
            _ = try? Page(bytes: changed[...], plan: .costs)
        }
    }

    private let samples = [
        #""day":"2026-10-01","AWS_tag_service":"EC2 é \"x\" \ud83d\ude00","cost_sum":{"amount":1.25e2,"unit":"USD"}"#,
        #""day":"2026-10-02","AWS_tag_service":null,"cost_sum":-3"#,
        #""Day":"2026-10-03T00:00:00Z","cost_sum":"7.5","more":{"amount":1},"flag":true,"list":[[],{}]"#,
    ]

    private func rows(of bytes: ArraySlice<UInt8>) throws -> String {
        let reader = RowReader(plan: .costs)
        reader.give(try Page(bytes: bytes, plan: .costs))
        let buffer = RowBuffer()
        try reader.write(.ndjson, into: buffer)
        return buffer.text
    }
}
