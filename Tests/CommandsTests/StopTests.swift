import Bench
import RowDecoder
import Testing

extension EndlessScript: CustomTestStringConvertible {
    /// What it does.
    public var testDescription: String { name }
}

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
            let outcome = try await start(script.source, ["--timeout", "300ms"] + script.options, in: folder).outcome()
            #expect(outcome.status == 8, "\(outcome.error)")
            #expect(outcome.error.contains("its deadline of 0.3s (--timeout)"), "\(outcome.error)")
            #expect(outcome.error.contains("\ntask 1, ") || outcome.error.contains("\ntasks 1 to "), "\(outcome.error)")
            let record = try await record(in: folder)
            #expect(record["status"]?.integer == 8)
            let seconds = try #require(record["seconds"]?.number)
            #expect(seconds >= 0.3 && seconds < 1.3)
            #expect(
                record["error"]?["code"]?.string == "deadline" && record["limits"]?["wall"]?["value"]?.number == 0.3)
            let tasks = try #require(record["tasks"]?.array)
            #expect(tasks.first?["task"]?.integer == 1 && tasks.count <= 20)
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
            #expect(outcome.error.contains("finlua: script.lua:2: the run took longer than its deadline"))
            #expect(outcome.error.contains("\ntask 1, running\n  script.lua:2: in main chunk\n"), "\(outcome.error)")
            let error = try await record(in: folder)["error"]
            #expect(error?["code"]?.string == "deadline" && error?["where"]?.string == "script.lua:2")
        }
    }

    @Test func `A call that nothing interrupts is left with its line, the other tasks and what was read`() async throws
    {
        try await withFolder { folder in
            let source = #"""
                local task, finout = require "finlua.task", require "finout"
                task.spawn(task.sleep, 100)
                local rows = finout.query { date = { last = "7d" }, dimensions = { "AWS/service" } }:collect()
                print(#rows)
                task.sleep(0)
                string.find(("a"):rep(3e5), (".-"):rep(8) .. "b")
                """#
            let outcome = try await start(source, ["--timeout", "2s"], in: folder).outcome()
            #expect(outcome.status == 8)
            #expect(outcome.error.contains("finlua: script.lua:6: the run took longer"), "\(outcome.error)")
            #expect(outcome.error.contains("task 1, running\n  script.lua:6\ntask 2, waiting "), "\(outcome.error)")
            let record = try await record(in: folder)
            #expect(record["rows"]?.integer.map { "\($0)\n" } == outcome.output)
            #expect(record["queries"]?.array?.count == 1 && record["submissions"]?.integer == 1)
            #expect(record["tasks"]?.array?.last?["call"]?.string == "task.sleep")
            #expect(record["limits"]?["rows"]?["used"]?.integer == record["rows"]?.integer)
        }
    }

    @Test func `Every task says what it waits for, also inside coroutines and above tasks of its own`() async throws {
        try await withFolder { folder in
            let source = #"""
                local task = require "finlua.task"
                task.spawn(function() task.all { function()
                  coroutine.wrap(function()
                    task.sleep(100)
                  end)()
                end } end)
                task.spawn(function() task.spawn(task.sleep, 100) end)
                local s = task.semaphore(1)
                s:acquire()
                s:acquire()
                """#
            let outcome = try await start(source, ["--timeout", "300ms"], in: folder).outcome()
            #expect(outcome.status == 8)
            for part in [
                "s in semaphore:acquire\n  script.lua:10: in main chunk\n",
                "s for its tasks\n  script.lua:2: in function",
                "s in task.sleep\n  script.lua:4: in function <script.lua:3>\n  script.lua:3: in field",
                ", ended, waiting 0.",
            ] {
                #expect(outcome.error.contains(part), "\(part) in \(outcome.error)")
            }
        }
    }
}
