import HostLoop
import LuaRuntime
import Testing

@Suite struct ErrorTests {
    @Test func `a host failure is a table with its story`() async throws {
        let text = try await run(
            """
            local h = require 'host'
            local function ask() return (h.fail 'unavailable') end
            local ok, e = pcall(ask)
            print(ok, e.code, e.message, e.hint, e.where, e.call, e.request_id, e.retryable)
            print(tostring(e))
            print('it failed: ' .. e)
            """)
        #expect(
            text == """
                false\tunavailable\tit did not work\ttry again\tscript.lua:2\thost.fail\tr-1\ttrue
                script.lua:2: it did not work
                hint: try again
                it failed: script.lua:2: it did not work
                hint: try again

                """)
    }

    @Test func `an uncaught host failure reaches the host with its story`() async throws {
        let error = try #require(try await failure("local h = require 'host'\nlocal x = h.fail 'not_found'"))
        #expect(error.failure.code == "not_found")
        #expect(error.failure.message == "it did not work")
        #expect(error.failure.hint == "try again")
        #expect(error.failure.fields["request_id"]?.string == "r-1")
        #expect(error.failure.fields["retryable"]?.boolean == true)
        #expect(error.where == "script.lua:2")
        #expect(error.call == "host.fail")
        #expect(error.traceback.contains("script.lua:2: in main chunk"))
    }

    @Test func `a failure after a wait says where the call stands`() async throws {
        let error = try #require(try await failure("local h = require 'host'\n\nh.fail_later()"))
        #expect(error.failure.code == "unavailable")
        #expect(error.where == "script.lua:3")
        #expect(error.call == "host.fail_later")
    }

    @Test func `strings raised by the script keep their text`() async throws {
        #expect(
            try await run("print(pcall(error, 'plain')) print(pcall(function() error 'here' end))")
                == "false\tplain\nfalse\tscript.lua:1: here\n")
        let error = try #require(try await failure("\nlocal function f() error 'boom' end\nf()"))
        #expect(error.failure.code == LuaFailure.scriptErrorCode)
        #expect(error.failure.message == "script.lua:2: boom")
        #expect(error.where == "script.lua:2")
        #expect(error.description == "script.lua:2: boom")
        #expect(error.traceback.contains("in local 'f'"))
    }

    @Test func `any value can be raised`() async throws {
        #expect(try await failure("error()")?.failure.message == "nil was raised as an error")
        #expect(try await failure("error(42)")?.failure.message == "42")
        #expect(try await failure("error({})")?.failure.message.hasPrefix("table: ") == true)
        #expect(
            try await failure("error(setmetatable({}, {__tostring = function() return 'own' end}))")?.failure.message
                == "own")
        let broken = try await failure("error(setmetatable({}, {__tostring = function() error 'x' end}))")
        #expect(broken?.failure.message == "(error object is a table value)")
        let table = try await failure("error { code = 'mine', message = 'text', extra = 5 }")
        #expect(table?.failure.code == "mine")
        #expect(table?.failure.message == "text")
        #expect(table?.failure.fields["extra"]?.integer == 5)
        #expect(table?.where == "script.lua:1")
    }

    @Test func `a syntax error says where`() async throws {
        let error = try #require(try await failure("#!/usr/bin/env finlua\nlocal x = = 1"))
        #expect(error.where == "script.lua:2")
        #expect(error.failure.message.contains("unexpected symbol near '='"))
    }

    @Test func `frames of embedded modules are not the script's`() async throws {
        let error = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            script.machine.addModule(
                "outer",
                source: Array(
                    "local n = ... return { ask = function() return (n.ask()) end, refuse = function() n.fail { code = 'bad_query', message = 'no', call = 'outer.refuse', field = 'date' } end }"
                        .utf8),
                native: ["ask": (call: "outer.ask", body: { _ in throw LuaFailure(code: "denied", message: "no") })])
            let first = await script.failure("local o = require 'outer'\n\no.ask()")
            let second = await script.failure("local o = require 'outer'\n\n\no.refuse()")
            return (first, second)
        }
        #expect(error.0?.where == "script.lua:3")
        #expect(error.0?.call == "outer.ask")
        #expect(error.1?.where == "script.lua:4")
        #expect(error.1?.call == "outer.refuse")
        #expect(error.1?.failure.fields["field"]?.string == "date")
    }

    @Test func `exit cannot be caught and is quiet`() async throws {
        for script in [
            "require 'host'.exit(3)", "pcall(require 'host'.exit, 3) while true do end",
            "xpcall(require 'host'.exit, print, 3)", "coroutine.wrap(function() pcall(require 'host'.exit, 3) end)()",
            "print(coroutine.resume(coroutine.create(require 'host'.exit), 3))",
            "load(function() require 'host'.exit(3) end)",
            "local x <close> = setmetatable({}, {__close = function() error 'other' end}) require 'host'.exit(3)",
            "pcall(function() local x <close> = setmetatable({}, {__close = function() error 'o' end}) require 'host'.exit(3) end)",
            "require 'finlua.task'.spawn(require 'host'.exit, 3) require 'finlua.task'.sleep(10)",
            "table.sort({1, 2}, function() require 'host'.exit(3) end)",
            "local x <close> = setmetatable({}, {__close = function() pcall(require 'host'.later, 1e6) end}) require 'host'.exit(3)",
        ] {
            let result = try await HostLoop.withVirtualClock {
                let run = ScriptRun()
                let error = await run.failure(script + " print 'survived'")
                return (error?.exitStatus, run.text)
            }
            #expect(result.0 == 3, "\(script)")
            #expect(result.1 == "", "\(script)")
        }
        #expect(try await failure("require 'host'.exit_later()")?.exitStatus == 7)
    }
}
