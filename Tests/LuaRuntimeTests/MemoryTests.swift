import HostLoop
import LuaRuntime
import Testing

@Suite struct MemoryTests {
    @Test func `the limit holds in the script`() async throws {
        let error = try #require(
            try await failure("local t = {} for i = 1, 1e9 do t[i] = { i } end", memoryLimit: 8 << 20))
        #expect(error.failure.code == "memory")
        #expect(error.failure.message == "not enough memory")
    }

    @Test func `a script can go on after it gave the memory back`() async throws {
        let text = try await run(
            """
            local ok, e = pcall(function() local t = {} for i = 1, 1e9 do t[i] = { i } end end)
            print(ok, e.code)
            local t = {} for i = 1, 1000 do t[i] = { i } end
            print(#t)
            """, memoryLimit: 8 << 20)
        #expect(text == "false\tmemory\n1000\n")
    }

    @Test func `a host call that crosses the limit fails after it returned`() async throws {
        let outcome = try await HostLoop.withVirtualClock {
            let script = ScriptRun(memoryLimit: 8 << 20)
            let machine = script.machine!
            machine.addModule(
                "big", source: Array("return ...".utf8),
                native: [
                    "text": (
                        call: "big.text", body: { _ in .values([.string(String(repeating: "x", count: 32 << 20))]) }
                    ),
                    "later": (
                        call: "big.later",
                        body: { _ in .wait { [.string(String(repeating: "x", count: 32 << 20))] } }
                    ),
                    "charge": (
                        call: "big.charge",
                        body: { [unowned machine] _ in
                            machine.charge(bytes: 64 << 20)
                            return .values([])
                        }
                    ),
                    "release": (
                        call: "big.release",
                        body: { [unowned machine] _ in
                            machine.release(bytes: 64 << 20)
                            return .values([])
                        }
                    ),
                ])
            let text = await script.result(
                """
                local big = require 'big'
                local ok, e = pcall(big.text) print(ok, e.code)
                ok, e = pcall(big.later) print(ok, e.code)
                ok, e = pcall(big.charge) print(ok, e.code)
                ok, e = pcall(big.release) print(ok)
                print(#('y'):rep(1000))
                """)
            return (text, machine.memory)
        }
        #expect(outcome.0 == "false\tmemory\nfalse\tmemory\nfalse\tmemory\ntrue\n1000\n")
        #expect(outcome.1.peak > 64 << 20)
        #expect(outcome.1.used < 8 << 20)
        #expect(outcome.1.limit == 8 << 20)
    }

    @Test(arguments: [
        "local function f() return 1 + f() end f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end print(t.x)",
        "local function f() return pcall(f) end print(f()) error('end')",
        "local function f() coroutine.wrap(f)() end f()",
        "local s = ('('):rep(300) .. (')'):rep(300) error(select(2, load('return ' .. s)))",
        "error(select(2, pcall(string.rep, ('x'):rep(100000):gsub('x', 'xxxxxxxxxx'), 1e6)))",
        "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) print(t)",
        "local function f() local x <close> = setmetatable({}, {__close = function() f() end}) end f()",
    ])
    func `runaway recursion is an error`(source: String) async throws {
        #expect(try await failure(source) != nil)
    }

    @Test func `the limit holds for what is written as JSON`() async throws {
        let memory = try await HostLoop.withVirtualClock {
            let script = ScriptRun(memoryLimit: 16 << 20)
            script.machine.addModule(
                "json", source: Array("return ...".utf8), native: [:], cFunctions: ["json_encode"])
            let text = await script.result(
                """
                local t = {}
                for i = 1, 40 do t = { t, t } end
                print(pcall(require('json').json_encode, t))
                """)
            #expect(text.hasPrefix("false\tnot enough memory"))
            return script.machine.memory
        }
        #expect(memory.peak <= memory.limit)
    }

    @Test func `functions, tables and objects given to the host are let go`() async throws {
        let used = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let source = "local h = require 'host' for i = 1, 2000 do h.echo(function() return i end, { i }) end"
            try await script.run(source)
            try await script.run(source)
            let first = script.machine.memory.used
            for _ in 0..<20 { try await script.run(source) }
            return (first, script.machine.memory.used)
        }
        #expect(used.1 < used.0 * 4, "\(used)")
    }
}
