import Testing

/// `--as-of`, by the built program.
@Suite struct AsOfTests {
    private static let script = """
        local date, store = require "finlua.date", require "finlua.store"
        local row = require("finout").query { date = { last = "1d" } }:collect()[1]
        print(date.today(), date.as_of(), row.day, store.get("runs", 0))
        store.set("runs", store.get("runs", 0) + 1)
        """

    @Test func `A replay has the earlier day for today, and leaves what the script keeps as it is`() async throws {
        try await withFolder { folder in
            try write(Self.script, to: folder + "/script.lua")
            let program = Program(folder: folder)
            func run(_ options: String...) async throws -> String {
                let outcome = try await program.run(
                    ["run", "--demo", "--state", "state.db"] + options + ["script.lua"])
                #expect(outcome.status == 0, "\(outcome.error)")
                return outcome.output
            }
            let (now, then) = (day(before: 0), day(before: 30))
            #expect(try await run() == "\(now)\t\(now)\t\(now)\t0\n")
            for _ in 1...2 { #expect(try await run("--as-of", "\(then)") == "\(then)\t\(then)\t\(then)\t1\n") }
            #expect(try await run("--as-of", "\(now)") == "\(now)\t\(now)\t\(now)\t1\n")
            #expect(try await run() == "\(now)\t\(now)\t\(now)\t2\n")
            let record = try await program.run("runs", "--state", "state.db", "last", "--json")
            #expect(record.output.contains("\"as_of\":\"\(now)\""), "\(record.output) \(record.error)")
        }
    }

    @Test(arguments: [
        ("2999-01-01", "--as-of is 2999-01-01, which is to come"),
        ("yesterday", "--as-of is \"yesterday\"; it takes a day, YYYY-MM-DD"),
        ("2026-02-30", "--as-of is \"2026-02-30\"; it takes a day, YYYY-MM-DD"),
    ])
    func `A day that is none, or is to come, is refused`(day: String, message: String) async throws {
        let outcome = try await Program().run("query", "--demo", "--as-of", day)
        #expect(outcome.status == 2 && outcome.error.contains(message), "\(outcome.error)")
    }
}
