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

    @Test func `anomaly-check tells of a spike once, and remembers it from run to run`() async throws {
        // The demo account's spikes lie so many days before the first of this month.
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let first = try #require(calendar.dateInterval(of: .month, for: Date())?.start)
        try await withFolder { folder in
            for (days, word) in [(36, "new "), (36, "ongoing "), (30, "resolved ")] {
                let day = try #require(calendar.date(byAdding: .day, value: -days, to: first))
                let outcome = try await Program(folder: folder).run(
                    "run", "--demo", "--state", folder + "/state.db", "\(Self.root)/scripts/recipes/anomaly-check.lua",
                    "--min-impact", "50", "--as-of", String(day.ISO8601Format().prefix(10)))
                #expect(outcome.status == 0, "\(outcome.error)")
                let line = outcome.output.split(separator: "\n").first { $0.contains("AmazonCloudWatch") }
                #expect(line?.hasPrefix(word) == true, "\(word): \(outcome.output)")
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
