import Foundation
import Testing

/// The flags that widen what a script may do, and the configuration file's words for them.
@Suite struct PermissionOptionTests {
    @Test func `A granted folder is written below by its path, and a relative path stays with --out`() async throws {
        try await withFolder { folder in
            for name in ["out", "reports"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            try write(
                """
                local export = require "finlua.export"
                export.csv("a.csv", { { a = 1 } })
                export.csv("\(folder)/reports/b.csv", { { b = 1 } })
                """, to: folder + "/script.lua")
            let refused = try await Program(folder: folder).run("run", "--demo", "--out", "out", "script.lua")
            #expect(
                refused.status == 1 && refused.error.contains("--allow-write \(folder)/reports"), "\(refused.error)")
            let outcome = try await Program(folder: folder).run(
                "run", "--demo", "--out", "out", "--allow-write", "reports", "script.lua")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(contents(of: folder + "/out/a.csv") != nil && contents(of: folder + "/reports/b.csv") != nil)
        }
    }

    @Test func `A granted variable is known to the script and to its arguments, any other to neither`() async throws {
        try await withFolder { folder in
            try write(
                """
                local args = require "finlua.args" { team = { env = "TEAM", default = "none" } }
                print(args.team, os.getenv("TEAM"), os.getenv("ABSENT"))
                """, to: folder + "/script.lua")
            let program = Program(environment: ["TEAM": "pay"], folder: folder)
            let granted = try await program.run("run", "--allow-env", "TEAM", "--allow-env=ABSENT", "script.lua")
            #expect(
                granted.status == 0 && granted.output == "pay\tpay\tnil\n" && granted.error == "", "\(granted.error)")
            let denied = try await program.run("run", "--allow-env", "ABSENT", "script.lua")
            #expect(denied.status == 1 && denied.output == "")
            #expect(denied.error.contains("warn: $TEAM is ignored"), "\(denied.error)")
            #expect(denied.error.contains("script.lua:2: os.getenv: the environment variable TEAM is not granted"))
        }
    }

    @Test func `The configuration file grants by absolute paths, and a flag replaces its list`() async throws {
        try await withFolder { folder in
            try write("print(os.getenv('ONE'))", to: folder + "/script.lua")
            func run(_ configuration: String, _ options: String...) async throws -> Program.Outcome {
                try write("return { run = { \(configuration) } }", to: folder + "/config.lua", mode: 0o600)
                return try await Program(environment: ["ONE": "1"], folder: folder).run(
                    ["run", "--config", "config.lua"] + options + ["script.lua"])
            }
            #expect(try await run(#"timeout = "1m", allow_env = { "ONE" }"#).output == "1\n")
            #expect(try await run(#"allow_env = { "ONE" }"#, "--allow-env", "TWO").status == 1)
            let relative = try await run(#"allow_read = { "data" }"#)
            #expect(
                relative.status == 2 && relative.error.contains("run.allow_read (in config.lua)"), "\(relative.error)")
            let text = try await run(#"allow_net = "example.com""#)
            #expect(text.status == 2 && text.error.contains("run.allow_net must be a list"), "\(text.error)")
        }
    }

    @Test(arguments: [
        (["--allow-env", "FINOUT_SECRET_KEY"], "shown to no script"),
        (["--allow-env", "FINOUT_CLIENT_ID"], "shown to no"),
        (["--allow-env", "FINOUT_SECRET_KEY_FILE"], "shown to no"), (["--allow-env", "FINLUA_CONFIG"], "shown to no"),
        (["--allow-env", "A=B"], "the name of an environment variable"), (["--allow-env", ""], "the name of an env"),
        (["--allow-net", "https://example.com"], "it takes a host"),
        (["--allow-net", "*.example.com"], "it takes a host"),
        (["--allow-net", "me@example.com"], "it takes a host"), (["--allow-read", "/no/such"], "make it first"),
        (["--allow-write", "/etc/passwd"], "make it first"), (["--allow-write", ""], "it takes a folder"),
        (["--allow-read", "/proc"], "files of /proc"), (["--lua-path", "/no/such"], "--lua-path is \"/no/such\""),
        (["--base-url", "https://app.finout.io:99999"], "FINOUT_BASE_URL"),
        (["--out", "/no/such"], "--out is \"/no/such\", and there is no such folder; make it first"),
    ])
    func `What cannot be granted is wrong usage`(options: [String], said: String) async throws {
        try await withFolder { folder in
            try write("print('ran')", to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run(["run"] + options + ["script.lua"])
            #expect(outcome.status == 2 && outcome.error.contains(said) && outcome.output == "", "\(outcome.error)")
        }
    }

    @Test(arguments: [
        ("require('config')", "config.lua belongs to finlua itself"),
        ("require('finlua.export').csv('config.lua', { { a = 1 } })", "config.lua belongs to finlua itself"),
        ("require('finlua.export').csv('key', { { a = 1 } })", "key belongs to finlua itself"),
        ("require('finlua.export').csv('state.db', { { a = 1 } })", "state.db belongs to finlua itself"),
        (
            "require('finlua.export').csv('state.db-journal', { { a = 1 } })",
            "state.db-journal belongs to finlua itself"
        ),
        ("require('finlua.export').csv('hard-link', { { a = 1 } })", "hard-link belongs to finlua itself"),
    ])
    func `What belongs to finlua is out of reach, in a granted folder too`(call: String, said: String) async throws {
        try await withFolder { folder in
            try write(call, to: folder + "/script.lua")
            let key = try write("kept", to: folder + "/key", mode: 0o600)
            link(key, folder + "/hard-link")
            try write(
                #"return { profiles = { a = { client_id = "a", secret_key_file = "\#(key)" } } }"#,
                to: folder + "/config.lua", mode: 0o600)
            let outcome = try await Program(folder: folder).run(
                "run", "--demo", "--config", "config.lua", "--state", "state.db", "script.lua")
            #expect(outcome.status == 1 && outcome.error.contains(said), "\(outcome.error)")
            #expect(contents(of: key) == "kept")
        }
    }

    @Test func `A script from a pipe has no folder of its own, and runs`() async throws {
        try await withFolder { folder in
            try write("print(require('beside'), pcall(require, 'none'))", to: folder + "/script.lua")
            try write("return 'found'", to: folder + "/beside.lua")
            try write("exec \"$1\" run --demo --lua-path . /dev/stdin < script.lua", to: folder + "/run.sh")
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["run.sh", Program.path]
            shell.currentDirectoryURL = URL(fileURLWithPath: folder)
            let output = Pipe()
            shell.standardOutput = output
            try shell.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0 && text.hasPrefix("found\tfalse\tmodule 'none' not found"), "\(text)")
        }
    }
}
