import HostLoop
import LuaRuntime
import RowDecoder
import Testing

@Suite struct ValueTests {
    @Test func `plain values come back as they went in`() async throws {
        let text = try await run(
            """
            local h = require 'host'
            local t = h.echo { 1, 2.5, 'é', { true, x = { y = 'deep' } }, n = -1, ['odd name'] = 7 }
            print(t[1], t[2], t[3], t[4][1], t[4].x.y, t.n, t['odd name'], math.type(t[1]), math.type(t[2]))
            print(h.echo(nil, false, 9007199254740993, 0.1, ''))
            print(select('#', h.echo()), select('#', h.echo(nil)))
            print(h.echo(print) == print, h.echo { f = print }.f == print)
            """)
        #expect(
            text == """
                1\t2.5\té\ttrue\tdeep\t-1\t7\tinteger\tfloat
                nil\tfalse\t9007199254740993\t0.1\t
                0\t1
                true\ttrue

                """)
    }

    @Test(arguments: [
        ("local t = {} t.x = t", "contains itself"),
        ("local t = {} for i = 1, 100 do t = { t } end", "nested deeper than 64 levels"),
        ("local t = {} for i = 1, 40 do t = { t, t } end", "one of more than 100000 values"),
        ("local t = { 'a\\xff' }", "argument 1[1] is not valid UTF-8"),
        ("local t = { x = { y = coroutine.create(print) } }", "argument 1.x.y holds a thread"),
        ("local t = { [1.5] = 1 }", "has a number as a key"),
        ("local t = { [7] = 1 }", "it has the index 7"),
    ])
    func `what is no plain data is refused`(setup: String, message: String) async throws {
        let error = try #require(try await failure(setup + " require 'host'.echo(t)"))
        #expect(error.failure.code == "bad_argument")
        #expect(error.failure.message.contains(message))
    }

    @Test func `a table met twice is no cycle`() async throws {
        #expect(try await run("local a = {1} print(require 'host'.echo({ a, a })[2][1])") == "1\n")
    }

    @Test func `an argument of the wrong type is named`() async throws {
        let error = try #require(try await failure("local h = require 'host'\n\nh.later('x')"))
        #expect(error.failure.code == "bad_argument")
        #expect(error.failure.message == "argument 1 (seconds) must be a number, not string")
        #expect(error.where == "script.lua:3")
        #expect(error.call == "host.later")
    }

    @Test func `JSON goes to Lua and back without loss`() async throws {
        let text = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let value = try JSONValue(parsing: #"{"a": null, "b": [], "c": 9007199254740993, "d": [1, null], "a": 1}"#)
            script.machine.addModule(
                "json", source: Array("return ...".utf8),
                native: ["get": (call: "get", body: { _ in .values([.json(value)]) })],
                cFunctions: ["json_encode"])
            return await script.result(
                """
                local j = require 'json'
                local v = j.get()
                print(v.a ~= nil, #v.b, v.c, j.json_encode(v), j.json_encode(require 'host'.echo(v.a)))
                """)
        }
        #expect(
            text == "true\t0\t9007199254740993\t{\"a\":null,\"b\":[],\"c\":9007199254740993,\"d\":[1,null]}\tnull\n")
    }

    @Test func `a host object keeps its identity and its class`() async throws {
        final class Handle {}
        final class Other {}
        let text = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let handle = Handle()
            script.machine.addModule(
                "objects", source: Array("return ...".utf8),
                native: [
                    "get": (call: "get", body: { _ in .values([.object(handle)]) }),
                    "same": (
                        call: "same",
                        body: { .values([.boolean(try $0.object(0, "handle", as: Handle.self) === handle)]) }
                    ),
                    "other": (call: "other", body: { _ in .values([.object(Other())]) }),
                ])
            return await script.result(
                """
                local o = require 'objects'
                print(o.same(o.get()), getmetatable(o.get()))
                print(select(2, pcall(o.same, o.other())).message)
                """)
        }
        #expect(text == "true\tfalse\nargument 1 (handle) must be a host object, not userdata\n")
    }
}
