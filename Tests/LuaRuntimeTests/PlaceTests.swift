import HostLoop
import LuaRuntime
import Testing

/// Where Lua 5.4 cannot yield, the error names the place and the way out.
@Suite struct PlaceTests {
    @Test(arguments: [
        (
            "table.sort({ 3, 2, 1 }, function(a, b) h.later(1) return a < b end)",
            "host.later() cannot be called from a table.sort comparator; fetch first, then sort"
        ),
        (
            "('abc'):gsub('.', function() return h.later(1, 'x') end)",
            "host.later() cannot be called from a string.gsub callback; fetch first, then replace"
        ),
        (
            "tostring(setmetatable({}, { __tostring = function() return h.later(1, 'x') end }))",
            "host.later() cannot be called from __tostring; fetch first, then print"
        ),
        (
            "print(setmetatable({}, { __tostring = function() return h.later(1, 'x') end }))",
            "host.later() cannot be called from __tostring"
        ),
        (
            "('%s'):format(setmetatable({}, { __tostring = function() return h.later(1, 'x') end }))",
            "host.later() cannot be called from __tostring"
        ),
        (
            "error(select(2, load(function() return h.later(1, 'x') end)), 0)",
            "host.later() cannot be called from a load reader; fetch first, then load"
        ),
        ("error(select(2, xpcall(error, function() h.later(1) end)), 0)", "an xpcall message handler"),
        (
            "table.concat(setmetatable({}, { __index = function() return h.later(1, 'x') end, __len = function() return 1 end }))",
            "host.later() cannot be called from a function called by table.concat"
        ),
        (
            "table.unpack(setmetatable({}, { __index = function() return h.later(1, 'x') end }), 1, 2)",
            "a function called by table.unpack"
        ),
        (
            "for _ in ipairs(setmetatable({}, { __index = function() return h.later(1) end })) do end",
            "host.later() cannot be called from"
        ),
        (
            "table.sort({ 3, 2, 1 }, function(a, b) coroutine.wrap(function() h.later(1) end)() return a < b end)",
            "cannot be called from a table.sort comparator"
        ),
        (
            "table.sort({ 3, 2, 1 }, function(a, b) local ok, e = coroutine.resume(coroutine.create(h.later), 1) error(e, 0) end)",
            "cannot be called from a table.sort comparator"
        ),
        (
            "table.sort({ 3, 2, 1 }, function(a, b) local _, e = pcall(h.later, 1) error(e, 0) end)",
            "cannot be called from a table.sort comparator"
        ),
    ])
    func `a wait where Lua cannot yield is an error that names the place`(source: String, message: String) async throws
    {
        let error = try #require(try await failure("local h = require 'host';\n" + source))
        #expect(error.description.contains(message), "\(error.description)")
    }

    @Test func `it is a table that says where and which call`() async throws {
        let error = try #require(
            try await failure("local h = require 'host'\ntable.sort({ 2, 1 }, function()\n h.later(1) end)"))
        #expect(error.failure.code == "script_error")
        #expect(error.where == "script.lua:3")
        #expect(error.call == "host.later")
    }

    @Test func `a call that need not wait is possible there`() async throws {
        let text = try await run(
            "local h = require 'host' local t = { 3, 1, 2 } table.sort(t, function(a, b) return h.echo(a < b) end) print(table.concat(t, h.echo ','))"
        )
        #expect(text == "1,2,3\n")
    }

    @Test func `the script goes on after it caught the error`() async throws {
        let text = try await run(
            "local h = require 'host' print((pcall(table.sort, { 2, 1 }, function() h.later(1) end))) print(h.later(1, 'ok'))"
        )
        #expect(text == "false\nok\n")
    }
}
