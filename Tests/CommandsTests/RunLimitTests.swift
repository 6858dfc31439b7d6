import RowDecoder
import RunLimits
import Simulator
import Testing

/// The limits of a run, by the built program.
@Suite struct RunLimitTests {
    /// A script that goes over a limit, and that limit as its option takes it.
    struct Case: Sendable, CustomTestStringConvertible {
        let limit: RunLimit
        let value: String
        let source: String
        /// Whether the script may catch the error.
        var isCaught = true

        var testDescription: String { limit.rawValue }
    }

    static let cases: [Case] = [
        Case(limit: .wall, value: "1500ms", source: "require 'finlua.task'.sleep(100)", isCaught: false),
        Case(limit: .cpu, value: "300ms", source: "while true do end", isCaught: false),
        Case(
            limit: .memory, value: "16M",
            source: "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end"),
        Case(limit: .output, value: "64K", source: "while true do print(('x'):rep(1000)) end", isCaught: false),
        Case(
            limit: .tasks, value: "10",
            source: "local task = require 'finlua.task' while true do task.spawn(task.sleep, 0.3) end"),
        Case(
            limit: .rows, value: "500",
            source: """
                local query, all = require 'finout'.query { date = { last = '30d' }, dimensions = { 'AWS/service' } }, {}
                while true do all[#all + 1] = query:collect() end
                """),
        Case(
            limit: .queries, value: "5",
            source: "for day = 1, 30 do require 'finout'.query { date = { last = day .. 'd' } }:wait() end"),
    ]

    private func run(
        _ source: String, _ options: [String], environment: [String: String] = [:]
    ) async throws -> (Program.Outcome, record: JSONValue) {
        try await withFolder { folder in
            try write(source, to: folder + "/script.lua")
            let program = Program(environment: environment, folder: folder)
            let outcome = try await program.run(["run", "--demo", "--state", "state.db"] + options + ["script.lua"])
            let record = try await program.run("runs", "last", "--json", "--state", "state.db")
            return (outcome, try JSONValue(parsing: record.output))
        }
    }

