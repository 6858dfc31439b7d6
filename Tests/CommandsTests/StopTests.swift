import RowDecoder
import Testing

/// A run ends within a second of its limit, whatever its script does.
@Suite(.serialized) struct StopTests {
    private func start(_ source: String, _ options: [String], in folder: String) throws -> Program.Running {
        try write(source, to: folder + "/script.lua")
        return try Program(folder: folder).start(
            ["run", "--demo", "--state", "state.db"] + options + ["script.lua"])
    }

    private func record(in folder: String) async throws -> JSONValue {
        let outcome = try await Program(folder: folder).run("runs", "last", "--json", "--state", "state.db")
        return try JSONValue(parsing: outcome.output)
    }

    @Test(arguments: EndlessScript.all) func `No script outlives its deadline`(script: EndlessScript) async throws {
        try await withFolder { folder in
            let outcome = try await start(script.source, ["--timeout", "100ms"], in: folder).outcome()
            #expect(outcome.status == 8, "\(outcome.error)")
            #expect(outcome.error.contains("its deadline of 0.1s (--timeout)"), "\(outcome.error)")
            let record = try await record(in: folder)
            #expect(record["status"]?.integer == 8)
            let seconds = try #require(record["seconds"]?.number)
            #expect(seconds >= 0.1 && seconds < 1.1)
        }
    }

    @Test(
        arguments: [
            "while true do end", "while true do pcall(coroutine.wrap(function() while true do end end)) end",
            "while true do pcall(table.sort, { 1, 2, 3 }, function() while true do end end) end",
            #"string.find(("a"):rep(3e5), (".-"):rep(8) .. "b")"#,
        ], [(Int32(2), Int32(130)), (15, 143)])
    func `A signal ends a script that never waits`(source: String, ending: (signal: Int32, status: Int32)) async throws
    {
        try await withFolder { folder in
            let running = try start(#"print("ready") require("finlua.task").sleep(0) "# + source, [], in: folder)
            _ = await running.output(containing: "ready")
            running.signal(ending.signal)
            let outcome = await running.outcome()
            #expect(outcome.status == ending.status, "\(outcome.error)")
            let record = try await record(in: folder)
            #expect(record["status"]?.integer == Int64(ending.status))
            #expect(record["script"]?.string == folder + "/script.lua" && record["ended"] != nil)
        }
    }

    @Test func `A second signal leaves at once, even in a call that nothing interrupts`() async throws {
        try await withFolder { folder in
            let running = try start(
                #"print("ready") require("finlua.task").sleep(0) string.find(("a"):rep(3e5), (".-"):rep(8) .. "b")"#,
                [], in: folder)
            _ = await running.output(containing: "ready")
            running.signal(2)
            running.signal(15)
            let outcome = await running.outcome()
            // Two threads may handle them, in either order.
            #expect([130, 143].contains(outcome.status))
            #expect(outcome.error == "", "one alone would have said so")
        }
    }

    @Test func `The message and the record name the line that ran`() async throws {
        try await withFolder { folder in
            let outcome = try await start("local x = 1\nwhile x do\nend", ["--timeout", "100ms"], in: folder).outcome()
            #expect(outcome.error.hasPrefix("finlua: script.lua:2: the run took longer than its deadline"))
            let error = try await record(in: folder)["error"]
            #expect(error?["code"]?.string == "deadline" && error?["where"]?.string == "script.lua:2")
        }
    }
}
