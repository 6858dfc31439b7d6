import HostLoop
import RowDecoder
import Simulator
import Testing

@Suite struct BulkTests {
    private static let resource = [key("AWS|extracted_resource|tag")]

    private static func account(_ text: String) throws -> DemoAccount {
        var options = DemoOptions(today: today)
        options.bulk = DemoOptions.bulk(text)
        return DemoAccount(options)
    }

    @Test func `what bulk means is read, or refused`() {
        let bulk = DemoOptions.bulk("228977@2026-10-01..2026-10-31")
        #expect(bulk?.rows == 228_977)
        #expect(bulk?.days == Day("2026-10-01")!...Day("2026-10-31")!)
        for wrong in [
            "", "5", "0@2026-10-01..2026-10-31", "5@2026-10-01", "5@2026-10-02..2026-10-01", "5@2026-10-01-2026-10-02",
        ] {
            #expect(DemoOptions.bulk(wrong) == nil, "\(wrong)")
        }
        #expect(DemoOptions.queryDuration("0.3-1.5") == .milliseconds(300) ... .milliseconds(1_500))
        #expect(DemoOptions.queryDuration("2") == .seconds(2) ... .seconds(2))
        for wrong in ["", "3-2", "a-b", "-1", "1-2-3"] { #expect(DemoOptions.queryDuration(wrong) == nil, "\(wrong)") }
    }

    @Test(arguments: [
        ("10007@2026-10-01..2026-10-31", 31), ("5000@2026-11-10..2026-11-10", 1), ("40@2026-11-01..2026-11-20", 20),
    ])
    func `there are exactly so many rows, spread evenly over the days`(_ text: String, _ days: Int) throws {
        guard let bulk = DemoOptions.bulk(text) else {
            Issue.record("\(text) is no bulk")
            return
        }
        let rows = try Self.account(text).evaluate(
            body(bulk.days.lowerBound, bulk.days.upperBound, dimensions: Self.resource))
        #expect(rows.count == bulk.rows)
        let counts = Dictionary(grouping: rows) { $0["day"] }.values.map(\.count)
        #expect(counts.count == days && counts.max()! - counts.min()! <= 1)
        let names = rows.map { "\($0["day"]!.string!) \($0["AWS_tag_extracted_resource"]?.string ?? "")" }
        #expect(Set(names).count == rows.count)
    }

    @Test func `bulk resources are lines like all others`() throws {
        let account = try Self.account("2000@2026-11-01..2026-11-10")
        let first = Day("2026-11-01")!
        let last = Day("2026-11-10")!
        func sum(_ dimensions: [JSONValue], _ filters: JSONValue? = nil) throws -> Int64 {
            total(try account.evaluate(body(first, last, dimensions: dimensions, filters: filters)))
        }
        let whole = try sum([])
        let tagged = try sum([], condition("AWS|extracted_resource|tag", "exists"))
        #expect(try sum(Self.resource) == whole && tagged > 0)
        #expect(try sum([], condition("AWS|extracted_resource|tag", "notExists")) + tagged == whole)
        #expect(try sum([key("AWS|usage_type|billing_dimension"), key("AWS|region|billing_dimension")]) == whole)
        let name = try #require(
            account.evaluate(body(first, last, dimensions: Self.resource)).compactMap {
                $0["AWS_tag_extracted_resource"]
            }.first)
        let one = try account.evaluate(
            body(first, last, dimensions: Self.resource, filters: condition("AWS|extracted_resource|tag", "is", [name]))
        )
        #expect(one.count == 10 && one.allSatisfy { $0["AWS_tag_extracted_resource"] == name })
    }

    @Test func `a window of 228,977 rows says so and pages through its row limit fast`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor { $0.bulk = DemoOptions.bulk("228977@2026-10-01..2026-10-31") }
            let asked = body(Day("2026-10-01")!, Day("2026-10-31")!, dimensions: Self.resource, rowLimit: 100_000)
            let clock = ContinuousClock()
            let begun = clock.now
            let id = try await visitor.complete(asked)
            #expect(try await visitor.status(id).json["data"]?["totalRows"] == 228_977)
            var cursor = ""
            var count = 0
            var pages = 0
            repeat {
                let page = try await visitor.results(id, "?pageSize=10000\(cursor)").json
                count += page["data"]?.array?.count ?? 0
                pages += 1
                cursor = page["pagination"]?["nextCursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(count == 100_000 && pages == 10)
            #expect(clock.now - begun < .seconds(10))
        }
    }
}
