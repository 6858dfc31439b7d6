import HostLoop
import LuaRuntime
import Testing

@Suite struct OutputTests {
    @Test func `print writes the exact bytes`() async throws {
        #expect(
            try await run("print(1, 2.5, 'x', nil, true) print('a\\0b') print()") == "1\t2.5\tx\tnil\ttrue\na\0b\n\n")
        let bytes = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            try await script.run("print('\\xff\\xfe', '\\r')")
            return script.output
        }
        #expect(bytes == [0xFF, 0xFE, 0x09, 0x0D, 0x0A])
    }

    @Test func `more than a buffer arrives whole and in order`() async throws {
        let text = try await run("for i = 1, 20000 do print(i) end print(('x'):rep(100000))")
        let expected = (1...20000).map { "\($0)\n" }.joined() + String(repeating: "x", count: 100_000) + "\n"
        #expect(text == expected)
    }

    @Test func `a failing __tostring prints nothing of its line`() async throws {
        let text = try await run(
            "pcall(print, 'a', setmetatable({}, {__tostring = function() error 'no' end})) print 'b'")
        #expect(text == "b\n")
    }

    @Test func `warnings reach their sink whole`() async throws {
        let warnings = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            try await script.run("warn('@on') warn('a', 'b') warn 'c'")
            return script.warnings
        }
        #expect(warnings == ["ab", "c"])
    }

    @Test func `os reads the loop's clock`() async throws {
        #expect(try await run("print(os.time(), os.date('!%Y-%m-%d %H:%M:%S'))") == "1795158000\t2026-11-20 07:00:00\n")
        let later = try await run(
            "require 'finlua.task'.sleep(60) print(os.time(), os.time{year=2026, month=1, day=1} ~= nil)")
        #expect(later == "1795158060\ttrue\n")
    }
}
