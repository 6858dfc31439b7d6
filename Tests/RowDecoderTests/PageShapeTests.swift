import RowDecoder
import Testing

struct `Shapes of a page` {
    @Test(
        arguments: [
            (#""hasMore":true,"totalRows":1878,"nextCursor":"100""#, true, 1878, "100"),
            (#""hasMore":false,"totalRows":0"#, false, 0, nil), (#""hasMore":true"#, true, nil, nil),
            (#""hasMore":true,"totalRows":"1878","nextCursor":100"#, true, 1878, "100"),
            (#""totalRows":1878.0,"nextCursor":"c1""#, true, 1878, "c1"),
            (#""nextCursor":null"#, false, nil, nil),
            (#""nextCursor":"","hasMore":null,"totalRows":null"#, false, nil, nil),
            (#""nextCursor":12345678901234567890"#, true, nil, "12345678901234567890"),
            (#""hasMore":false,"nextCursor":"last","somethingNew":[1]"#, false, nil, "last"),
        ] as [(String, Bool, Int?, String?)])
    func `the pagination is read in every form it is sent in`(
        members: String, hasMore: Bool, totalRows: Int?, cursor: String?
    ) throws {
        let page = try Page(text: #"{"requestId":"r1","pagination":{\#(members)},"data":[]}"#, plan: .costs)
        #expect(page.hasMore == hasMore)
        #expect(page.totalRows == totalRows)
        #expect(page.nextCursor == cursor)
        #expect(page.requestID == "r1")
        #expect(page.rowCount == 0)
    }

    @Test(arguments: [
        (#""cost_sum":{"amount":1.5}"#, "1.5"), (#""cost_sum":{"amount":"1.50"}"#, "1.5"), (#""cost_sum":1.5"#, "1.5"),
        (#""cost_sum":"1.5""#, "1.5"), (#""cost_sum":{"amount":9215827456,"unit":"Metric Datapoints"}"#, "9215827456"),
        (#""cost_sum":null"#, "null"), (#""cost_sum":{"amount":null}"#, "null"), (#""cost_sum":-0.0"#, "0"),
        (#""cost_sum":-0"#, "0"), (#""cost_sum":"-0""#, "0"),
        (#""cost_sum":"-1e-7""#, "-1e-7"),
        (#""cost_sum":18446744073709551615"#, "18446744073709552000"),
        (#""cost_sum":123456789012345678901234567890"#, "1.2345678901234568e29"),
        (#""COST_SUM":2"#, "2"), (#""cost-sum":{"amount":2}"#, "2"),
    ])
    func `an amount is read in every form it is sent in`(member: String, amount: String) throws {
        let text = try ndjson([pageText(["\"day\":\"2026-10-01\",\"AWS_tag_service\":\"EC2\",\(member)"])])
        #expect(text == #"{"day":"2026-10-01","service":"EC2","cost":\#(amount)}"# + "\n")
    }

    @Test(arguments: [
        (#""day":"2026-10-01""#, "2026-10-01"), (#""Day":"2026-10-01T00:00:00.000Z""#, "2026-10-01"),
        (#""DAY":"2026-10-01 00:00:00""#, "2026-10-01"),
        (#""day":"2026-10""#, "2026-10"), (#""day":"Oct 1, 2026""#, "Oct 1, 2026"),
        (#""day":"2026-10-01/2026-10-07""#, "2026-10-01/2026-10-07"),
    ])
    func `the interval is cut to its date`(member: String, day: String) throws {
        let text = try ndjson([pageText(["\(member),\"cost_sum\":1"])])
        #expect(text == #"{"day":"\#(day)","service":null,"cost":1}"# + "\n")
    }

    @Test(
        arguments: [
            // Days since 1970.
            (["2026-10-03", "2026-10-01", "2026-10-02T00:00:00Z"], 20727...20729),
            (["2024-02"], 19754...19782), (["2026-12", "2027-01"], 20788...20849),
            (["2026-10-01/2026-10-07"], 20727...20727), ([], nil), (["2026-10-01", "Oct 2, 2026"], nil),
            (["2026-13"], nil),
        ] as [([String], ClosedRange<Int>?)])
    func `a page knows the days that its intervals name, if all of them do`(labels: [String], days: ClosedRange<Int>?)
        throws
    {
        let text = pageText(labels.enumerated().map { #""day":"\#($1)","cost_sum":\#($0)"# })
        #expect(try Page(text: text, plan: .costs).days == days)
    }

    @Test(arguments: [
        (#""EC2""#, #""EC2""#), (#""""#, #""""#), ("null", "null"), ("123456789012", #""123456789012""#),
        ("18446744073709551615", #""18446744073709551615""#),
        ("1.5", #""1.5""#), ("true", #""true""#), (#""a\"\\\n\u0001é""#, #""a\"\\\n\u0001é""#),
    ])
    func `a dimension is text or absent`(value: String, written: String) throws {
        let text = try ndjson([pageText(["\"day\":\"2026-10-01\",\"AWS_tag_service\":\(value),\"cost_sum\":1"])])
        #expect(text == #"{"day":"2026-10-01","service":\#(written),"cost":1}"# + "\n")
    }

    @Test func `an exact name wins over one that only looks alike`() throws {
        let plan = RowPlan(columns: [
            RowColumn(.dimension, name: "AWS_tag_Team", alias: "upper"),
            RowColumn(.dimension, name: "AWS_tag_team", alias: "lower"),
        ])
        let reader = RowReader(plan: plan)
        reader.give(try Page(text: pageText([#""AWS_tag_team":"l","AWS_tag_Team":"u""#]), plan: plan))
        let buffer = RowBuffer()
        try reader.write(.ndjson, into: buffer)
        #expect(buffer.text == #"{"upper":"u","lower":"l"}"# + "\n")
        #expect(throws: PageError.self) { try Page(text: pageText([#""AWS_TAG_TEAM":"?""#]), plan: plan) }
    }

    @Test func `rows may have their columns in any order`() throws {
        let text = try ndjson([
            pageText([
                #""day":"2026-10-01","AWS_tag_service":"a","cost_sum":1"#, #""cost_sum":2,"day":"2026-10-02""#,
                #""AWS_tag_service":"c","cost_sum":3,"day":"2026-10-03""#,
            ])
        ])
        #expect(
            text == """
                {"day":"2026-10-01","service":"a","cost":1}
                {"day":"2026-10-02","service":null,"cost":2}
                {"day":"2026-10-03","service":"c","cost":3}

                """)
    }

    @Test func `columns that nobody asked for can be named in an export`() throws {
        let plan = RowPlan.costs
        let reader = RowReader(plan: plan)
        let base = #""day":"2026-10-01","cost_sum":1,"#
        reader.give(
            try Page(
                text: pageText([
                    base + #""note":"n","count":7,"flag":true,"extra":{"amount":2.5,"unit":"Hrs"},"list":[1, 2]"#,
                    base + #""note":null,"count":0.5"#,
                ]), plan: plan))
        let buffer = RowBuffer()
        try reader.write(
            .csv(), columns: ["note", "count", "flag", "extra", "extra_unit", "list", "nothing"], into: buffer)
        #expect(buffer.text == "n,7,true,2.5,Hrs,\"[1,2]\",\r\n,0.5,,,,,\r\n")
    }
}
