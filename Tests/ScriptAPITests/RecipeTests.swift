import HostLoop
import LuaRuntime
import RowDecoder
import Testing

/// The recipes against the demo account; their numbers against its own evaluation.
struct RecipeTests {
    @Test
    func `top-movers adds up to the whole bill of both periods`() async throws {
        let outcome = try await runDemo(try recipe("top-movers"), arguments: ["--days", "7", "--top", "5"])
        #expect(outcome.problem == "")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 7)
        let now = millionths(try reference("2026-11-12", "2026-11-18", keys: []))
        let prior = millionths(try reference("2026-11-05", "2026-11-11", keys: []))
        let words = lines.last?.split(separator: " ").map(String.init) ?? []
        #expect(words.dropLast(2) == ["all", "services"])
        #expect(words.suffix(2) == [money(now), (now >= prior ? "+" : "") + money(now - prior)])
    }

    @Test
    func `the example of the documentation runs as it stands`() async throws {
        let outcome = try await runDemo(try fixture("Scripts/documentation.lua"), name: "top-movers.lua")
        #expect(outcome.problem == "")
        #expect(outcome.output.split(separator: "\n").count == 10)
    }

    @Test(arguments: ["total", "day", "week", "month"])
    func `spend-by prints any dimension over any range`(interval: String) async throws {
        let arguments = [
            "--by", "Virtual Tags/Team", "--from", "2026-08-01", "--to", "2026-10-31", "--interval", interval,
            "--format", "csv", "--top", "3",
        ]
        let outcome = try await runDemo(try recipe("spend-by"), arguments: arguments)
        #expect(outcome.problem == "")
        let lines = outcome.output.split(separator: "\r\n").map(String.init)
        let cents = lines.dropFirst().compactMap { line in
            line.split(separator: ",").last.flatMap { Double($0) }.map { Int64(($0 * 1_000_000).rounded()) }
        }
        #expect(cents.count == lines.count - 1)
        #expect(cents.reduce(0, +) == millionths(try reference("2026-08-01", "2026-10-31", keys: [])))
        if interval == "month" {
            #expect(lines.first == "month,group,cost")
            #expect(Set(lines.dropFirst().map { $0.prefix(7) }) == ["2026-08", "2026-09", "2026-10"])
        }
    }

    @Test
    func `untagged-spend shows what has no team`() async throws {
        let outcome = try await runDemo(try recipe("untagged-spend"), arguments: ["--days", "30"])
        #expect(outcome.problem == "")
        let rows = try reference("2026-10-20", "2026-11-18", keys: ["Virtual Tags|Team|virtual_tag"])
        let untagged = rows.filter { $0["Virtual Tags_virtual_tag_Team"]?.string == nil }
        let words = outcome.output.split(separator: "\n").last?.split(separator: " ").map(String.init) ?? []
        #expect(words.dropLast() == ["all", "services", money(millionths(rows)), money(millionths(untagged))])
    }

    @Test
    func `export-daily writes a file a day, and replaces exactly the days that were restated`() async throws {
        let folder = try TemporaryFolder()
        let source = try recipe("export-daily")
        let first = try await runDemo(source, arguments: ["--since", "2026-10-25"], folder: folder.path)
        #expect(first.problem == "")
        #expect(first.output.hasPrefix("costs: ") && first.output.contains("rows, 2026-10-25 to 2026-11-18\n"))
        let days = (0..<25).map { Day(daysSinceEpoch: Day("2026-10-25")!.daysSinceEpoch + $0) }
        func files() throws -> [String] { try days.map { try contents(of: "\(folder.path)/costs/day=\($0)/part.csv") } }
        let before = try files()
        let expected = try reference(
            "2026-11-15", "2026-11-15",
            keys: ["AWS|aws_account_name|tag", "AWS|service|billing_dimension"],
            filters: [
                "costCenter": "Global", "key": "cost_center_type", "type": "billing_dimension", "operator": "oneOf",
                "value": ["AWS"],
            ])
        let lines = before[21].split(separator: "\r\n")
        #expect(lines.first == "day,account,service,cost" && lines.count == expected.count + 1)
        // One day in the trailing week, one that became empty, one that nobody asks for again.
        let restated = [Day("2026-11-15")!: 1.5, Day("2026-11-16")!: 0, Day("2026-11-01")!: 2]
        let second = try await runDemo(source, folder: folder.path, restated: restated)
        #expect(second.problem == "")
        let said = second.output.split(separator: "\n")
        #expect(said.count == 3 && said.first?.hasSuffix("rows, 2026-11-12 to 2026-11-18") == true, "\(second.output)")
        #expect(said.dropFirst().first?.hasPrefix("day=2026-11-15 changed: ") == true)
        #expect(said.last?.hasPrefix("day=2026-11-16 emptied: none, before ") == true)
        let after = try files()
        #expect(zip(before, after).enumerated().filter { $1.0 != $1.1 }.map(\.offset) == [21, 22])
        #expect(after[22] == "day,account,service,cost\r\n")
    }

