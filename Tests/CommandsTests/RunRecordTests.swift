import RowDecoder
import Simulator
import Testing

/// What a run leaves in the state, and what `finlua runs` shows of it.
@Suite struct RunRecordTests {
    private static let script = """
        local finout, export = require "finout", require "finlua.export"
        local args = require "finlua.args" { days = { type = "integer", default = 7 }, fail = { type = "boolean" } }
        local query = finout.query { date = { last = args.days .. "d" }, dimensions = { service = "AWS/service" } }
        export.csv("costs.csv", query)
        if args.fail then error("no luck") end
        """

    /// A program whose account answers at once, in a folder with the script.
    private func withProgram(
        _ adjust: (inout DemoOptions) -> Void = { _ in }, _ body: (Program, SimulatorServer) async throws -> Void
    ) async throws {
        let server = try demoServer {
            $0.queryDuration = .milliseconds(10) ... .milliseconds(20)
            adjust(&$0)
        }
        defer { server.stop() }
        try await withFolder { folder in
            try write(Self.script, to: folder + "/script.lua")
            let environment = server.environment.merging(["FINLUA_POLL": "first=20ms,max=100ms"]) { $1 }
            try await body(Program(environment: environment, folder: folder), server)
        }
    }

    private func record(_ program: Program, _ run: String = "last") async throws -> JSONValue {
        let outcome = try await program.run("runs", run, "--json")
        try #require(outcome.status == 0, "\(outcome.error)")
        return try JSONValue(parsing: outcome.output)
    }