    @Test(arguments: cases) func `Each limit ends the run with 8, and one form of message`(case: Case) async throws {
        let limit = `case`.limit
        let (outcome, record) = try await run(`case`.source, ["--\(limit.option)", `case`.value])
        #expect(outcome.status == 8, "\(outcome.error)")
        let message = try #require(outcome.error.split(separator: "\n").first { $0.hasPrefix("finlua: ") })
        #expect(
            message.contains("its \(limit.noun) of ") && message.contains(" (--\(limit.option)) and "), "\(message)")
        #expect(
            outcome.error.contains(
                "\nhint: raise it with --\(limit.option) \(limit.placeholder), \(limit.variable) or run.\(limit.entry) "
            ),
            "\(outcome.error)")
        #expect(outcome.error.contains("\ntask 1, "), "\(outcome.error)")
        let error = record["error"]
        #expect(error?["code"]?.string == limit.code && error?["limit"]?.string == limit.rawValue)
        #expect(error?["set_by"]?.string == "--\(limit.option)")
        let used = try #require(record["limits"]?[limit.rawValue]?["used"]?.number)
        let value = try #require(record["limits"]?[limit.rawValue]?["value"]?.number)
        // What comes as it passes may be more; what is counted before never is.
        #expect(limit.unit == .time ? used >= value && used < value + 1 : used <= value && used > value / 2)
        #expect(record["tasks"]?.array?.isEmpty == false)
    }

    @Test(arguments: cases) func `A warning comes once, where four fifths are used`(case: Case) async throws {
        let limit = `case`.limit
        let (outcome, _) = try await run(`case`.source, ["--\(limit.option)", `case`.value])
        let warnings = outcome.error.split(separator: "\n").filter {
            $0.hasPrefix("warn: the run nears its \(limit.noun)")
        }
        #expect(warnings.count == 1, "\(outcome.error)")
    }

    @Test(arguments: cases) func `What may be caught leaves the limit kept, and nothing else may be caught`(
        case: Case
    ) async throws {
        let limit = `case`.limit
        let source = """
            local ok, problem = pcall(function() \(`case`.source) end)
            require('finlua.log').info('caught', { code = problem.code, limit = problem.limit, value = problem.value })
            """
        let (outcome, record) = try await run(source, ["--\(limit.option)", `case`.value])
        #expect(outcome.error.contains("info: caught code=\(limit.code) limit=\(limit.rawValue) ") == `case`.isCaught)
        // A task that was left open is waited for, and no row or query is forgotten.
        #expect(outcome.status == (`case`.isCaught ? 0 : 8), "\(outcome.error)")
        #expect(record["tasks"] == nil || !`case`.isCaught)
    }

    @Test func `Output that is cut short is never 0, and no file appears`() async throws {
        let (last, _) = try await run("print(('x'):rep(2000))", ["--max-output", "1K"])
        #expect(last.status == 8 && last.output == "")
        try await withFolder { folder in
            try write(
                """
                local export = require 'finlua.export'
                pcall(export.csv, 'rows.csv', { { text = ('x'):rep(2000) } })
                print 'after'
                """, to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "--max-output", "1K", "script.lua")
            #expect(outcome.status == 8 && outcome.output == "" && contents(of: folder + "/rows.csv") == nil)
            try write("require 'finlua.export'.csv('-', { { text = ('x'):rep(600) } })", to: folder + "/script.lua")
            let printed = try await Program(folder: folder).run("run", "--demo", "--max-output", "1K", "script.lua")
            #expect(printed.status == 0 && printed.output.utf8.count > 600, "what goes to stdout counts once")
        }
    }

    @Test func `Rows that nobody keeps do not count, nor do those iterated`() async throws {
        let (outcome, record) = try await run(
            """
            local query = require 'finout'.query { date = { last = '30d' }, dimensions = { 'AWS/service' } }
            for i = 1, 20 do local rows = query:collect() end
            for i = 1, 20 do for _ in query:rows() do end end
            """, ["--max-rows", "600"])
        #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
        #expect(try #require(record["limits"]?["rows"]?["used"]?.integer) > 400)
    }

    @Test func `A query of an earlier attempt is not counted again`() async throws {
        let server = try demoServer { $0.queryDuration = .milliseconds(10) ... .milliseconds(20) }
        defer { server.stop() }
        try await withFolder { folder in
            let source = "for day = 1, 3 do require 'finout'.query { date = { last = day .. 'd' } }:wait() end "
            try write(source + "error 'stop'", to: folder + "/script.lua")
            let program = Program(environment: server.environment, folder: folder)
            #expect(try await program.run("run", "--max-queries", "3", "script.lua").status == 1)
            try write(source, to: folder + "/script.lua")
            let resumed = try await program.run("run", "--resume", "--max-queries", "1", "script.lua")
            #expect(resumed.status == 0, "\(resumed.error)")
            #expect(server.report.submissions == 3)
        }
    }

    @Test func `Waiting takes no CPU time`() async throws {
        let (outcome, record) = try await run("require 'finlua.task'.sleep(1)", ["--cpu", "500ms"])
        #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
        #expect(try #require(record["limits"]?["cpu"]?["used"]?.number) < 0.5)
    }

    @Test func `A limit is set by its option, else its variable, else the configuration file`() async throws {
        try await withFolder { folder in
            let path = try write(
                "return { run = { max_tasks = 3, cpu = '7m' } }", to: folder + "/config.lua", mode: 0o600)
            try write(
                "local task = require 'finlua.task' for i = 1, 9 do task.spawn(task.sleep, 9) end",
                to: folder + "/script.lua")
            let options = ["run", "--demo", "--config", path]
            let configured = try await Program(folder: folder).run(options + ["script.lua"])
            #expect(configured.error.contains("its task limit of 3 (run.max_tasks of \(path))"), "\(configured.error)")
            let program = Program(environment: ["FINLUA_MAX_TASKS": "4"], folder: folder)
            let fromEnvironment = try await program.run(options + ["script.lua"])
            #expect(
                fromEnvironment.error.contains("its task limit of 4 (FINLUA_MAX_TASKS)"), "\(fromEnvironment.error)")
            let fromOption = try await program.run(options + ["--max-tasks", "5", "script.lua"])
            #expect(fromOption.error.contains("its task limit of 5 (--max-tasks)"), "\(fromOption.error)")
        }
    }

    @Test(arguments: RunLimit.allCases) func `A value that is none is refused by the name of who set it`(
        limit: RunLimit
    ) async throws {
        let option = try await Program().run("keys", "--demo", "--\(limit.option)", "none")
        #expect(option.status == 2 && option.error.hasPrefix("finlua: --\(limit.option) is \"none\"; it takes a "))
        let variable = try await Program(environment: [limit.variable: "0"]).run("keys", "--demo")
        #expect(variable.status == 2 && variable.error.hasPrefix("finlua: \(limit.variable) is \"0\"; it takes a "))
        let help = try await Program().run("run", "--help")
        #expect(help.output.contains("--\(limit.option) \(limit.placeholder)") && help.output.contains(limit.variable))
    }
}
