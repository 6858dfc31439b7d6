import HostLoop
import LuaRuntime
import Testing

/// Ways out of the sandbox that scripts have tried elsewhere, and how each ends here. Ways out of the granted folders
/// are tried on the built program.
@Suite struct EscapeTests {
    @Test(arguments: [
        // Code that is no text.
        ("load('\\27Lua\\x54\\0\\x19\\x93', 'x', 'b')()", "attempt to call a nil value"),
        ("load(string.dump(print))", "attempt to call a nil value (field 'dump')"),
        ("(''):dump()", "attempt to call a nil value (method 'dump')"),
        ("loadstring('return 1')()", "undeclared global 'loadstring'"),
        ("dofile '/etc/passwd'", "undeclared global 'dofile'"),
        ("loadfile '/etc/passwd'", "undeclared global 'loadfile'"),
        // The rest of the system.
        ("io.open '/etc/passwd'", "undeclared global 'io'"),
        ("os.execute 'id'", "attempt to call a nil value (field 'execute')"),
        ("os.exit(0)", "attempt to call a nil value (field 'exit')"),
        ("os.remove 'x'", "attempt to call a nil value (field 'remove')"),
        ("os.setlocale 'C'", "attempt to call a nil value (field 'setlocale')"),
        ("package.loadlib('libc.so.6', '*')", "undeclared global 'package'"),
        ("require 'package'", "module 'package' not found"),
        ("require 'io'", "module 'io' not found"),
        ("require 'debug'", "module 'debug' not found"),
        // The debug library, by which anything is reached.
        ("debug.getregistry()", "attempt to call a nil value (field 'getregistry')"),
        ("debug.getupvalue(require, 1)", "attempt to call a nil value (field 'getupvalue')"),
        ("debug.setmetatable('', {})", "attempt to call a nil value (field 'setmetatable')"),
        ("debug.sethook()", "attempt to call a nil value (field 'sethook')"),
        ("debug.getinfo(1)", "attempt to call a nil value (field 'getinfo')"),
        // Metatables that others share.
        ("getmetatable('').__index = {}", "attempt to index a boolean value"),
        ("(''). x = 1", "attempt to index a string value"),
        ("setmetatable('', {})", "bad argument #1 to 'setmetatable' (table expected, got string)"),
        ("setmetatable(1, {})", "bad argument #1 to 'setmetatable' (table expected, got number)"),
        ("setmetatable(print, {})", "bad argument #1 to 'setmetatable' (table expected, got function)"),
        ("getmetatable(string).__newindex = nil", "attempt to index a boolean value"),
        ("getmetatable(require 'finlua.task').__index.all = 1", "attempt to index a boolean value"),
        ("getmetatable(_ENV).__newindex = nil", "attempt to index a boolean value"),
        ("getmetatable(task.spawn(print)[1]).__gc = print", "attempt to index a boolean value"),
        ("setmetatable({}, { __gc = print })", "__gc is not available"),
        ("local m = {} setmetatable({}, m) m.__gc = print setmetatable({}, m)", "__gc is not available"),
        // Globals and environments.
        ("local g = load('return _G')() g.x = 1", "undeclared global 'x' cannot be set"),
        ("load('x = 1', 'x', 't', setmetatable({}, { __newindex = _G }))()", "undeclared global 'x' cannot be set"),
        ("load('return view')()", "undeclared global 'view'"),
        ("local _ENV = { require = require } require 'finlua.task'.all = 1", "finlua.task is read-only"),
        ("load('require \\'host\\'.echo = 1', '=[finlua host]')()", "host is read-only"),
        ("load('return getmetatable(\\'\\').__index', '=[finlua host]')()", "attempt to index a boolean value"),
        ("string = nil; ('x'):upper() string.upper 'x'", "undeclared global 'string'"),
        // The host's own coroutines.
        ("coroutine.close(coroutine.running())", "cannot close a running coroutine"),
        ("coroutine.yield()", "attempt to yield from outside a coroutine"),
        ("assert(coroutine.resume(coroutine.running()))", "cannot resume non-suspended coroutine"),
        ("elsewhere(coroutine.close)", "cannot close a normal coroutine"),
        ("elsewhere(function(co) assert(coroutine.resume(co)) end)", "cannot resume non-suspended coroutine"),
        ("inside(coroutine.close)", "cannot close a normal coroutine"),
        // Host values.
        ("task.spawn(print)[1].x = 1", "attempt to index a host object value"),
        ("local t = task.spawn(print) t[1] = {} t:await()", "expected a task, not a table"),
        ("local t = task.spawn(print) t.await(task.semaphore(1))", "expected a task, not a"),
    ])
    func `a way out is refused with a message`(source: String, message: String) async throws {
        let error = try await HostLoop.withVirtualClock {
            let run = ScriptRun()
            return await run.failure(
                """
                local host, task = require 'host', require 'finlua.task'
                -- Calls f with the coroutine of a task that waits, from another task.
                local function elsewhere(f)
                    local co = coroutine.running()
                    task.all { function() f(co) end, function() host.later(1) end }
                end
                -- Calls f with the coroutine of the task, from a coroutine of its own.
                local function inside(f)
                    coroutine.wrap(f)((coroutine.running()))
                end
                \(source)
                """)
        }
        #expect(try #require(error).failure.message.contains(message), "\(error.map { "\($0)" } ?? "")")
    }
}
