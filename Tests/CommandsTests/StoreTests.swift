import CSQLite
import Glibc
import Simulator
import Testing

/// `finlua.store` over several runs of the built program.
@Suite struct StoreTests {
    /// Counts its runs, and ends as its argument says.
    private static let counter = """
        local store = require "finlua.store"
        local args = require "finlua.args" { mode = { positional = 1, default = "" } }
        local count = store.get("count", 0) + 1
        store.set("count", count)
        print(count)
        local go = pcall(require, "go")
        if args.mode == "error" then error("no luck") end
        if args.mode == "memory" then local s = ("x"):rep(1 << 30) end
        if args.mode == "wait" and not go then require("finlua.task").sleep(600) end
        """

    private func withProgram(
        _ script: String = Self.counter, _ body: (_ program: Program, _ folder: String) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            try write(script, to: folder + "/script.lua")
            try await body(Program(environment: ["FINOUT_BASE_URL": "http://127.0.0.1:1"], folder: folder), folder)
        }
    }

    @Test func `A run that ends well is remembered, and one that does not changes nothing`() async throws {
        try await withProgram { program, _ in
            #expect(try await program.run("run", "script.lua").output == "1\n")
            for (mode, status) in [("error", 1), ("memory", 8)] as [(String, Int32)] {
                let failed = try await program.run("run", "script.lua", mode)
                #expect(failed.status == status && failed.output == "2\n", "\(mode): \(failed.error)")
            }
            for (options, signal, status) in [
                ([], SIGKILL, -1), ([], SIGINT, 130), ([], SIGTERM, 143), (["--timeout", "3s"], 0, 8),
            ] as [([String], Int32, Int32)] {
                let running = try program.start(["run"] + options + ["script.lua", "wait"])
                #expect(await running.output(containing: "2\n") == "2\n")
                if signal != 0 { running.signal(signal) }
                #expect(await running.outcome().status == status)
            }
            let again = try await program.run("run", "script.lua", "other arguments")
            #expect(again.status == 0 && again.output == "2\n", "\(again.error)")
        }
    }

    @Test func `A resumed run sees what its first attempt saw`() async throws {
        try await withProgram { program, folder in
            let first = try program.start(["run", "script.lua", "wait"])
            _ = await first.output(containing: "1\n")
            first.signal(SIGINT)
            #expect(await first.outcome().status == 130)
            try write("return true", to: folder + "/go.lua")
            for expected in ["1\n", "2\n"] {
                let outcome = try await program.run("run", "--resume", "script.lua", "wait")
                #expect(outcome.status == 0 && outcome.output == expected, "\(outcome.error)")
            }
        }
    }

    @Test func `Rows that are new, changed and gone are those since the last run that ended well`() async throws {
        let script = """
            local store, json = require "finlua.store", require "finlua.json"
            local rows = require "rows"
            local found = store.diff(rows, rows.key or "service", rows.options)
            local function names(list)
              local texts = {}
              for index, row in ipairs(list) do texts[index] = (row.after or row).service end
              return table.concat(texts, ",")
            end
            print(found.first, names(found.new), names(found.changed), names(found.gone), found.same)
            for _, change in ipairs(found.changed) do
              print(json.encode(change.before), json.encode(change.after), table.concat(change.fields, ","))
            end
            if rows.fail then error("no luck") end
            """
        try await withProgram(script) { program, folder in
            func expect(_ rows: String, _ output: String, status: Int32 = 0, _ why: Comment? = nil) async throws {
                try write("return { \(rows) }", to: folder + "/rows.lua")
                let outcome = try await program.run("run", "script.lua")
                #expect(outcome.status == status, "\(outcome.error)")
                #expect(outcome.output == output, why)
            }
            try await expect(
                "{ service = 'C', cost = 0.1 }, { service = 'B', cost = 5 }, { service = 'A', cost = 2, team = 'x' }",
                "true\tC,B,A\t\t\t0\n")
            try await expect(
                "{ service = 'C', cost = 0.1 }, { service = 'B', cost = 5 }, { service = 'A', cost = 2, team = 'x' }",
                "false\t\t\t\t3\n")
            let next =
                "{ service = 'D', cost = 1 }, { service = 'C', cost = 0.30000000000000004 - 0.2 }, "
                + "{ service = 'B', cost = 5.0 }"
            let changes = """
                false\tD\tC\tA\t1
                {"cost":0.1,"service":"C"}\t{"cost":0.10000000000000003,"service":"C"}\tcost

                """
            try await expect(next + ", fail = true", changes, status: 1)
            try await expect(next, changes, "a run that failed has remembered nothing")
            try await expect(next + ", options = { ignore = 'cost' }", "false\t\t\t\t3\n")
            try await expect(
                "{ service = 'D', cost = 2, team = 'y' }, { service = 'B', cost = 5 }, { service = 'C', cost = 7 }, "
                    + "options = { fields = 'team' }",
                """
                false\t\tD\t\t2
                {"cost":1,"service":"D"}\t{"cost":2,"service":"D","team":"y"}\tteam

                """)
            try await expect(
                "{ service = 'B', cost = 5 }, { service = 'C', cost = 8 }, key = { 'service', 'cost' }",
                "false\tC\t\tD,C\t1\n", "by another key the remembered rows get theirs anew")
            try await expect("", "false\t\t\tB,C\t0\n")
            try await expect("", "false\t\t\t\t0\n", "no rows are remembered too")
        }
    }

    @Test func `A run that would undo another's change is 10 and keeps nothing`() async throws {
        try await withProgram { program, folder in
            #expect(try await program.run("run", "script.lua").output == "1\n")
            let script = """
                local store = require "finlua.store"
                store.set("count", store.get "count" + 1)
                print("read")
                while not pcall(require, "go") do require("finlua.task").sleep(0.02) end
                """
            try write(script, to: folder + "/script.lua")
            let one = try program.start(["run", "script.lua"])
            _ = await one.output(containing: "read\n")
            let two = try program.start(["run", "script.lua", "two"])
            _ = await two.output(containing: "read\n")
            try write("return true", to: folder + "/go.lua")
            let outcomes = [await one.outcome(), await two.outcome()].sorted { $0.status < $1.status }
            #expect(outcomes.map(\.status) == [0, 10])
            #expect(
                outcomes[1].error.contains("changed the value \"count\"") && outcomes[1].error.contains("hint: "),
                "\(outcomes[1].error)")
            let runs = try await program.run("runs", "--json")
            #expect(runs.output.contains(#""status":10"#), "its record says so: \(runs.output)")
            try write(Self.counter, to: folder + "/script.lua")
            #expect(try await program.run("run", "script.lua").output == "3\n", "one of the two counted")
        }
    }

    @Test func `A demo keeps nothing unless a state is named, and then as any account`() async throws {
        try await withProgram { program, folder in
            for _ in 0..<2 { #expect(try await program.run("run", "--demo", "script.lua").output == "1\n") }
            for expected in ["1\n", "2\n"] {
                let named = try await program.run("run", "--demo", "--state", "demo.db", "script.lua")
                #expect(named.output == expected, "\(named.error)")
            }
        }
    }

    @Test func `A state that cannot take the values is 10, and keeps the old ones`() async throws {
        try await withProgram { program, _ in
            #expect(try await program.run("run", "script.lua").output == "1\n")
            try execute(
                "CREATE TRIGGER no BEFORE INSERT ON script_values BEGIN SELECT RAISE(ABORT, 'no room'); END",
                program.state)
            let outcome = try await program.run("run", "script.lua")
            #expect(outcome.status == 10 && outcome.error.contains("no room"), "\(outcome.error)")
            let record = try await program.run("runs", "last", "--json")
            #expect(record.output.contains(#""status":10"#) && record.output.contains("no room"), "\(record.output)")
            try execute("DROP TRIGGER no", program.state)
            #expect(try await program.run("run", "script.lua").output == "2\n")
        }
    }

    @Test func `A value that somebody spoilt is an error that names it`() async throws {
        try await withProgram { program, _ in
            #expect(try await program.run("run", "script.lua").status == 0)
            try execute("UPDATE script_values SET value = CAST('{' AS BLOB)", program.state)
            let outcome = try await program.run("run", "script.lua")
            #expect(
                outcome.status == 10 && outcome.error.contains("the value \"count\" is damaged"), "\(outcome.error)")
        }
    }

    @Test func `What scripts keep is listed and cleared`() async throws {
        try await withProgram { program, folder in
            #expect(try await program.run("store").output.hasPrefix("no script keeps anything"))
            #expect(try await program.run("run", "script.lua").status == 0)
            let list = try await program.run("store", "--json")
            #expect(list.output.contains(#""script":"\#(folder)/script.lua""#) && list.output.contains(#""count":1"#))
            #expect(try await program.run("store").output.contains("script.lua"))
            for word in ["script.lua", folder + "/script.lua"] {
                let entries = try await program.run("store", word, "--json")
                #expect(entries.output.contains(#""kind":"value","name":"count","bytes":1"#), "\(entries.error)")
            }
            #expect(try await program.run("store", "script.lua").output.contains("count"))
            let unknown = try await program.run("store", "other.lua", "--clear")
            #expect(unknown.status == 2 && unknown.error.contains("other.lua"), "\(unknown.error)")
            #expect(try await program.run("store", "--clear").status == 2)
            let cleared = try await program.run("store", "script.lua", "--clear")
            #expect(cleared.status == 0 && cleared.output.hasPrefix("1 removed"), "\(cleared.error)")
            #expect(try await program.run("run", "script.lua").output == "1\n")
        }
    }

    /// Kills the program while its values are on their way to the file.
    @Test func `A run killed while it commits has kept all or nothing`() async throws {
        let script = """
            local store = require "finlua.store"
            local old, filler = store.get("k1", { n = 0 }).n, ("x"):rep(200000)
            for index = 1, 200 do
              local found = store.get("k" .. index, { n = 0 })
              assert(found.n == old, "half of a run was kept")
              store.set("k" .. index, { n = old + 1, filler = filler })
            end
            print(old)
            """
        try await withProgram(script) { program, _ in
            var (kept, killed) = (0, 0)
            for step in 1...6 {
                let running = try program.start(["run", "script.lua"])
                _ = await running.output(containing: "\n")
                // 40 MB come to the log of the file before it ends.
                while size(program.state + "-wal") < step * 6_000_000, !running.hasEnded { await Task.yield() }
                running.signal(SIGKILL)
                let outcome = await running.outcome()
                if outcome.status == -1 { killed += 1 }
                let check = try await program.run("run", "script.lua")
                #expect(check.status == 0, "\(check.error)")
                let found = try #require(Int(check.output.split(separator: "\n").first ?? ""))
                #expect(found == kept || found == kept + 1)
                if outcome.status == 0 { #expect(found == kept + 1) }
                kept = found + 1
            }
            #expect(killed > 0)
        }
    }

    private func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func execute(_ sql: String, _ path: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    }
}
