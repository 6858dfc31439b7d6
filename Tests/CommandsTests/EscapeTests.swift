import CEscapes
import Foundation
import Simulator
import Testing

/// What scripts try in order to reach what they were not granted, and that each is refused with a message.
@Suite struct EscapeTests {
    /// One attempt: a call, the code of its error, and words that the error or its hint says. `@` stands for the test's
    /// folder.
    struct Escape: Sendable, CustomTestStringConvertible {
        let call: String
        let code: String
        let said: [String]
        var options: [String] = []

        var testDescription: String { call }

        static func write(_ path: String, _ code: String, _ said: String...) -> Escape {
            Escape(call: "require('finlua.export').csv(\(path), { { a = 1 } })", code: code, said: said)
        }

        static func load(_ name: String, _ code: String, _ said: String...) -> Escape {
            Escape(call: "require(\(name))", code: code, said: said)
        }

        static func variable(_ name: String, _ code: String, _ said: String...) -> Escape {
            Escape(call: "os.getenv(\(name))", code: code, said: said)
        }

        static func request(_ path: String) -> Escape {
            Escape(call: "require('finout').request { path = \(path) }", code: "bad_argument", said: ["path"])
        }
    }

    static let files: [Escape] = [
        .write("'/etc/x.csv'", "denied", "--allow-write /etc"),
        .write("'@/outside/x.csv'", "denied", "--allow-write @/outside"),
        .write("'../x.csv'", "denied", "which is @/x.csv", "--allow-write @"),
        .write("'sub/../../outside/x.csv'", "denied", "--allow-write @/outside"),
        .write("'sub/./.././/../outside/x.csv'", "denied", "--allow-write @/outside"),
        .write("'/proc/self/cwd/x.csv'", "denied", "Files of /proc are never opened"),
        .write("'/proc/self/root@/outside/x.csv'", "denied", "Files of /proc are never opened"),
        .write("'/proc/self/fd/1'", "denied", "Files of /proc are never opened"),
        .write("'/dev/fd/1'", "denied", "\"-\" is standard output"),
        .write("'/dev/null'", "denied", "\"-\" is standard output"),
        .write("'up/x.csv'", "denied", "over a symbolic link", "--allow-write @/outside"),
        .write("'absolute/x.csv'", "denied", "over a symbolic link", "--allow-write @/outside"),
        .write("'sub/deep/x.csv'", "denied", "over a symbolic link", "--allow-write @/outside"),
        .write("'process/root@/outside/x.csv'", "denied", "over a symbolic link"),
        .write("'round/x.csv'", "denied", "over a symbolic link"),
        .write("'file-link.csv'", "output", "it is a symbolic link", "remove it first"),
        .write("'pipe'", "output", "it is a named pipe"),
        .write("'socket'", "output", "it is a socket"),
        .write("'sub'", "output", "it is a folder"),
        .write("'none/x.csv'", "output", "No such file or directory"),
        .write("''", "bad_argument", "the path to write"),
        .write("'.'", "bad_argument", "a file's name is missing"),
        .write("'x.csv/'", "bad_argument", "a file's name is missing"),
        .write("'sub/..'", "bad_argument", "a file's name is missing"),
        .write(#"'../outside/file\0.csv'"#, "bad_argument", "holds a zero byte"),
        .write("('x'):rep(256)", "bad_argument", "256 bytes; 255 is the most"),
        .write("('x/'):rep(2100) .. 'x'", "bad_argument", "4201 bytes long"),
        Escape(
            call: "require('finlua.export').csv('/dev/full', { { a = 1 } })", code: "output", said: ["it is a device"],
            options: ["--allow-write", "/dev"]),
        Escape(
            call: "require('finlua.export').csv('/proc/self/comm', { { a = 1 } })", code: "denied",
            said: ["is a file of /proc"], options: ["--allow-write", "/"]),
    ]

    static let modules: [Escape] = [
        .load("'../outside/module'", "script_error", "words joined by dots"),
        .load("'/etc/passwd'", "script_error", "words joined by dots"),
        .load("'...outside.module'", "script_error", "words joined by dots"),
        .load(#"'module\0'"#, "script_error", "words joined by dots"),
        .load("'a/b'", "script_error", "words joined by dots"),
        .load("'link'", "denied", "link.lua leads out of", "over a symbolic link", "--lua-path @/outside"),
        .load("'folder.module'", "denied", "folder/module.lua leads out of", "--lua-path @/outside"),
        .load("'pipe'", "script_error", "pipe.lua cannot be read: it is a named pipe"),
        .load("'directory'", "script_error", "directory.lua cannot be read: it is a folder"),
        .load("'process'", "denied", "process.lua leads out of"),
    ]

    static let others: [Escape] = [
        .variable("'FINOUT_SECRET_KEY'", "denied", "no script sees it"),
        .variable("'HOME'", "denied", "--allow-env HOME"),
        .variable("''", "bad_argument", "cannot be the name"),
        .variable("'HOME='", "bad_argument", "cannot be the name"),
        .variable(#"'HOME\0X'"#, "bad_argument", "cannot be the name"),
        .request("'//evil.example/v2'"), .request("'https://evil.example/v2'"), .request("'@evil.example/v2'"),
        .request("':1@evil.example/v2'"), .request(#"'/v2\r\nHost: evil.example'"#), .request(#"'/v2 HTTP/1.1\r\n'"#),
        .request("'/../v2'"), .request("'/v2/../../x'"), .request("'/v2/%2e%2E/x'"), .request("'/v2/.%2e/x'"),
        .request("'/v2#x'"), .request(#"'/\\evil.example'"#), .request(#"'\\\\evil.example'"#), .request(#"'/v2\0'"#),
        .request("''"), .request("'.evil.example'"),
    ]

    @Test(arguments: files + modules + others) func `An escape is refused, and the message says why`(
        escape: Escape
    ) async throws {
        try await withFolder { folder in
            try Self.furnish(folder)
            let call = escape.call.replacing("@/", with: folder + "/")
            try write(
                """
                local ok, problem = pcall(function() return \(call) end)
                print(ok, type(problem) == "table" and problem.code or "script_error", problem)
                """, to: folder + "/jobs/script.lua")
            let running = try Program(environment: ["FINOUT_SECRET_KEY": "kept-from-scripts"], folder: folder).start(
                ["run", "--demo", "--out", "out"] + escape.options + ["jobs/script.lua"])
            let outcome = await running.outcome()
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output.hasPrefix("false\t\(escape.code)\t"), "\(outcome.output)")
            for words in escape.said {
                let words = words.hasSuffix("@") ? words.dropLast() + folder : words.replacing("@/", with: folder + "/")
                #expect(outcome.output.contains(words), "\(outcome.output)")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/outside").sorted()
            #expect(names == ["file", "module.lua"] && contents(of: folder + "/outside/file") == "kept")
        }
    }

    /// A folder to read below, one to write below, one outside, and links between them.
    private static func furnish(_ folder: String) throws {
        for name in ["jobs/directory.lua", "out/sub", "outside"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try write("kept", to: folder + "/outside/file")
        try write("return 'reached'", to: folder + "/outside/module.lua")
        for (name, target) in [
            ("out/up", "../outside"), ("out/absolute", folder + "/outside"), ("out/sub/deep", "../up"),
            ("out/process", "/proc/self"), ("out/round", "round"), ("out/file-link.csv", "../outside/file"),
            ("jobs/link.lua", "../outside/module.lua"), ("jobs/folder", "../outside"),
            ("jobs/process.lua", "/proc/self/environ"),
        ] {
            symlink(target, "\(folder)/\(name)")
        }
        mkfifo(folder + "/out/pipe", 0o600)
        mkfifo(folder + "/jobs/pipe.lua", 0o600)
        try #require(escape_make_socket(folder + "/out/socket") == 0)
    }

    @Test func `A path that only looks like another host stays with the service`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        try await withFolder { folder in
            try write(
                "print(select(2, pcall(require('finout').request, { path = '/@evil.example/v2' })).code)",
                to: folder + "/script.lua")
            let outcome = try await Program(environment: server.environment, folder: folder).run("run", "script.lua")
            #expect(outcome.output == "not_found\n", "\(outcome.error)")
        }
    }

    @Test func `A folder swapped with a link while a script writes leads nowhere else`() async throws {
        try await withFolder { folder in
            for name in ["out/sub", "outside"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            symlink("../outside", folder + "/out/link")
            try write(
                """
                local export = require "finlua.export"
                local written, refused, others = 0, 0, 0
                for round = 1, 100000 do
                  local ok, problem = pcall(export.csv, "sub/x.csv", { { a = round } }, { manifest = false })
                  if ok then written = written + 1
                  elseif problem.code == "denied" then refused = refused + 1
                  else others = others + 1 end
                  if written >= 500 and refused >= 500 then break end
                end
                print(written >= 500, refused >= 500, others)
                """, to: folder + "/script.lua")
            let running = try Program(folder: folder).start(["run", "--demo", "--out", "out", "script.lua"])
            var swaps = 0
            while !running.hasEnded {
                for _ in 0..<100 where escape_swap(folder + "/out/sub", folder + "/out/link") == 0 { swaps += 1 }
                await Task.yield()
            }
            let outcome = await running.outcome()
            #expect(outcome.output == "true\ttrue\t0\n", "\(outcome.error)")
            #expect(swaps >= 500)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/outside") == [])
        }
    }
}
