import Foundation
import HostLoop
import LuaRuntime
import Testing

@Suite struct RequireTests {
    /// Runs a script beside the given files.
    private func run(_ source: String, files: [String: String]) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let text = try await LuaRuntimeTests.run(source, modulePaths: [folder.path])
        return text.replacing(folder.path + "/", with: "")
    }

    @Test func `a module runs once, may wait at its top level, and is told its name`() async throws {
        let text = try await run(
            """
            local m, path = require 'lib.m'
            print(m.value, m == require 'lib.m', path, require 'nothing')
            """,
            files: [
                "lib/m.lua": "print('loading', ...) local v = require 'host'.later(1, 'got') return { value = v }",
                "nothing.lua": "",
            ])
        #expect(text == "loading\tlib.m\tlib/m.lua\ngot\ttrue\tlib/m.lua\ttrue\tnothing.lua\n")
    }

    @Test func `a cycle is named`() async throws {
        let text = try await run(
            "print(select(2, pcall(require, 'a')))",
            files: ["a.lua": "return require 'b'", "b.lua": "return require 'c'", "c.lua": "return require 'a'"])
        #expect(text.contains("require cycle: a -> b -> c -> a"))
    }

    @Test func `two tasks may require the same module while it loads`() async throws {
        let text = try await run(
            """
            local task = require 'finlua.task'
            local r = task.all { function() return require 'slow' end, function() return require 'slow' end }
            print(r[1] == r[2], r[1].x)
            """, files: ["slow.lua": "require 'host'.later(1) return { x = 1 }"])
        #expect(text == "true\t1\n")
    }

    @Test func `a cycle across tasks is an error, not a standstill`() async throws {
        let text = try await run(
            """
            local task = require 'finlua.task'
            local ok, e = pcall(task.all, { function() return require 'a' end, function() return require 'b' end })
            print(ok, tostring(e):match 'require cycle')
            ok, e = pcall(require, 'own')
            print(ok, tostring(e):match 'require cycle')
            """,
            files: [
                "a.lua": "require 'host'.later(1) return require 'b'",
                "b.lua": "require 'host'.later(1) return require 'a'",
                "own.lua": "return require 'finlua.task'.all { function() return require 'own' end }",
            ])
        #expect(text == "false\trequire cycle\nfalse\trequire cycle\n")
    }

    @Test func `a module that failed may be tried again`() async throws {
        let text = try await run(
            """
            rawset(_G, 'tries', 0)
            print(pcall(require, 'm'))
            print(require 'm')
            """, files: ["m.lua": "tries = tries + 1 if tries == 1 then error 'first' end return tries"])
        #expect(text == "false\tm.lua:1: first\n2\tm.lua\n")
    }

    @Test(arguments: ["../m", "/etc/passwd", "a..b", "", "a/b", "a.", "1", "a b", "a\\0b"])
    func `only words joined by dots are names`(name: String) async throws {
        let text = try await run("print(select(2, pcall(require, '\(name)')))", files: ["m.lua": "print 'ran'"])
        #expect(text.contains("a module's name is words joined by dots"))
        #expect(!text.contains("ran"))
    }

    @Test func `a missing module says where it was looked for, at the script's line`() async throws {
        let error = try #require(try await failure("\nrequire 'no.such'"))
        #expect(error.where == "script.lua:2")
        #expect(error.failure.message.contains("module 'no.such' not found"))
        #expect(
            try await run("print(select(2, pcall(require, 'no.such')))", files: [:]).contains("no file 'no/such.lua'"))
    }

    @Test func `a module in bytecode or with a syntax error is refused`() async throws {
        let text = try await run(
            "print(select(2, pcall(require, 'code'))) print(select(2, pcall(require, 'broken')))",
            files: ["code.lua": "\u{1B}Lua", "broken.lua": "\nlocal = 1"])
        #expect(text.contains("binary chunk"))
        #expect(text.contains("broken.lua:2:"))
    }
}
