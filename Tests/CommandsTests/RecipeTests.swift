import Foundation
import Testing

/// What stands in `README.md` and in `scripts/recipes`, run as it stands there.
@Suite struct RecipeTests {
    /// The root of the package, from where this file lies in it.
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }

    /// The recipes with the arguments that they cannot do without; FOLDER holds `orders.csv`.
    static let recipes = [
        "top-movers", "spend-by", "untagged-spend", "export-daily", "allocate-shared", "budget-check --budget 400000",
        "tag-coverage", "cost-types", "unit-cost --units FOLDER/orders.csv", "virtual-tag-prototype", "anomaly-check",
        "weekly-report", "to-sqlite", "finance-workbook",
    ]

    @Test(arguments: recipes)
    func `A recipe runs on the demo account, and is short`(command: String) async throws {
        try await withFolder { folder in
            let day = Date(timeIntervalSinceNow: -2 * 86_400).formatted(.iso8601.year().month().day())
            try write("day,units\n\(day),1200\n", to: folder + "/orders.csv")
            let words = command.replacing("FOLDER", with: folder).split(separator: " ").map(String.init)
            let path = "\(Self.root)/scripts/recipes/\(words[0]).lua"
            let source = try #require(contents(of: path))
            #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count <= 41)
            let outcome = try await Program(folder: folder).run(
                ["run", "--demo", "--allow-read", folder, path] + words.dropFirst())
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error == "")
            #expect(outcome.output.contains("\n"))
        }
    }

    @Test(arguments: recipes)
    func `A recipe describes its arguments, without credentials`(command: String) async throws {
        let name = command.prefix { $0 != " " }
        let outcome = try await Program().run("run", "\(Self.root)/scripts/recipes/\(name).lua", "--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("usage: finlua run"))
    }

    /// The demo account's spikes lie so many days before the first of this month.
    private func day(beforeFirstOfMonth days: Int) throws -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let first = try #require(calendar.dateInterval(of: .month, for: Date())?.start)
        let day = try #require(calendar.date(byAdding: .day, value: -days, to: first))
        return String(day.ISO8601Format().prefix(10))
    }

    @Test func `A check tells of a spike once, and remembers it from run to run`() async throws {
        let script = """
            local finout, anomaly = require "finout", require "finlua.anomaly"
            local args = require "finlua.args" { as_of = { type = "date", positional = 1 } }
            local costs = finout.query {
              date = { from = args.as_of - 92, to = args.as_of - 2 }, dimensions = { name = "AWS/service" },
            }
            local report = anomaly.check(costs, { min_impact = 50, as_of = args.as_of, remember = true })
            for _, finding in ipairs(report.findings) do print(finding.state, finding.series) end
            for _, finding in ipairs(report.resolved) do print("resolved", finding.series) end
            """
        try await withFolder { folder in
            try write(script, to: folder + "/check.lua")
            for (days, word) in [(36, "new\t"), (36, "ongoing\t"), (30, "resolved\t")] {
                let outcome = try await Program(folder: folder).run(
                    "run", "--demo", "--state", folder + "/state.db", "check.lua", try day(beforeFirstOfMonth: days))
                #expect(outcome.status == 0, "\(outcome.error)")
                let line = outcome.output.split(separator: "\n").first { $0.contains("AmazonCloudWatch") }
                #expect(line?.hasPrefix(word) == true, "\(word): \(outcome.output)")
            }
        }
    }

    @Test func `anomaly-check of an earlier day says what it would have said, and remembers nothing`() async throws {
        try await withFolder { folder in
            for _ in 1...2 {
                let outcome = try await Program(folder: folder).run(
                    "run", "--demo", "--state", folder + "/state.db", "--as-of", try day(beforeFirstOfMonth: 36),
                    "\(Self.root)/scripts/recipes/anomaly-check.lua", "--min-impact", "50")
                #expect(outcome.status == 0, "\(outcome.error)")
                let line = outcome.output.split(separator: "\n").first { $0.contains("AmazonCloudWatch") }
                #expect(line?.hasPrefix("new ") == true, "\(outcome.output)")
            }
        }
    }

    @Test func `The first script of the README runs`() async throws {
        let readme = try #require(contents(of: Self.root + "/README.md"))
        let start = try #require(readme.range(of: "```lua\n"))
        let end = try #require(readme.range(of: "```", range: start.upperBound..<readme.endIndex))
        try await withFolder { folder in
            try write(String(readme[start.upperBound..<end.lowerBound]), to: folder + "/top-services.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "top-services.lua")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output.split(separator: "\n").count == 6, "five services and the rest: \(outcome.output)")
        }
    }

    @Test func `The commands of the README run`() async throws {
        let keys = try await Program().run("keys", "--demo", "--match", "service")
        #expect(keys.status == 0 && keys.output.contains("AWS/service"), "\(keys.error)")
        let values = try await Program().run("values", "--demo", "AWS/region")
        #expect(values.status == 0 && values.output.contains("us-east-1"), "\(values.error)")
        let query = try await Program().run(
            "query", "--demo", "--dimension", "AWS/service", "--last", "7d", "--format", "csv")
        #expect(query.status == 0 && query.output.hasPrefix("day,"), "\(query.error)")
    }
}
