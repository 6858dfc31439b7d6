import Commands
import Foundation
import Glibc
import RowDecoder
import Simulator
import Testing

/// Where secrets come from, and what is said and kept of them.
@Suite struct SecretTests {
    private static let key = "key-9876543210abcdef"

    @Test func `A setting that is wrong is named without the secret in it`() async throws {
        try await withFolder { folder in
            var program = Program(
                environment: ["FINOUT_CLIENT_ID": "a", "FINOUT_SECRET_KEY": Self.key], folder: folder)
            let config = try write(
                #"return { profiles = { main = { client_id = "x, secret_key = "\#(Self.key)x" } } }"#,
                to: folder + "/broken.lua", mode: 0o600)
            for arguments in [
                ["keys", "--base-url", "https://user:\(Self.key)@finout.example"],
                ["keys", "--base-url", "user:\(Self.key)@finout.example"], ["keys", "--timeout", Self.key],
                ["keys", "--\(Self.key)"], [Self.key], ["run", Self.key], ["runs", Self.key], ["limits", Self.key],
                ["run", "--config", config, "x.lua"], ["simulate", "--fault", Self.key],
            ] {
                program.environment["FINOUT_SECRET_KEY"] = arguments.contains(config) ? nil : Self.key
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 2 && !outcome.error.isEmpty, "\(arguments)")
                #expect(!outcome.error.contains(Self.key) && outcome.output.isEmpty, "\(outcome.error)")
            }
        }
    }

    @Test func `What a command, a file, a profile and a proxy hold is known, also where something else is used`()
        async throws
    {
        let values = ["key-of-a-command", "key-of-a-file", "id-of-other-profile", "päss%word+of/proxy", "key-of-env"]
        try await withFolder { folder in
            let file = try write("\(values[1])\n", to: folder + "/key", mode: 0o600)
            try write(
                """
                return { default_profile = "main", profiles = {
                  main = { client_id = "an-account-id", secret_key_command = "echo \(values[0])" },
                  file = { client_id = "an-account-id", secret_key_file = "\(file)" },
                  other = { client_id = "\(values[2])" },
                } }
                """, to: folder + "/config.lua", mode: 0o600)
            let words = values.map { "\"\(EchoForm.lua.text($0).dropFirst().dropLast())\"" }.joined(separator: ", ")
            try write(
                """
                local log = require "finlua.log"
                for _, value in ipairs { \(words) } do log.info("it is", { value = value }) end
                """, to: folder + "/script.lua")
            let password = EchoForm.urlFull.text(values[3])
            for (profile, known) in [("main", [0, 2, 3]), ("file", [1, 2, 3]), ("other", [2, 3])] {
                let program = Program(
                    environment: [
                        "FINOUT_BASE_URL": "http://127.0.0.1:1", "all_proxy": "socks5://me:\(password)@proxy.example",
                    ], folder: folder)
                let outcome = try await program.run("run", "--config", "config.lua", "--profile", profile, "script.lua")
                for (index, value) in values.enumerated() {
                    #expect(outcome.error.contains(value) != known.contains(index), "\(profile): \(outcome.error)")
                }
            }
            let both = Program(
                environment: ["FINOUT_SECRET_KEY": values[4], "FINOUT_SECRET_KEY_FILE": file], folder: folder)
            let outcome = try await both.run("run", "script.lua")
            #expect(outcome.error.contains(values[1]) && !outcome.error.contains(values[4]), "the file is not read")
        }
    }

    @Test func `A script that nothing can stop leaves no secret either, nor does what is said of its run`() async throws
    {
        try await withFolder { folder in
            try write(#"string.find(("a"):rep(300), ("a*"):rep(40) .. "b")"#, to: folder + "/\(Self.key).lua")
            let environment = [
                "FINOUT_BASE_URL": "http://127.0.0.1:1", "FINOUT_CLIENT_ID": "an-account-id",
                "FINOUT_SECRET_KEY": Self.key, "XDG_STATE_HOME": folder + "/state",
            ]
            let program = Program(environment: environment, folder: folder)
            let arguments = ["run", "--timeout", "200ms", "--log", "json,debug", "\(Self.key).lua", "\(Self.key)'s"]
            let outcome = try await program.run(arguments)
            #expect(outcome.status == 8 && outcome.error.contains("left at once"), "\(outcome.error)")
            var shown = [outcome.error]
            for words in [["runs"], ["runs", "last"], ["runs", "last", "--json"], ["limits"], ["limits", "--json"]] {
                let outcome = try await program.run(words)
                #expect(outcome.status == 0, "\(outcome.error)")
                shown += [outcome.output, outcome.error]
            }
            // Also for whoever does not know it.
            var stranger = program
            stranger.environment["FINOUT_SECRET_KEY"] = nil
            let record = try await stranger.run("runs", "last", "--json")
            #expect(try JSONValue(parsing: record.output)["arguments"] == ["[secret]'s"])
            shown.append(record.output)
            let trace = SecretTrace([Self.key])
            for text in shown { #expect(trace.found(in: Array(text.utf8)).isEmpty, "\(text)") }
            #expect(trace.found(below: folder + "/state").traces.isEmpty)
        }
    }

    @Test func `A script's own output is never changed`() async throws {
        try await withFolder { folder in
            try write("print('\(Self.key)')", to: folder + "/script.lua")
            let outcome = try await Program(environment: ["FINOUT_SECRET_KEY": Self.key], folder: folder)
                .run("run", "--demo", "script.lua")
            #expect(outcome.status == 0 && outcome.output == Self.key + "\n")
        }
    }

    @Test func `Queries that differ in a secret only stay two, also when they are resumed`() async throws {
        let server = try demoServer { $0.queryDuration = .milliseconds(5) ... .milliseconds(10) }
        defer { server.stop() }
        try await withFolder { folder in
            let (one, two) = ("first-region-id", "other-region-id")
            var program = Program(environment: server.environment, folder: folder)
            program.environment["https_proxy"] = "http://x:\(one)@127.0.0.1:1"
            program.environment["all_proxy"] = "http://x:\(two)@127.0.0.1:1"
            program.environment["FINLUA_POLL"] = "first=5ms,max=20ms"
            try write(
                """
                for _, region in ipairs { "\(one)", "\(two)" } do
                  local query = require("finout").query {
                    date = { last = "2d" }, filters = { ["AWS/region"] = region },
                  }
                  query:wait() print(query.ids[1])
                end
                error "again"
                """, to: folder + "/script.lua")
            let first = try await program.run("run", "script.lua")
            let second = try await program.run("run", "--resume", "script.lua")
            #expect(first.status == 1 && first.error.contains("again"), "\(first.error)")
            let ids = first.output.split(separator: "\n")
            #expect(ids.count == 2 && Set(ids).count == 2 && second.output == first.output, "\(second.error)")
            #expect(server.report.submissions == 2, "what was submitted is found again")
        }
    }

    @Test(arguments: [
        (0o100600, 1000, 1000, nil), (0o100400, 1000, 1000, nil), (0o100600, 0, 1000, nil),
        (0o100600, 1001, 1000, "belongs to another user (1001)"), (0o100600, 1000, 0, "belongs to another user (1000)"),
        (0o100640, 1000, 1000, "may be read by others"), (0o100602, 1000, 1000, "may be read by others"),
        (0o010600, 1000, 1000, "is not a file"), (0o040700, 1000, 1000, "is not a file"),
    ])
    func `A file keeps a secret if it is one, its user's or root's, and nobody else's`(
        mode: Int, owner: Int, user: Int, problem: String?
    ) {
        let found = SecretFile.problem(mode: mode_t(mode), owner: uid_t(owner), user: uid_t(user))
        #expect(found?.what.hasPrefix(problem ?? "-") == (problem == nil ? nil : true), "\(String(describing: found))")
    }

    @Test func `A secret file may be a link, and is no FIFO that holds the program up`() async throws {
        try await withFolder { folder in
            try write(Self.key, to: folder + "/key", mode: 0o600)
            #expect(symlink("key", folder + "/link") == 0 && mkfifo(folder + "/fifo", 0o600) == 0)
            var program = Program(
                environment: ["FINOUT_CLIENT_ID": "a", "FINOUT_BASE_URL": "http://127.0.0.1:1"], folder: folder)
            try write("", to: folder + "/script.lua")
            program.environment["FINOUT_SECRET_KEY_FILE"] = "link"
            #expect(try await program.run("run", "script.lua").status == 0)
            program.environment["FINOUT_SECRET_KEY_FILE"] = "fifo"
            let fifo = try await program.run("run", "script.lua")
            #expect(fifo.status == 2 && fifo.error.contains("is not a file"), "\(fifo.error)")
        }
    }

    @Test(arguments: [
        ("cat; ls /proc/self/fd | wc -l >&2; echo \(key)", 0, "4"), ("echo \(key); sleep 100 2>&1 >/dev/null &", 0, ""),
        ("exit 3", 2, "failed; run it by hand"), ("true", 2, "holds no key"), ("yes", 2, "more than 64 KiB"),
    ])
    func `A command for the key gets no input and no descriptor, and its children hold nothing up`(
        command: String, status: Int32, said: String
    ) async throws {
        try await withFolder { folder in
            try write("", to: folder + "/script.lua")
            try write(
                "return { default_profile = 'p', profiles = { p = { client_id = 'a', secret_key_command = '\(command)' } } }",
                to: folder + "/config.lua", mode: 0o600)
            let program = Program(environment: ["FINLUA_CONFIG": "config.lua"], folder: folder)
            // A command that is waited for too long fails.
            let outcome = try await program.run("run", "script.lua")
            #expect(outcome.status == status && (said.isEmpty || outcome.error.contains(said)), "\(outcome.error)")
        }
    }

    @Test func `A command for the key that hangs is ended with all it started`() throws {
        let begin = ContinuousClock.now
        let error = #expect(throws: (any Error).self) {
            try SecretCommand.firstLine("sleep 601 | sleep 602", setting: "the test", limit: .milliseconds(200))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("the test did not end within"))
        #expect(ContinuousClock.now - begin < .seconds(300))
    }

    @Test(arguments: ["000", "022", "277"])
    func `The state is its owner's alone, whatever the umask and whatever it was`(umask: String) async throws {
        try await withFolder { folder in
            let state = folder + "/a/b/state.db"
            let command = "umask \(umask) && exec '\(Program.path)' run --demo --state '\(state)' script.lua"
            try write("require('finlua.task').sleep(0.01)", to: folder + "/script.lua")
            for _ in 1...2 {
                let shell = Process()
                shell.executableURL = URL(fileURLWithPath: "/bin/sh")
                shell.arguments = ["-c", command]
                shell.currentDirectoryURL = URL(fileURLWithPath: folder)
                try shell.run()
                shell.waitUntilExit()
                #expect(shell.terminationStatus == 0)
                let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b")
                #expect(names.contains("state.db") && names.contains("state.db-live"))
                for name in names { #expect(mode("\(folder)/a/b/\(name)") == 0o600, "\(name)") }
                #expect(mode(folder + "/a") == 0o700 && mode(folder + "/a/b") == 0o700)
                for name in names { chmod("\(folder)/a/b/\(name)", 0o644) }
            }
            chmod(state, 0o664)
            _ = try await Program(folder: folder).run("runs", "--state", state)
            #expect(mode(state) == 0o660, "a state shared with a group stays shared")
        }
    }

    @Test func `A running process leaves no core and keeps its environment to itself`() async throws {
        try await withFolder { folder in
            try write("print 'on' require('finlua.task').sleep(600)", to: folder + "/script.lua")
            let running = try Program(environment: ["FINOUT_SECRET_KEY": Self.key], folder: folder)
                .start(["run", "--demo", "script.lua"])
            _ = await running.output(containing: "on")
            let limits = try #require(contents(of: "/proc/\(running.process)/limits"))
            #expect(limits.contains(#/Max core file size +0 +0 /#), "\(limits)")
            var status = stat()
            #expect(stat("/proc/\(running.process)/environ", &status) == 0 && status.st_uid == 0, "root's")
            let line = try #require(fileBytes("/proc/\(running.process)/cmdline"))
            #expect(!line.isEmpty && SecretTrace([Self.key]).found(in: line).isEmpty)
            // Not among the signals that threads of this process block, and so their children.
            running.signal(SIGSEGV)
            let outcome = await running.outcome()
            #expect(outcome.status == -1 && outcome.error.isEmpty, "a crash shows no memory: \(outcome.error)")
        }
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
