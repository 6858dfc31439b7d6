import CSQLite
import Glibc
import HostLoop
import Simulator
import Testing

/// Ctrl-C and its kin, and going on afterwards.
@Suite struct ResumeTests {
    private func withProgram(
        _ script: String, _ adjust: (inout DemoOptions) -> Void = { _ in },
        _ body: (Program, SimulatorServer) async throws -> Void
    ) async throws {
        let server = try demoServer {
            $0.queryDuration = .milliseconds(10) ... .milliseconds(20)
            adjust(&$0)
        }
        defer { server.stop() }
        try await withFolder { folder in
            try write(script, to: folder + "/script.lua")
            let environment = server.environment.merging(["FINLUA_POLL": "first=20ms,max=100ms"]) { $1 }
            try await body(Program(environment: environment, folder: folder), server)
        }
    }

    /// Asks two questions and hangs between them when its folder holds no file `go`.
    private static let two = """
        local finout, task = require "finout", require "finlua.task"
        require "finlua.args" { name = { positional = 1 } }
        local go = pcall(require, "go")
        for _, days in ipairs { 7, 14 } do
          local rows = finout.query { date = { last = days .. "d" } }:collect()
          print(days, #rows)
          if not go then task.sleep(600) end
        end
        """

    @Test func `A run that was interrupted goes on, and pays for nothing twice`() async throws {
        try await withProgram(Self.two) { program, server in
            let first = try program.start(["run", "script.lua", "it's"])
            _ = await first.output(containing: "7\t")
            first.signal(SIGINT)
            let interrupted = await first.outcome()
            #expect(interrupted.status == 130)
            #expect(
                interrupted.error.hasPrefix(
                    "finlua: interrupted; 1 query is submitted and will be there for 24 hours: "
                        + #"go on with finlua run --resume script.lua 'it'\''s'"# + "\ntask 1, waiting "))

            try write("return true", to: program.folder + "/go.lua")
            let resumed = try await program.run("run", "--resume", "--summary", "script.lua", "it's")
            #expect(resumed.status == 0 && resumed.output == "7\t7\n14\t14\n", "\(resumed.error)")
            #expect(resumed.error.contains("2 queries (1 submitted before)"), "\(resumed.error)")
            #expect(server.report.submissions == 2)

            let list = try await program.run("runs", "--json")
            #expect(list.output.split(separator: "\n").count == 1, "it is one run")
            #expect(list.output.contains(#""attempts":2"#) && list.output.contains(#""outcome":"done""#))

            let again = try await program.run("run", "--resume", "script.lua", "it's")
            #expect(again.status == 0 && again.error == "", "nothing to resume: \(again.error)")
            #expect(server.report.submissions == 4, "a run that ended well is not gone on with")
            let other = try await program.run("run", "--resume", "script.lua", "others")
            #expect(other.status == 0)
            #expect(server.report.submissions == 6, "other arguments are another run")
        }
    }

    @Test func `A run beyond its deadline says how to go on`() async throws {
        try await withProgram(Self.two) { program, _ in
            let outcome = try await program.run("run", "--timeout", "3s", "script.lua")
            #expect(outcome.status == 8)
            #expect(
                outcome.error.contains("--timeout")
                    && outcome.error.contains("go on with finlua run --resume --timeout 3s script.lua"),
                "\(outcome.error)")
        }
    }

    @Test func `An output that cannot be written is noticed before anything is paid for`() async throws {
        try await withProgram("") { program, server in
            let file = try await program.run("query", "--output", "no/such.csv", "--format", "csv")
            #expect(file.status == 10 && file.error.contains("no/such.csv"), "\(file.error)")
            let folder = try await program.run("query", "--out", "nowhere")
            #expect(folder.status == 2 && folder.error.contains("nowhere"), "\(folder.error)")
            #expect(server.report.submissions == 0)
        }
    }

    @Test func `Relative dates of a resumed run mean what they meant when it began`() async throws {
        let script = """
            local finout, date = require "finout", require "finlua.date"
            print(date.today(), date.as_of(), finout.query { date = { last = "1d" } }:collect()[1].day)
            if not pcall(require, "go") then require("finlua.task").sleep(600) end
            """
        try await withProgram(script) { program, server in
            let first = try program.start(["run", "script.lua"])
            _ = await first.output(containing: "\n")
            first.signal(SIGTERM)
            #expect(await first.outcome().status == 143)
            // As if the run had begun yesterday, twelve hours ago at the most.
            let (yesterday, today) = (day(before: 1), day(before: 0))
            try backdate(program.state, to: today.start.nanosecondsSinceEpoch - 1_000_000_000)
            try write("return true", to: program.folder + "/go.lua")
            let resumed = try await program.run("run", "--resume", "script.lua")
            #expect(resumed.output == "\(yesterday)\t\(yesterday)\t\(yesterday)\n", "\(resumed.error)")
            #expect(server.report.submissions == 2, "another day is another question")
        }
    }

    @Test func `A second signal leaves at once`() async throws {
        // Its answer never ends.
        let faults = try [Fault("submit:stall")]
        let script = #"require("finout").query { date = { last = "7d" } }:wait()"#
        try await withProgram(script, { $0.faults = faults }) { program, server in
            let running = try program.start(["run", "--log", "debug", "script.lua"])
            while server.report.requests[.submit] == nil { try await Task.sleep(for: .milliseconds(5)) }
            running.signal(SIGINT)
            // Ten seconds are left for the answer.
            _ = await running.error(containing: "once more leaves at once")
            let began = ContinuousClock.now
            running.signal(SIGTERM)
            let outcome = await running.outcome()
            #expect(outcome.status == 143 && !outcome.error.contains("finlua: "), "\(outcome.error)")
            #expect(ContinuousClock.now - began < .seconds(5), "the answer was waited for")
        }
    }

    /// Makes the runs of a state begin at another time.
    private func backdate(_ state: String, to nanoseconds: Int64) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(state, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, "UPDATE runs SET started = \(nanoseconds)", nil, nil, nil) == SQLITE_OK)
        #expect(sqlite3_changes(handle) == 1)
    }
}
