import HostLoop
import Notify
import RowDecoder
import Testing

/// What a script says of whom it wants to be told.
struct NotifyTests {
    @Test
    func `anomaly-alert tells of the day's spike with the account's own cost of it`() async throws {
        let outcome = try await runDemo(try recipe("anomaly-alert"), today: Day("2026-09-26"))
        #expect(outcome.problem == "" && outcome.output == "")
        let told = try #require(outcome.told.first)
        #expect(outcome.told.count == 1 && told.endpoint == "team")
        #expect(told.notice.title == "Costs of 2026-09-24 that were not expected" && told.notice.key == "AWS/service")
        let finding = try #require(told.notice.findings?.first { $0.series == "AmazonCloudWatch" })
        let rows = try reference("2026-09-24", "2026-09-24", keys: ["AWS|service|billing_dimension"])
        let spike = rows.filter { $0["AWS_billing_dimension_service"]?.string == "AmazonCloudWatch" }
        #expect(finding.actual.map { Int64(($0 * 1_000_000).rounded()) } == millionths(spike))
        #expect(finding.severity == .critical && finding.day == "2026-09-24" && !finding.contributors.isEmpty)
    }

    @Test
    func `Fields, rows and findings are taken as they are shown`() async throws {
        let outcome = try await run(
            """
            local notify, date = require "finlua.notify", require "finlua.date"
            local finding = { series = "S3", severity = "major", day = "2026-11-18", name = "S3", actual = 12.5, alert = true }
            local list = {}
            for index = 1, 1500 do list[index] = { day = "2026-11-18", cost = index + 0.125 } end
            notify.send("a", { title = "t", fields = { { "Due", date.parse("2026-11-20") }, { "Sum", 1234567.891 }, { "n", 12 } },
              findings = { finding, { series = "quiet", alert = false } }, rows = list, columns = { "day", { "cost", as = "USD" } },
              severity = "minor", key = "k", remember_days = 1.5, link = "https://example.com/?a=1" })
            finding.actual, finding.state = 99, "ongoing"
            notify.send("a", { findings = { finding } })
            finding.severity = "critical"
            notify.send("a", { findings = { finding } })
            notify.send("b", "one line\\nand more")
            notify.send("b", { key = "k", resolve = true })
            """)
        #expect(outcome.problem == "")
        let notices = outcome.told.map(\.notice)
        try #require(notices.count == 5)
        #expect(notices[0].fields == [.init("Due", "2026-11-20"), .init("Sum", "1,234,567.89"), .init("n", "12")])
        #expect(notices[0].findings?.map(\.series) == ["S3"] && notices[0].worst == .major)
        #expect(notices[0].table?.count == 1500 && notices[0].table?.lines.count == 1000)
        #expect(notices[0].table?.head.first == "day             USD")
        #expect(notices[0].table?.lines.first == "2026-11-18     1.12")
        #expect(notices[0].remembered == .seconds(129_600) && notices[0].link == "https://example.com/?a=1")
        let found = try notices[0...2].map { try #require($0.findings?.first) }
        #expect(found[0].identity == found[1].identity, "amounts change while costs come in")
        #expect(found[1].identity != found[2].identity && found[1].subject == found[2].subject)
        #expect(notices[1].title == "1 finding")
        #expect(notices[3].title == "one line" && notices[3].text == "and more")
        #expect(notices[4].resolves && notices[4].key == "k" && notices[4].findings == nil)
    }
}
