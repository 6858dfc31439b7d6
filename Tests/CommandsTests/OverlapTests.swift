import Glibc
import Simulator
import Testing

/// One run of a script, its arguments and its account at a time.
@Suite struct OverlapTests {
    /// Submits a query, says so, and waits for a file.
    private static let script = """
        local finout, task = require "finout", require "finlua.task"
        finout.query { date = { last = "7d" } }:wait()
        print("asked")
        task.sleep(600)
        """

    private func withRun(
        _ body: (_ program: Program, _ running: Program.Running, _ folder: String) async throws -> Void
    ) async throws {
        let server = try demoServer { $0.queryDuration = .milliseconds(10) ... .milliseconds(20) }
        defer { server.stop() }
        try await withFolder { folder in
            try write(Self.script, to: folder + "/script.lua")
            let environment = server.environment.merging(["FINLUA_POLL": "first=20ms,max=100ms"]) { $1 }
            let program = Program(environment: environment, folder: folder)
            let running = try program.start(["run", "script.lua", "one"])
            try #require(await running.output(containing: "asked\n") == "asked\n")
            try await body(program, running, folder)
            running.signal(SIGKILL)
            #expect(await running.outcome().status == -1)
        }
    }

    @Test func `A second run is 9, sends nothing, and the message says who runs and how far`() async throws {
        try await withRun { program, running, folder in
            // Another name for the same file.
            try #require(symlink(folder + "/script.lua", folder + "/link.lua") == 0)
            let outcome = try await program.run("run", "link.lua", "one")
            #expect(outcome.status == 9 && outcome.output == "", "\(outcome.error)")
            #expect(outcome.error.contains("process \(running.process), began 20"), "\(outcome.error)")
            #expect(outcome.error.contains("1 of 1 submitted queries complete"), "\(outcome.error)")
            #expect(outcome.error.contains("--wait-lock"), "\(outcome.error)")

            let runs = try await program.run("runs", "--json")
            #expect(runs.output.split(separator: "\n").count == 1, "a run that did not begin is no run: \(runs.output)")
            let id = try #require(runs.output.firstMatch(of: #/"run":"([^"]+)"/#)).1
            #expect(outcome.error.contains("run \(id)"))
            #expect(runs.output.contains(#""outcome":"running""#))
        }
    }

    @Test func `Other arguments, another account and other commands do not wait`() async throws {
        try await withRun { program, _, folder in
            try write("print('other')", to: folder + "/other.lua")
            #expect(try await program.run("run", "other.lua", "one").status == 0)
            let timed = ["run", "--timeout", "2s", "script.lua"]
            let arguments = try await program.run(timed + ["two"])
            #expect(arguments.status == 8 && arguments.output == "asked\n", "\(arguments.error)")
            let keys = try await program.run("keys")
            #expect(keys.status == 0, "\(keys.error)")
            var other = program
            other.environment["FINOUT_CLIENT_ID"] = "another-client"
            let refused = try await other.run(["run", "script.lua", "one"])
            #expect(refused.status == 5, "\(refused.error)")
        }
    }

    @Test func `A run that waits for the lock begins when the other has died`() async throws {
        try await withRun { program, running, folder in
            let waiting = try program.start(["run", "--wait-lock", "--log", "debug", "script.lua", "one"])
            let said = await waiting.error(containing: "waiting for its end")
            #expect(said.contains("process \(running.process)"), "\(said)")
            running.signal(SIGKILL)
            #expect(await waiting.output(containing: "asked\n") == "asked\n")
            waiting.signal(SIGTERM)
            #expect(await waiting.outcome().status == 143)
        }
    }

    @Test func `A wait for the lock ends with the deadline, and with Ctrl-C`() async throws {
        try await withRun { program, _, _ in
            let late = try await program.run("run", "--wait-lock", "--timeout", "700ms", "script.lua", "one")
            #expect(late.status == 9 && late.error.contains("another run of"), "\(late.error)")
            #expect(late.error.contains("(--timeout)") && !late.error.contains("--wait-lock"), "\(late.error)")

            let waiting = try program.start(["run", "--wait-lock", "--log", "debug", "script.lua", "one"])
            _ = await waiting.error(containing: "waiting for its end")
            waiting.signal(SIGINT)
            let outcome = await waiting.outcome()
            #expect(outcome.status == 130 && outcome.error.hasSuffix("finlua: interrupted\n"), "\(outcome.error)")
        }
    }
}
