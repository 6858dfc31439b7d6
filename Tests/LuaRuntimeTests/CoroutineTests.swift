import HostLoop
import LuaRuntime
import Testing

/// Waits of host functions wherever Lua lets a function yield.
@Suite struct CoroutineTests {
    @Test(arguments: [
        ("print(pcall(h.later, 1, 'a', 'b'))", "true\ta\tb"),
        ("print(xpcall(h.later, print, 1, 'a'))", "true\ta"),
        ("print(pcall(pcall, pcall, h.later, 1, 'a'))", "true\ttrue\ttrue\ta"),
        ("print(select(2, pcall(h.fail_later)).code)", "unavailable"),
        ("print(xpcall(h.fail_later, function(e) return e.code end))", "false\tunavailable"),
        ("local t = setmetatable({}, {__index = function(_, k) return h.later(1, k) end}) print(t.x, t.y)", "x\ty"),
        ("local t = setmetatable({}, {__add = function(a, b) return h.later(1, b) end}) print(t + 5)", "5"),
        ("local t = setmetatable({}, {__lt = function() return h.later(1, true) end}) print(t < t)", "true"),
        ("local t = setmetatable({}, {__concat = function() return h.later(1, 'c') end}) print('a' .. t)", "c"),
        ("local t = setmetatable({}, {__len = function() return h.later(1, 9) end}) print(#t)", "9"),
        ("local t = setmetatable({}, {__call = function(_, v) return h.later(1, v) end}) print(t(3))", "3"),
        (
            "for i in function(_, i) i = (i or 0) + 1 if i < 4 then return h.later(1, i) end end do print(i) end",
            "1\n2\n3"
        ),
        ("do local x <close> = setmetatable({}, {__close = function() print(h.later(1, 'closed')) end}) end", "closed"),
        (
            "pcall(function() local x <close> = setmetatable({}, {__close = function() print(h.later(1, 'closed')) end}) error 'x' end)",
            "closed"
        ),
        ("for k in ('ab'):gmatch '.' do print(h.later(1, k)) end", "a\nb"),
        ("print(load('return ...')(h.later(1, 'l')))", "l"),
    ])
    func `a wait yields from anywhere Lua can yield`(source: String, expected: String) async throws {
        #expect(try await run("local h = require 'host' " + source) == expected + "\n")
    }

    @Test func `a wait passes through a script's own coroutines and their values stay theirs`() async throws {
        let text = try await run(
            """
            local h = require 'host'
            local inner = coroutine.wrap(function(a)
                local b = coroutine.yield(h.later(1, a .. 1))
                local c = coroutine.yield(h.later(1, b .. 2))
                return h.later(1, c .. 3)
            end)
            local outer = coroutine.create(function()
                print(inner 'a')
                coroutine.yield 'between'
                print(inner(h.later(1, 'b')))
                print(pcall(inner, 'c'))
                print(pcall(inner))
                return 'end'
            end)
            print(coroutine.resume(outer))
            print(coroutine.status(outer))
            print(coroutine.resume(outer))
            print(coroutine.status(outer), coroutine.resume(outer))
            """)
        #expect(
            text == """
                a1
                true\tbetween
                suspended
                b2
                true\tc3
                false\tcannot resume dead coroutine
                true\tend
                dead\tfalse\tcannot resume dead coroutine

                """)
    }

    @Test func `an error after a wait goes through nested coroutines`() async throws {
        let text = try await run(
            """
            local h = require 'host'
            local deep = coroutine.wrap(function() coroutine.wrap(function() coroutine.wrap(h.fail_later)() end)() end)
            local ok, e = pcall(deep)
            print(ok, e.code, e.where)
            print(coroutine.resume(coroutine.create(function() h.later(1) error('x', 0) end)))
            """)
        #expect(text == "false\tunavailable\tscript.lua:2\nfalse\tx\n")
    }

    @Test func `wrap closes the coroutine when it fails`() async throws {
        let text = try await run(
            """
            local h = require 'host'
            local f = coroutine.wrap(function()
                local x <close> = setmetatable({}, { __close = function(_, e) print('closed', e) end })
                h.later(1)
                error('bad', 0)
            end)
            print(pcall(f))
            """)
        #expect(text == "closed\tbad\nfalse\tbad\n")
    }

    @Test func `closing a suspended coroutine runs its close variables`() async throws {
        let text = try await run(
            """
            local co = coroutine.create(function()
                local x <close> = setmetatable({}, { __close = function() print 'closed' end })
                coroutine.yield()
            end)
            coroutine.resume(co)
            print(coroutine.close(co), coroutine.status(co))
            """)
        #expect(text == "closed\ntrue\tdead\n")
    }

    @Test func `the functions say what the stock ones say`() async throws {
        let text = try await run(
            """
            local co
            co = coroutine.create(function(...)
                print(..., coroutine.running() == co, select(2, coroutine.running()), coroutine.isyieldable())
                print(coroutine.status(co), coroutine.resume(co))
                print(pcall(coroutine.close, co))
                return 1, 2
            end)
            print(coroutine.status(co), coroutine.isyieldable(), select(2, coroutine.running()))
            print(coroutine.resume(co, 'a'))
            print(pcall(coroutine.yield, 1))
            print(pcall(coroutine.resume, 5))
            print(pcall(coroutine.wrap, 5))
            """)
        #expect(
            text == """
                suspended\tfalse\ttrue
                a\ttrue\tfalse\ttrue
                running\tfalse\tcannot resume non-suspended coroutine
                false\tcannot close a running coroutine
                true\t1\t2
                false\tattempt to yield from outside a coroutine
                false\tbad argument #1 to 'coroutine.resume' (thread expected, got number)
                false\tbad argument #1 to 'coroutine.wrap' (function expected, got number)

                """)
    }

    @Test func `nobody but the scheduler answers a wait`() async throws {
        let text = try await run(
            """
            local h, task = require 'host', require 'finlua.task'
            local main, inner = coroutine.running(), nil
            task.spawn(function()
                print(coroutine.resume(main, true, 'forged'))
                print(coroutine.status(inner), coroutine.resume(inner, true, 'forged'))
                print(pcall(coroutine.close, inner))
                print(pcall(coroutine.close, main))
            end)
            inner = coroutine.create(function() return h.later(5, 'true answer') end)
            print(coroutine.resume(inner))
            """)
        #expect(
            text == """
                false\tcannot resume non-suspended coroutine
                normal\tfalse\tcannot resume non-suspended coroutine
                false\tcannot close a normal coroutine
                false\tcannot close a normal coroutine
                true\ttrue answer

                """)
    }
}
