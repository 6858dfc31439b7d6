import Foundation
import Receiver
import Simulator
import Testing

/// What others are told of runs that nobody looks at: metrics, pings, alerts.
@Suite struct CronTests {
    /// What Prometheus's own parser reads of a file: `name{label=value,…} value`, a line each, sorted.
    private func parsed(_ path: String) throws -> [String] {
        let script = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families
            for family in text_string_to_metric_families(open(sys.argv[1]).read()):
                assert family.type == "gauge" and family.documentation, family
                for s in family.samples:
                    labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))
                    print(f"{s.name}{{{labels}}} {s.value!r}".replace("\\n", "\\\\n"))
            """
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        python.arguments = ["-c", script, path]
        python.standardOutput = output
        try python.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
    }

    private func value(_ name: String, _ lines: [String]) -> Double? {
        lines.first { $0.hasPrefix("finlua_\(name){") }?.split(separator: " ").last.flatMap { Double($0) }
    }

    @Test func `Metrics say what became of a run, and a failure keeps the time of the last success`() async throws {
        try await withFolder { folder in
            try write(
                """
                local check, finout = require "finlua.check", require "finout"
                local args = require "finlua.args" { fail = { type = "boolean", default = false } }
                if args.fail then error("broken") end
                local rows = finout.query { date = { last = "3d", lag = 2 } }:collect()
                check.value("days \\"a\\\\b\\nc", #rows, { crit = "4:" })
                check.value("none", nil, { crit = 1 })
                """, to: folder + "/a.lua")
            let program = Program(environment: ["FINLUA_DEMO": "1"], folder: folder)
            let file = folder + "/job.prom"
            let good = try await program.run("run", "--metrics", file, "--metrics-label", "daily \"x\"", "a.lua")
            #expect(good.status == 3, "\(good.error)")
            let first = try parsed(file)
            let run = "run=daily \"x\",script=a.lua"
            #expect(first.contains("finlua_run_exit_status{\(run)} 3.0"), "\(first)")
            #expect(first.contains("finlua_run_rows{\(run)} 3.0") && first.contains("finlua_run_queries{\(run)} 1.0"))
            #expect(first.contains("finlua_run_retries{\(run)} 0.0"))
            #expect(first.contains("finlua_check_state{check=days \"a\\b\\nc,\(run)} 2.0"))
            #expect(first.contains("finlua_check_value{check=days \"a\\b\\nc,\(run)} 3.0"))
            #expect(first.contains("finlua_check_value{check=none,\(run)} nan"))
            #expect(first.contains("finlua_run_checks{\(run),state=UNKNOWN} 1.0"))
            let success = try #require(value("last_success_timestamp_seconds", first))
            #expect(abs(success - Date().timeIntervalSince1970) < 60)

            let bad = try await program.run(
                "run", "--metrics", file, "--metrics-label", "daily \"x\"", "a.lua", "--fail")
            #expect(bad.status == 1)
            let second = try parsed(file)
            #expect(second.contains("finlua_run_exit_status{\(run)} 1.0"))
            #expect(value("last_success_timestamp_seconds", second) == success)
            #expect(try #require(value("last_run_timestamp_seconds", second)) > success)
            let refused = try await program.run(
                "run", "--metrics", file, "--metrics-label", "daily \"x\"", "--timeout", "x", "a.lua")
            #expect(refused.status == 2)
            let third = try parsed(file)
            #expect(third.contains("finlua_run_exit_status{\(run)} 2.0"))
            #expect(value("last_success_timestamp_seconds", third) == success)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.sorted() == ["a.lua", "job.prom"], "no litter: \(left)")
        }
    }

    @Test func `A folder holds a file for each script and its arguments`() async throws {
        try await withFolder { folder in
            try write("local args = require 'finlua.args' { n = { default = '' } }", to: folder + "/a.lua")
            let metrics = folder + "/metrics"
            try FileManager.default.createDirectory(atPath: metrics, withIntermediateDirectories: true)
            let program = Program(environment: ["FINLUA_DEMO": "1", "FINLUA_METRICS": metrics], folder: folder)
            for arguments in [[], ["--n", "1"], ["--n", "2"], ["--n", "2"]] {
                let outcome = try await program.run(["run", "a.lua"] + arguments)
                #expect(outcome.status == 0, "\(outcome.error)")
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: metrics)
            #expect(files.count == 3 && files.allSatisfy { $0.hasPrefix("finlua_a_") && $0.hasSuffix(".prom") })
            for file in files { #expect(try !parsed(metrics + "/" + file).isEmpty) }
        }
    }

    @Test func `Metrics that cannot be written are refused before the run`() async throws {
        try await withFolder { folder in
            try write("print('ran')", to: folder + "/a.lua")
            let program = Program(environment: ["FINLUA_DEMO": "1"], folder: folder)
            let refused = try await program.run("run", "--metrics", folder + "/no/x.prom", "a.lua")
            #expect(refused.status == 2 && refused.output.isEmpty && refused.error.contains("/no cannot be written"))
            let label = try await program.run("run", "--metrics-label", "x", "a.lua")
            #expect(label.status == 2 && label.error.contains("--metrics"))
        }
    }

    @Test func `A script that nothing can stop leaves its metrics too`() async throws {
        try await withFolder { folder in
            try write("('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30) .. 'b')", to: folder + "/a.lua")
            let program = Program(environment: ["FINLUA_DEMO": "1"], folder: folder)
            let outcome = try await program.run("run", "--timeout", "1s", "--metrics", folder + "/x.prom", "a.lua")
            #expect(outcome.status == 8)
            #expect(value("run_exit_status", try parsed(folder + "/x.prom")) == 8)
        }
    }

    @Test(arguments: [("print('x')", Int32(0)), ("error('boom')", 1), ("require('finlua.check').critical('bad')", 3)])
    func `A ping tells the beginning and the end, with the last lines`(source: String, status: Int32) async throws {
        try await withFolder { folder in
            let receiver = Receiver()
            defer { receiver.stop() }
            try write("require('finlua.task').sleep(0.3) " + source, to: folder + "/a.lua")
            let address = receiver.address + "/0f6b8a1c-secret-uuid-of-a-job?create=1"
            let program = Program(environment: ["FINLUA_DEMO": "1", "FINLUA_PING": address], folder: folder)
            let outcome = try await program.run("run", "a.lua")
            #expect(outcome.status == status, "\(outcome.error)")
            let requests = receiver.requests
            let job = "/0f6b8a1c-secret-uuid-of-a-job"
            #expect(
                requests.map(\.path) == [
                    job + "/start?create=1", job + (status == 0 ? "" : "/\(status)") + "?create=1",
                ])
            let body = requests.last?.text ?? ""
            #expect(body.hasPrefix("exit status \(status): "))
            #expect(body.contains("boom") == (status == 1) && body.contains("bad") == (status == 3))
            #expect(!(outcome.output + outcome.error).contains("secret-uuid"))
        }
    }

    @Test func `A ping that nobody takes is a warning, soon, and shows no address`() async throws {
        try await withFolder { folder in
            try write("print('x')", to: folder + "/a.lua")
            let silent = Receiver { _, _ in .init(isMute: true) }
            let failing = Receiver { _, _ in .init(500) }
            defer {
                silent.stop()
                failing.stop()
            }
            for address in [silent.address, failing.address, "http://127.0.0.1:9"] {
                let program = Program(
                    environment: ["FINLUA_DEMO": "1", "FINLUA_PING": address + "/0f6b8a1c-secret-uuid"], folder: folder)
                let began = ContinuousClock.now
                let outcome = try await program.run("run", "a.lua")
                #expect(outcome.status == 0 && outcome.output == "x\n")
                #expect(outcome.error.contains("the ping was not accepted") && !outcome.error.contains("secret-uuid"))
                #expect(ContinuousClock.now - began < .seconds(30))
            }
            let wrong = try await Program(folder: folder).run("run", "--demo", "--ping", "nonsense-secret", "a.lua")
            #expect(
                wrong.status == 2 && wrong.error.contains("--ping is no address") && !wrong.error.contains("nonsense"))
        }
    }

    @Test func `Somebody is told once when the Nth run in a row fails, and once when it works again`() async throws {
        try await withFolder { folder in
            let (receiver, server) = (Receiver(), try demoServer())
            defer {
                receiver.stop()
                server.stop()
            }
            try write("local f = require('finlua.csv') error('boom')", to: folder + "/a.lua")
            try write(
                "return { notify = { ops = { type = 'webhook', url = '\(receiver.address)/hook' } }, "
                    + "alert = { endpoint = 'ops', after = 2 } }", to: folder + "/config.lua", mode: 0o600)
            let environment = server.environment.merging(["FINLUA_CONFIG": folder + "/config.lua"]) { $1 }
            let program = Program(environment: environment, folder: folder)
            func run(_ expected: Int32) async throws {
                let outcome = try await program.run("run", "a.lua")
                #expect(outcome.status == expected, "\(outcome.error)")
            }
            try await run(1)
            #expect(receiver.requests.isEmpty, "one failure is none yet")
            for _ in 1...3 { try await run(1) }
            #expect(receiver.requests.count == 1, "\(receiver.requests)")
            #expect(receiver.requests.first?.text.contains("a.lua failed 2 times in a row") == true)
            #expect(receiver.requests.first?.text.contains("boom") == true)
            try write("print('fine')", to: folder + "/a.lua")
            for _ in 1...2 { try await run(0) }
            #expect(receiver.requests.count == 2, "\(receiver.requests)")
            #expect(receiver.requests.last?.text.contains("works again") == true)
            try write("error('again')", to: folder + "/a.lua")
            for _ in 1...2 { try await run(1) }
            #expect(receiver.requests.count == 3, "a new series of failures is told of again")
        }
    }

    @Test func `An alert names an endpoint that the configuration has`() async throws {
        try await withFolder { folder in
            try write("print('x')", to: folder + "/a.lua")
            for arguments in [["--alert", "ops"], ["--alert-after", "2"], ["--alert", "ops", "--alert-after", "0"]] {
                let outcome = try await Program(folder: folder).run(["run", "--demo"] + arguments + ["a.lua"])
                #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.error)")
            }
        }
    }
}
