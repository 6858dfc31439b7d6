import RowDecoder
import Testing

struct `Rows seen twice` {
    private func row(_ day: Int, cost: String = "1", service: String = "a") -> String {
        #""day":"2026-10-\#(day < 10 ? "0" : "")\#(day)","AWS_tag_service":"\#(service)","cost_sum":\#(cost)"#
    }

    @Test func `a page sent twice is refused`() throws {
        let ledger = RowLedger()
        let text = pageText([row(1), row(2)])
        _ = try Page(text: text, plan: .costs, ledger: ledger)
        let error = #expect(throws: PageError.self) { try Page(text: text, plan: .costs, ledger: ledger) }
        #expect(error?.kind == .repeated(rows: 2))
    }

    @Test func `a row that stands twice in a page is refused`() {
        let error = #expect(throws: PageError.self) {
            try Page(text: pageText([row(1), row(2), row(1)]), plan: .costs)
        }
        #expect(error?.kind == .repeated(rows: 1))
    }

    @Test func `the same row in another form is the same row`() throws {
        let ledger = RowLedger()
        _ = try Page(text: pageText([row(1, cost: #"{"amount":2}"#)]), plan: .costs, ledger: ledger)
        let other = #""cost_sum":"2.0","AWS_tag_service":"a","DAY":"2026-10-01T00:00:00Z""#
        let error = #expect(throws: PageError.self) { try Page(text: pageText([other]), plan: .costs, ledger: ledger) }
        #expect(error?.kind == .repeated(rows: 1))
    }

    @Test func `rows that differ in anything are different rows`() throws {
        let ledger = RowLedger()
        let rows = [
            row(1), row(2), row(1, cost: "2"), row(1, service: "b"), row(1, service: ""),
            row(1, cost: #"{"amount":1,"unit":"Hrs"}"#),
            row(1) + #","x":1"#, row(1) + #","y":1"#, row(1) + #","x":"1""#,
            #""day":"2026-10-01","AWS_tag_service":null,"cost_sum":1"#,
        ]
        for text in rows { _ = try Page(text: pageText([text]), plan: .costs, ledger: ledger) }
        for text in rows {
            #expect(throws: PageError.self) { try Page(text: pageText([text]), plan: .costs, ledger: ledger) }
        }
    }

    @Test func `rows of zeros may repeat`() throws {
        let ledger = RowLedger()
        let text = pageText([row(1, cost: "0"), row(1, cost: "0"), row(1, cost: "null"), row(1, cost: "-0.0")])
        #expect(try Page(text: text, plan: .costs, ledger: ledger).rowCount == 4)
        #expect(try Page(text: text, plan: .costs, ledger: ledger).rowCount == 4)
    }

    @Test func `a refused page can be asked for again`() throws {
        let ledger = RowLedger()
        _ = try Page(text: pageText([row(1)]), plan: .costs, ledger: ledger)
        #expect(throws: PageError.self) { try Page(text: pageText([row(2), row(1)]), plan: .costs, ledger: ledger) }
        #expect(throws: PageError.self) {
            try Page(text: pageText([row(2), row(3, cost: "true")]), plan: .costs, ledger: ledger)
        }
        #expect(try Page(text: pageText([row(2), row(3)]), plan: .costs, ledger: ledger).rowCount == 2)
    }

    @Test func `a hundred thousand different rows are no repeats`() throws {
        let ledger = RowLedger()
        var taken = 0
        for page in 0..<10 {
            let rows = (0..<10_000).map { row($0 % 28 + 1, cost: "0.5", service: "s\(page)-\($0)") }
            taken += try Page(text: pageText(rows), plan: .costs, ledger: ledger).rowCount
        }
        #expect(taken == 100_000)
    }
}
