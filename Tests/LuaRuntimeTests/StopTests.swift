import Glibc
import HostLoop
import LuaRuntime
import Testing

/// What `LuaStop` ends, and that nothing runs after it. The scripts ask for their own end, on another thread.
@Suite struct StopTests {
    /// Runs `source`, in which `stop()` asks for the end.
    private func run(_ source: String) async throws -> (output: String, error: LuaError?) {
        try await HostLoop.withVirtualClock {
            let run = ScriptRun()
            let stop = run.machine.stop
            run.machine.addModule(
                "stop", source: Array("return ({...})[1].stop".utf8),
                native: [
                    "stop": (
                        "stop",
                        { _ in
                            askOnAnotherThread(stop)
                            return .values([])
                        }
                    )
                ])
            let error = await run.failure("local stop, host = require 'stop', require 'host' " + source)
            let again = await run.failure("print('again')")
            #expect(again?.failure.code == LuaFailure.stoppedCode)
            #expect(!stop.isHeld && stop.wasAsked)
            return (run.text, error)
        }
    }

    @Test(arguments: [
        "stop() while true do end",
        "stop()",
        "pcall(stop) print('after')",
        "pcall(pcall, stop) print('after')",
        "xpcall(stop, print) print('after')",
        "xpcall(function() stop() local x = nil + 1 end, function() print('after') end)",
        "coroutine.resume(coroutine.create(stop)) print('after')",
        "coroutine.wrap(function() coroutine.wrap(stop)() end)() print('after')",
        "pcall(table.sort, {1, 2, 3}, function() stop() return pcall(error) end) print('after')",
        "pcall(string.gsub, 'abc', '.', function() pcall(stop) end) print('after')",
        "load(function() stop() while true do end end) print('after')",
        "tostring(setmetatable({}, { __tostring = function() stop() while true do end end })) print('after')",
        "error(setmetatable({}, { __tostring = function() stop() while true do end end }))",
        "local x <close> = setmetatable({}, { __close = function() print('after') end }) stop()",
        """
        local c = coroutine.create(function()
            local x <close> = setmetatable({}, { __close = function() stop() while true do end end })
            coroutine.yield()
        end)
        coroutine.resume(c) pcall(coroutine.close, c) print('after')
        """,
        """
        local task = require 'finlua.task'
        task.spawn(function() local ok = pcall(host.later, 1) print('after') end)
        host.later(0.5) stop()
        """,
    ])
    func `a script that was asked to stop runs nothing more`(source: String) async throws {
        let (output, error) = try await run(source)
        #expect(error?.failure.code == LuaFailure.stoppedCode)
        #expect(output == "")
    }

    @Test func `the line that ran is named`() async throws {
        let error = try await run("stop()\n\nwhile true do end").error
        #expect(error?.where == "script.lua:1" || error?.where == "script.lua:3")
    }

    @Test func `a stop asked for while nothing runs ends the next wait`() async throws {
        let error = try await HostLoop.withVirtualClock {
            let run = ScriptRun()
            let stop = run.machine.stop
            HostLoop.task { stop.ask() }
            return await run.failure("require('host').later(1) print('after')")
        }
        #expect(error?.failure.code == LuaFailure.stoppedCode)
    }
}

private func askOnAnotherThread(_ stop: LuaStop) {
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { context in
            Unmanaged<LuaStop>.fromOpaque(context!).takeRetainedValue().ask()
            return nil
        }, Unmanaged.passRetained(stop).toOpaque())
    pthread_join(thread, nil)
}
