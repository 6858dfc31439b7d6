import Foundation
import Glibc
import Simulator
import Testing

/// `finlua check`, by the contract of the monitoring-plugins: its exit status, its line, its performance data.
@Suite struct CheckCommandTests {
    /// Runs scripts, named by their letters, on the demo account.
    private func check(
        _ scripts: [String: String], _ arguments: [String], options: [String] = ["--demo"],
        environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await withFolder { folder in
            for (name, source) in scripts { try write(source, to: "\(folder)/\(name).lua") }
            return try await Program(environment: environment, folder: folder).run(["check"] + options + arguments)
        }
    }

    /// The start of a script.
    private static let check = "local check = require 'finlua.check'\n"

    @Test(arguments: [
        ("check.value('spend', 5, { warn = 10, crit = 20 })", 0, "OK - spend is 5 | 'spend'=5;10;20\n"),
        (
            "check.value('spend', 15, { warn = 10, crit = 20 })", 1,
            "WARNING - spend is 15, over 10 | 'spend'=15;10;20\n"
        ),
        (
            "check.value('spend', 25.5, { warn = 10, crit = '~:20', unit = '%', min = 0, max = 100 })", 2,
            "CRITICAL - spend is 25.5%, over 20 | 'spend'=25.5%;10;~:20;0;100\n"
        ),
        ("check.value('spend', nil, { crit = 20 })", 3, "UNKNOWN - spend has no value | 'spend'=U;;20\n"),
        ("check.ok('a') check.warning('b') check.unknown('c')", 1, "WARNING - b; UNKNOWN: c; 1 OK\n"),
        ("check.ok('a | b\\nc') check.data('n', 1e-7)", 0, "OK - a / b c | 'n'=0.0000001\n"),
        ("", 3, "UNKNOWN - the script made no check\n"),
        ("check.critical('x') error('boom', 0)", 3, "UNKNOWN - a.lua:2: boom\n"),
        ("check.ok('x') check.value('spend', 1)", 3, nil),
        ("print('chatter') check.ok('fine')", 0, "OK - fine\n"),
        ("check.ok('x') while true do end", 3, nil),
    ])
    func `A script ends with what its checks came to`(source: String, status: Int32, line: String?) async throws {
        let outcome = try await check(["a": Self.check + source], ["--timeout", "2s", "a.lua"])
        #expect(outcome.status == status)
        if let line { #expect(outcome.output == line) }
        #expect(outcome.output.hasSuffix("\n") && outcome.output.split(separator: "\n").count == 1)
        #expect(status != 3 || outcome.output.hasPrefix("UNKNOWN - "))
        if source.contains("chatter") { #expect(outcome.error == "chatter\n") }
    }

    @Test func `All scripts run, also after one that fails, and the worst tells the status`() async throws {
        let outcome = try await check(
            [
                "a": Self.check + "check.value('n', 3, { crit = 10 })", "b": "error('boom', 0)",
                "c": Self.check
                    + """
                    local args = require "finlua.args" { days = { type = "integer", default = 0 } }
                    check.value('n', args.days, { crit = 5 })
                    """,
            ], ["a.lua", "b.lua", "missing.lua", "c.lua", "--days", "9", "--", "c.lua"])
        #expect(outcome.status == 2)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(
            lines.first?.hasPrefix(
                "CRITICAL - c.lua: n is 9, over 5; UNKNOWN: b.lua: b.lua:1: boom; UNKNOWN: missing.lua: ")
                == true)
        #expect(lines.first?.hasSuffix("; 2 OK | 'a.lua/n'=3;;10 'c.lua/n'=9;;5 'c.lua #2/n'=0;;5") == true)
        #expect(lines.dropFirst().first == "OK a.lua: n is 3")
        #expect(lines.contains("UNKNOWN b.lua: b.lua:1: boom") && lines.last == "OK c.lua #2: n is 0")
    }

    @Test func `Each script finds its own modules, writes where all may, and keeps its own values`() async throws {
        try await withFolder { folder in
            for name in ["one", "two"] {
                try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
                try write("return '\(name)'", to: "\(folder)/\(name)/util.lua")
                try write(
                    Self.check
                        + """
                        local store = require "finlua.store"
                        store.set("n", store.get("n", 0) + 1)
                        check.ok(require("util") .. " " .. store.get("n"))
                        """, to: "\(folder)/\(name)/a.lua")
            }
            let program = Program(environment: ["FINLUA_DEMO": "1"], folder: folder)
            for round in 1...2 {
                let outcome = try await program.run("check", "--state", "s.db", "one/a.lua", "two/a.lua")
                #expect(outcome.output == "OK - 2 scripts hold\nOK a.lua: one \(round)\nOK a.lua #2: two \(round)\n")
            }
        }
    }

    @Test func `Scripts share the account's limits and its connections`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        let query = """
            local q = require("finout").query { date = { last = "7d", lag = 2 }, measurements = { cost = "netAmortizedCost" } }
            check.value("days", #q:collect(), { crit = "7:" })
            """
        let outcome = try await check(
            ["a": Self.check + query, "b": Self.check + query], ["a.lua", "b.lua"], options: [],
            environment: server.environment)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.error)")
        #expect(outcome.output.hasPrefix("OK - 2 scripts hold | 'a.lua/days'=7;;7: 'b.lua/days'=7;;7:\n"))
    }

    @Test(arguments: [
        ([], "check needs a script"), (["--what"], "unknown option --what"),
        (["--days", "3"], "unknown option --days"),
        (["a.lua", "--", "--days"], "--days stands where a script should"),
        (["nowhere.lua"], "the script nowhere.lua cannot be read"),
        (["--config", "/nowhere/c.lua", "a.lua"], "/nowhere/c.lua"),
        (["--timeout", "soon", "a.lua"], "--timeout is \"soon\""),
        (["--state", "/proc/s.db", "a.lua"], "/proc/s.db"), (["--out", "/nowhere", "a.lua"], "/nowhere"),
        (["a.lua", "--days", "x"], "days"),
    ])
    func `Whatever keeps it from its scripts is UNKNOWN`(arguments: [String], said: String) async throws {
        let source = "local args = require 'finlua.args' { days = { type = 'integer', default = 1 } }"
        let outcome = try await check(["a": source], arguments)
        #expect(outcome.status == 3)
        #expect(outcome.output.hasPrefix("UNKNOWN - ") && outcome.output.contains(said), "\(outcome.output)")
        #expect(outcome.output.split(separator: "\n").count == 1)
    }

    @Test func `An API that cannot be reached, refused credentials and a held lock are UNKNOWN`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        let script = ["a": Self.check + "check.value('n', #require('finout').keys{}, { crit = '1:' })"]
        var environment = server.environment
        environment["FINOUT_SECRET_KEY"] = "wrong-secret-key"
        let refused = try await check(script, ["a.lua"], options: [], environment: environment)
        #expect(refused.status == 3 && refused.output.hasPrefix("UNKNOWN - "), "\(refused.output)")
        #expect(!(refused.output + refused.error).contains("wrong-secret-key"))
        environment["FINOUT_BASE_URL"] = "http://127.0.0.1:9"
        let away = try await check(script, ["a.lua"], options: ["--timeout", "3s"], environment: environment)
        #expect(away.status == 3 && away.output.hasPrefix("UNKNOWN - "), "\(away.output)")

        try await withFolder { folder in
            try write("print('on') require('finlua.task').sleep(60)", to: folder + "/a.lua")
            let program = Program(environment: server.environment, folder: folder)
            let other = try program.start(["run", "a.lua"])
            _ = await other.output(containing: "on\n")
            let locked = try await program.run("check", "a.lua")
            #expect(locked.status == 3 && locked.output.hasPrefix("UNKNOWN - another run of "), "\(locked.output)")
            other.signal(SIGTERM)
            _ = await other.outcome()
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A signal ends the script that runs and those after it as UNKNOWN`(signal: Int32) async throws {
        try await withFolder { folder in
            try write(Self.check + "check.critical('bad')", to: folder + "/a.lua")
            try write(Self.check + "check.ok('x') print('on') require('finlua.task').sleep(60)", to: folder + "/b.lua")
            let running = try Program(folder: folder).start(["check", "--demo", "a.lua", "b.lua", "a.lua"])
            _ = await running.error(containing: "on\n")
            running.signal(signal)
            let outcome = await running.outcome()
            #expect(outcome.status == 2, "the first script had come to its end")
            let word = signal == SIGINT ? "interrupted" : "terminated"
            #expect(
                outcome.output.hasSuffix(
                    "\nCRITICAL a.lua: bad\nUNKNOWN b.lua: \(word)\nUNKNOWN a.lua #2: not run: \(word)\n"))
        }
    }

    @Test func `A script that nothing can stop ends the process with its line and those of the others`() async throws {
        // A pattern that takes for ever is one call, which nothing interrupts.
        let endless = "check.ok('x') local s = ('a'):rep(30) print(s:find(('a?'):rep(30) .. ('a'):rep(30) .. 'b'))"
        let outcome = try await check(
            ["a": Self.check + "check.ok('fine')", "b": Self.check + endless],
            ["--timeout", "1s", "a.lua", "b.lua", "a.lua"])
        #expect(outcome.status == 3)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines.first?.hasPrefix("UNKNOWN - b.lua: ") == true, "\(outcome.output)")
        #expect(lines.dropFirst().first == "OK a.lua: fine")
        #expect(lines.last?.hasPrefix("UNKNOWN a.lua #2: not run: ") == true)
    }

    @Test func `Where nobody reads its line, nothing is known`() async throws {
        try await withFolder { folder in
            try write(Self.check + "check.ok('fine')", to: folder + "/a.lua")
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", "cd '\(folder)' && '\(Program.path)' check --demo a.lua >/dev/full"]
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 3)
        }
    }

    @Test func `Anomalies of the demo account are judged, and a day that is not ready is UNKNOWN`() async throws {
        let source = """
            local finout, date, anomaly = require "finout", require "finlua.date", require "finlua.anomaly"
            local day = date.today() - 2
            local costs = finout.query {
              date = { from = day - 90, to = day }, dimensions = { name = "AWS/service" },
              measurements = { cost = "netAmortizedCost" },
            }
            local report = anomaly.check(costs, { by = "name", min_history = tonumber(require "finlua.args" {
              history = { type = "integer", default = 21 } }.history) })
            check.anomalies(report)
            """
        let outcome = try await check(["a": Self.check + source], ["a.lua"])
        #expect([0, 1, 2].contains(outcome.status), "\(outcome.output)")
        #expect(outcome.output.contains("'anomalies'=") && outcome.output.contains("'anomalies critical'="))
        let young = try await check(["a": Self.check + source], ["a.lua", "--history", "365"])
        #expect(young.status == 3)
        #expect(young.output.hasPrefix("UNKNOWN - anomalies: No series can be judged"), "\(young.output)")
    }

    @Test func `The check of the README decides`() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(readme.firstRange(of: "-- spend-check.lua\n")).lowerBound
        let source = String(readme[start..<(try #require(readme[start...].firstRange(of: "```")).lowerBound)])
        for (range, status) in [("~:1", Int32(2)), ("~:1000000000", 0)] {
            let outcome = try await check(["a": source], ["a.lua", "--crit", range])
            #expect(outcome.status == status, "\(outcome.output) \(outcome.error)")
            #expect(outcome.output.contains(" | 'spend'=") && outcome.output.hasSuffix("USD;;\(range);0\n"))
        }
    }

    @Test func `Help lists both kinds of exit status`() async throws {
        let outcome = try await Program().run("help", "exit-codes")
        #expect(outcome.output.contains("What finlua check ends with instead"))
        #expect(outcome.output.contains("UNKNOWN: nothing was decided"))
        let help = try await Program().run("check", "--help")
        #expect(help.status == 0 && help.output.contains("finlua check [options] SCRIPT…"))
    }
}