    @Test(arguments: ["results:truncate:100", "results:early-end", "results:repeat-page", "query:fail:9"])
    func `an answer that is not whole leaves the old file`(fault: String) async throws {
        let folder = try TemporaryFolder()
        let old = try await run(
            #"require "finlua.export".csv("bill.csv", { { cost = "the old one" } })"#, folder: folder.path)
        #expect(old.problem == "")
        let outcome = try await runDemo(
            """
            local finout, export = require "finout", require "finlua.export"
            export.csv("bill.csv", finout.query {
              date = { last = "20d" }, dimensions = { r = "AWS/resource_id", u = "AWS/usage_type", s = "AWS/service" },
            })
            """, folder: folder.path, faults: [fault])
        if outcome.error == nil {
            // A fault that the client could mend by asking again: the file is whole.
            #expect(try contents(of: "\(folder.path)/bill.csv").hasPrefix("day,r,s,u,netAmortizedCost_sum\r\n"))
        } else {
            #expect(try contents(of: "\(folder.path)/bill.csv") == "cost\r\nthe old one\r\n")
        }
        #expect(folder.names == ["bill.csv", "bill.csv.manifest.json"])
    }

    @Test
    func `anomaly-check names the day's spike with the account's own cost of it`() async throws {
        let outcome = try await runDemo(try recipe("anomaly-check"), today: Day("2026-09-26"))
        #expect(outcome.problem == "")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("2026-09-24: ") == true && lines.first?.hasSuffix(" by 91 days") == true)
        let rows = try reference("2026-09-24", "2026-09-24", keys: ["AWS|service|billing_dimension"])
        let spike = rows.filter { $0["AWS_billing_dimension_service"]?.string == "AmazonCloudWatch" }
        let words = lines.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        #expect(words.prefix(4) == ["new", "critical", "AmazonCloudWatch", money(millionths(spike)) + ","])
    }

    @Test
    func `weekly-report has the account's own numbers, and every service of a week`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await runDemo(try recipe("weekly-report"), folder: folder.path)
        #expect(outcome.problem == "")
        #expect(outcome.output == "weekly-2026-11-18.html\n" && folder.names == ["weekly-2026-11-18.html"])
        let page = try PageReader(try contents(of: "\(folder.path)/weekly-2026-11-18.html"))
        let spend = millionths(try reference("2026-11-12", "2026-11-18", keys: []))
        let digits = try #require(page.all("dd", class: "value").first?.text.replacing(",", with: ""))
        #expect(digits == String(Int64((Double(spend) / 1_000_000).rounded())))
        let teams = try reference("2026-10-22", "2026-11-18", keys: ["Virtual Tags|Team|virtual_tag"])
        let total = try #require(page.all("data").last { $0.text.count > 8 }?.attributes["value"].flatMap(Double.init))
        #expect(Int64((total * 1_000_000).rounded()) == millionths(teams))
        #expect(page.all("svg", class: "wide").count == 2)
    }

    private func money(_ millionths: Int64) -> String {
        let cents = Int64((Double(millionths) / 10_000).rounded())
        let sign = cents < 0 ? "-" : ""
        let rest = abs(cents) % 100
        return "\(sign)\(abs(cents) / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
