import Simulator
import Testing

/// One row of the table of exit statuses each, by the built program.
@Suite struct ExitStatusTests {
    /// Runs `script` from a file with finlua's options before it.
    private func run(
        _ script: String, options: [String] = ["--demo"], environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await withFolder { folder in
            try write(script, to: folder + "/script.lua")
            return try await Program(environment: environment, folder: folder).run(["run"] + options + ["script.lua"])
        }
    }

    @Test func `A script that ends well is 0, and silent but for what it prints`() async throws {
        let outcome = try await run(#"print("fine")"#)
        #expect(outcome.status == 0)
        #expect(outcome.output == "fine\n")
        #expect(outcome.error == "")
    }

    @Test func `A script that raises an error is 1, and the message names its line`() async throws {
        let outcome = try await run("local x = 1\nerror('no budget for ' .. x)")
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.error.contains("script.lua:2: no budget for 1"))
    }

    @Test func `A script that is no Lua is 1, and the message names the line`() async throws {
        let outcome = try await run("local = 3")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("script.lua:1:"))
    }

    @Test func `A query that breaks a rule is 1, before any request but for the keys`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        let outcome = try await run(
            #"require("finout").query{date={last="7d"}, dimensions={"AWS/servce"}}:wait()"#, options: [],
            environment: server.environment)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("AWS/service"), "the nearest key is suggested: \(outcome.error)")
        #expect(outcome.error.contains("script.lua:1"))
        #expect(server.report.submissions == 0)
    }

    @Test func `A word that is no command is 2, with the nearest one`() async throws {
        let outcome = try await Program().run("qurey")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("query"))
        #expect(outcome.output == "")
    }

    @Test func `Nothing at all is 2, with help on stderr`() async throws {
        let outcome = try await Program().run([])
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("usage: finlua"))
    }

    @Test func `A script that is not there is 2`() async throws {
        let outcome = try await Program().run("run", "--demo", "nowhere.lua")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("nowhere.lua cannot be read: No such file or directory"))
    }

    @Test func `Data that is incomplete is 4, and no file appears`() async throws {
        let bulkDay = day(before: 10)
        let server = try demoServer { options in
            options.bulk = (bulkDay...bulkDay, 100_001)
            options.queryDuration = .milliseconds(10) ... .milliseconds(20)
        }
        defer { server.stop() }
        try await withFolder { folder in
            try write(
                """
                local finout, export = require "finout", require "finlua.export"
                export.csv("rows.csv", finout.query {
                  date = { from = "\(bulkDay)", to = "\(bulkDay)" }, dimensions = { "AWS/extracted_resource" },
                })
                """, to: folder + "/script.lua")
            let outcome = try await Program(environment: server.environment, folder: folder).run(
                "run", "script.lua")
            #expect(outcome.status == 4, "\(outcome.error)")
            #expect(outcome.error.contains("\(bulkDay)"))
            #expect(contents(of: folder + "/rows.csv") == nil)
        }
    }

    @Test func `Credentials that are missing are 5, and the setting is named`() async throws {
        let outcome = try await run(#"require("finout").keys()"#, options: [])
        #expect(outcome.status == 5)
        #expect(outcome.error.contains("FINOUT_CLIENT_ID"))
    }

    @Test func `Credentials that are refused are 5, and never printed`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        var environment = server.environment
        environment["FINOUT_SECRET_KEY"] = "wrong-and-private"
        let outcome = try await run(
            #"require("finout").keys()"#, options: ["--log", "debug"], environment: environment)
        #expect(outcome.status == 5, "\(outcome.error)")
        #expect(outcome.error.contains("FINOUT_SECRET_KEY"))
        #expect(!outcome.error.contains("wrong-and-private"))
    }

    @Test func `A service that does not speak TLS is 6, at once, and the message names it`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        let address = server.address.replacing("http:", with: "https:")
        let outcome = try await run(
            #"require("finout").keys()"#, options: ["--base-url", address], environment: server.environment)
        #expect(outcome.status == 6, "\(outcome.error)")
        #expect(outcome.error.contains("127.0.0.1"))
    }

    @Test func `A budget that is used up is 7, and the message says when to come back`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        var environment = server.environment
        environment["FINLUA_LIMITS"] = "daily=1"
        let outcome = try await run(
            """
            local finout = require "finout"
            for days = 6, 7 do finout.query { date = { last = days .. "d" } }:wait() end
            """, options: [], environment: environment)
        #expect(outcome.status == 7, "\(outcome.error)")
        #expect(outcome.error.contains("T00:00:00Z"))
    }

    @Test func `A run beyond its deadline is 8, and the message names the option`() async throws {
        let outcome = try await run(
            #"require("finlua.task").sleep(3600)"#, options: ["--demo", "--timeout", "500ms"])
        #expect(outcome.status == 8)
        #expect(outcome.error.contains("--timeout"))
    }

    @Test func `A script that holds too much is 8`() async throws {
        let outcome = try await run(
            "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end",
            options: ["--demo", "--memory", "16M"])
        #expect(outcome.status == 8, "\(outcome.error)")
        #expect(outcome.error.contains("memory"))
    }

    @Test(arguments: [("its[i] = rows", 8), ("", 0)])
    func `Pages held by open iterators count as the script's memory until they are let go`(
        keep: String, status: Int32
    ) async throws {
        let (first, last) = (day(before: 12), day(before: 11))
        let server = try demoServer {
            $0.bulk = (first...last, 10_000)
            $0.queryDuration = .milliseconds(10) ... .milliseconds(20)
        }
        defer { server.stop() }
        let outcome = try await run(
            """
            local finout, its = require "finout", {}
            local query = finout.query {
              date = { from = "\(first)", to = "\(last)" }, dimensions = { "AWS/extracted_resource" },
            }
            for i = 1, 20 do
              local rows = query:rows()
              rows()
              \(keep)
            end
            """, options: ["--memory", "24M"], environment: server.environment)
        #expect(outcome.status == status, "\(outcome.error)")
    }

    @Test func `An output that cannot be written is 10, and the old file is still there`() async throws {
        try await withFolder { folder in
            try write(#"require("finlua.export").csv("no/such/rows.csv", { { a = 1 } })"#, to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "script.lua")
            #expect(outcome.status == 10, "\(outcome.error)")
            #expect(outcome.error.contains("no/such"))
        }
    }

    @Test(arguments: [(Int32(2), Int32(130)), (15, 143)])
    func `An interrupted run says so`(signal: Int32, status: Int32) async throws {
        try await withFolder { folder in
            try write(
                #"print("ready") require("finlua.task").sleep(3600)"#,
                to: folder + "/script.lua")
            let running = try Program(folder: folder).start(["run", "--demo", "script.lua"])
            _ = await running.output(containing: "ready")
            running.signal(signal)
            let outcome = await running.outcome()
            #expect(outcome.status == status)
        }
    }
}