    @Test func `A run leaves a record of what it did`() async throws {
        try await withProgram { program, server in
            let outcome = try await program.run("run", "script.lua", "--days", "90")
            #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
            let record = try await record(program)
            #expect(record["status"]?.integer == 0 && record["cause"]?.string == "done, and whole")
            #expect(record["attempts"]?.integer == 1)
            #expect(record["script"]?.string == program.folder + "/script.lua")
            #expect(record["arguments"] == ["--days", "90"])
            #expect(record["finlua"]?.string == "0.1.0" && record["lua"]?.string?.hasPrefix("Lua 5.4.") == true)
            #expect(record["service"]?.string == server.address && record["account"]?.string?.count == 64)
            #expect(record["as_of"]?.string == "\(day(before: 0))")
            #expect((record["seconds"]?.number ?? 0) > 0)
            let queries = try #require(record["queries"]?.array)
            #expect(queries.count == 2, "90 days take two windows")
            #expect(queries.allSatisfy { $0["query"]?.string?.isEmpty == false && $0["completed"] != nil })
            let rows = queries.compactMap { $0["rows"]?.integer }.reduce(0, +)
            #expect(rows > 0 && record["rows"]?.integer == rows)
            #expect(record["submissions"]?.integer == 2 && record["requests"]?["submit"]?.integer == 2)
            let csv = try #require(contents(of: program.folder + "/costs.csv"))
            let manifest = try #require(contents(of: program.folder + "/costs.csv.manifest.json"))
            #expect(
                record["outputs"] == [
                    ["path": "costs.csv", "bytes": .integer(Int64(csv.utf8.count))],
                    ["path": "costs.csv.manifest.json", "bytes": .integer(Int64(manifest.utf8.count))],
                ])
            #expect(record["error"] == nil)
        }
    }

    @Test func `A run that failed says why, with attempts that were repeated`() async throws {
        let faults = try [Fault("keys:500:1")]
        try await withProgram({ $0.faults = faults }) { program, _ in
            #expect(try await program.run("run", "script.lua", "--fail").status == 1)
            let record = try await record(program)
            #expect(record["status"]?.integer == 1)
            #expect(record["error"]?["message"]?.string?.contains("no luck") == true)
            #expect(record["error"]?["code"]?.string == "script_error")
            #expect(record["retries"]?["keys"]?.integer == 1)
            let attempt = try #require(record["failed_attempts"]?[0])
            #expect(attempt["route"]?.string == "keys" && attempt["reason"]?.string?.contains("HTTP 500") == true)
        }
    }

    @Test func `A direct question leaves a record too`() async throws {
        try await withProgram { program, _ in
            #expect(try await program.run("query", "--last", "7d").status == 0)
            let record = try await record(program)
            #expect(record["script"]?.string == "finlua query" && record["arguments"] == ["--last", "7d"])
        }
    }

    @Test func `No credential is in the state, whatever the arguments and the service say`() async throws {
        try await withProgram { program, _ in
            var program = program
            let (id, key) = ("client-0123456789", "key-9876543210")
            program.environment["FINOUT_CLIENT_ID"] = id
            program.environment["FINOUT_SECRET_KEY"] = key
            try write("print(...) error('\(key) and \(id)')", to: program.folder + "/script.lua")
            let outcome = try await program.run("run", "script.lua", key, id)
            #expect(outcome.status == 1)
            let record = try await record(program)
            #expect(record["arguments"] == ["[secret]", "[client id]"])
            let state = (fileBytes(program.state) ?? []) + (fileBytes(program.state + "-wal") ?? [])
            #expect(state.firstRange(of: Array("[secret]".utf8)) != nil, "it is looked for where it would be")
            #expect(state.firstRange(of: Array(key.utf8)) == nil && state.firstRange(of: Array(id.utf8)) == nil)
        }
    }

    @Test func `Runs are listed, the newest first, and shown by the beginning of their id`() async throws {
        try await withProgram { program, _ in
            let none = try await program.run("runs")
            #expect(none.status == 0 && none.output == "no runs yet in the state \(program.state)\n")
            try write("print('\\27[31mred')", to: program.folder + "/red.lua")
            _ = try await program.run("run", "script.lua")
            _ = try await program.run("run", "red.lua", "it's\u{1B}[2J")
            let list = try await program.run("runs")
            let lines = list.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("run "), "\(list.output)")
            #expect(lines[2].hasSuffix("  script.lua"), "without its folders: \(list.output)")
            #expect(lines[1].contains("red.lua") && lines[2].contains("script.lua") && lines[2].contains("done"))
            #expect(!list.output.contains("\u{1B}"), "a terminal obeys nothing of it")
            let id = String(lines[2].prefix { $0 != " " })
            let shown = try await program.run("runs", String(id.dropLast()))
            #expect(shown.status == 0 && shown.output.contains(id), "\(shown.error)")
            #expect(shown.output.contains("costs.csv") && shown.output.contains("1 submit"), "\(shown.output)")
            let many = try await program.run("runs", "2")
            #expect(many.status == 2 && many.error.contains("give more of the id"))
            let unknown = try await program.run("runs", "19991231")
            #expect(unknown.status == 2 && unknown.error.contains("19991231"))
        }
    }

    @Test func `A run that died is shown as that, with what it submitted`() async throws {
        try await withProgram { program, _ in
            try write(
                """
                require("finout").query { date = { last = "7d" } }:wait()
                print("asked") require("finlua.task").sleep(600)
                """, to: program.folder + "/script.lua")
            let running = try program.start(["run", "script.lua"])
            _ = await running.output(containing: "asked")
            let on = try await program.run("runs")
            #expect(on.output.contains(" running "), "\(on.output)")
            running.signal(9)
            #expect(await running.outcome().status == -1)
            let list = try await program.run("runs")
            #expect(list.output.contains(" died "), "\(list.output)")
            let shown = try await program.run("runs", "last")
            #expect(shown.output.contains("complete at 20"), "\(shown.output)")
        }
    }

    @Test func `The summary is one line, for people or for machines`() async throws {
        try await withProgram { program, _ in
            let text = try await program.run("run", "--summary", "script.lua")
            let form = #/finlua: [\d,]+ rows, 1 query, 4 requests in [\d.]+ s; run \d{8}T\d{6}-[0-9a-f]{4}\n/#
            #expect(text.status == 0 && text.error.wholeMatch(of: form) != nil, "\(text.error)")
            let failed = try await program.run("run", "--summary", "script.lua", "--fail")
            #expect(failed.status == 1 && failed.error.contains("no luck") && failed.error.contains("; run 20"))
            let json = try await program.run("run", "--summary", "--log", "json", "script.lua")
            let line = try JSONValue(parsing: json.error)
            #expect(line["message"]?.string == "run ended" && line["fields"]?["queries"]?.integer == 1)
        }
    }

    @Test func `The summary says what was waited for`() async throws {
        try await withProgram { program, _ in
            var program = program
            program.environment["FINLUA_LIMITS"] = "keys=1/1s"
            try write(
                #"for _ = 1, 2 do require("finout").request { method = "GET", path = "/v2/query-language/keys" } end"#,
                to: program.folder + "/script.lua")
            let outcome = try await program.run("run", "--summary", "script.lua")
            let json = try await program.run("run", "--summary", "--log", "json", "script.lua")
            let waits = try JSONValue(parsing: json.error)["fields"]?["waits"]
            #expect((waits?["keys"]?.number ?? 0) >= 0.9, "\(json.error)")
            #expect(
                outcome.error.contains(#/; its tasks waited 1(\.\d)? s for the keys limit; run/#), "\(outcome.error)")
        }
    }
}
