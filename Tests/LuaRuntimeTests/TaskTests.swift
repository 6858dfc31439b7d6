import HostLoop
import LuaRuntime
import Testing

@Suite struct TaskTests {
    /// Runs with `task` and `h` required and `now()` giving the seconds of virtual time since the start.
    private func run(_ source: String) async throws -> String {
        try await LuaRuntimeTests.run(Self.preamble + source)
    }

    private static let preamble =
        "local task, h = require 'finlua.task', require 'host' local t0 = os.time() local function now() return os.time() - t0 end "

    @Test(arguments: [
        (
            "local t = task.spawn(function(a, b) task.sleep(1) return a + b, 'x' end, 1, 2) print(t:await()) print(t:await())",
            "3\tx\n3\tx\n"
        ),
        (
            "task.spawn(function() task.sleep(2) print('child', now()) end) print('parent', now())",
            "parent\t0\nchild\t2\n"
        ),
        // two waits overlap
        (
            "local a = task.spawn(h.later, 5, 'a') local b = task.spawn(h.later, 5, 'b') print(a:await(), b:await(), now())",
            "a\tb\t5\n"
        ),
        // several awaiters
        (
            "local t = task.spawn(h.later, 3, 'v') local r = task.all { t, t, function() return t:await() end } print(r[1], r[2], r[3], now())",
            "v\tv\tv\t3\n"
        ),
        (
            "local r = task.all { function() return h.later(3, 'a') end, function() return h.later(1, 'b') end, h.echo } print(r[1], r[2], r[3], now())",
            "a\tb\tnil\t3\n"
        ),
        (
            "local handle = setmetatable({}, { __await = function(q) h.later(2) return q end }) local r = task.all { handle } print(r[1] == handle, now())",
            "true\t2\n"
        ),
        ("print(#task.all {}, #task.each({}, 3, print))", "0\t0\n"),
        (
            "local running, most = 0, 0 local r = task.each({ 1, 2, 3, 4, 5, 6, 7 }, 3, function(v, i) running = running + 1 most = math.max(most, running) task.sleep(8 - v) running = running - 1 return v * 10 + i end) print(table.concat(r, ','), most)",
            "11,22,33,44,55,66,77\t3\n"
        ),
        (
            "print(task.any { function() return h.later(5, 'slow') end, function() return h.later(1, 'fast', 2) end }, now())",
            "fast\t1\n"
        ),
        ("print((task.any { h.fail_later, function() return h.later(3, 'second') end }), now())", "second\t3\n"),
        (
            "local ok, e = pcall(task.any, { function() task.sleep(2) error('late', 0) end, h.fail_later }) print(ok, e.code, now())",
            "false\tunavailable\t2\n"
        ),
        ("print(task.timeout(5, function(a) return h.later(1, a, 'b') end, 'a')) print(now())", "a\tb\n1\n"),
        (
            "local ok, e = pcall(task.timeout, 2, function() while true do pcall(task.sleep, 1) end end) print(ok, e.code, now())",
            "false\tdeadline\t2\n"
        ),
        ("task.sleep(0.5) task.sleep(0.5) print(now()) task.sleep(86400) print(now())", "1\n86401\n"),
        (
            "local s = task.semaphore(2) local order = {} task.each({ 1, 2, 3, 4 }, 4, function(i) s:acquire() task.sleep(1) order[#order + 1] = i s:release() end) print(table.concat(order, ','), now())",
            "1,2,3,4\t2\n"
        ),
        (
            "local s = task.semaphore(1) print(pcall(s.with, s, function() error('x', 0) end)) print(s:with(function(a) return a, now() end, 'in')) print(select(2, pcall(s.release, s)).code)",
            "false\tx\nin\t0\nbad_argument\n"
        ),
        // a cancelled waiter leaves the queue
        (
            "local s = task.semaphore(1) s:acquire() pcall(task.timeout, 1, s.acquire, s) s:release() print(s:with(now))",
            "1\n"
        ),
    ])
    func `tasks do what they promise`(source: String, expected: String) async throws {
        #expect(try await run(source) == expected)
    }

    @Test func `a child's failure cancels its siblings and surfaces at the parent once`() async throws {
        let text = try await run(
            """
            local ok, e = pcall(function()
                task.spawn(function()
                    local x <close> = setmetatable({}, { __close = function() print('sibling closed', now()) end })
                    task.sleep(100)
                    print 'never'
                end)
                task.spawn(function() task.sleep(1) error('boom', 0) end)
                task.sleep(50)
            end)
            print(ok, e, now())
            print(pcall(task.sleep, 1))
            print(now())
            """)
        #expect(
            text == "false\tboom\t1\nsibling closed\t1\ntrue\n2\n"
                || text == "sibling closed\t1\nfalse\tboom\t1\ntrue\n2\n", "\(text)")
    }

    @Test func `a failure that nobody awaited ends the parent`() async throws {
        let error = try await failure(
            Self.preamble + "\ntask.spawn(function()\n task.sleep(1) error('boom') end) print 'end'")
        #expect(error?.failure.message == "script.lua:3: boom")
        #expect(error?.where == "script.lua:3")
        #expect(error?.traceback.contains("script.lua:3") == true)
    }

    @Test func `a failure that was awaited and caught is settled`() async throws {
        let text = try await run(
            "local t = task.spawn(h.fail_later) local ok, e = pcall(t.await, t) print(ok, e.code) task.sleep(1) print(pcall(t.await, t)) print 'end'"
        )
        #expect(text.hasPrefix("false\tunavailable\nfalse\t"))
        #expect(text.hasSuffix("end\n"))
    }

    @Test func `a failure keeps the line where it was raised`() async throws {
        let error = try await failure(
            Self.preamble + "\ntask.all {\n function() task.sleep(1) local x = nil + 1 end }")
        #expect(error?.where == "script.lua:3")
        #expect(error?.traceback.contains("script.lua:3") == true)
        #expect(error?.traceback.contains("script.lua:2") == true)
    }

    @Test(arguments: [
        "while true do pcall(task.sleep, 1) end",
        "while true do xpcall(task.sleep, function() return 'handled' end, 1) end",
        "while true do coroutine.resume(coroutine.create(task.sleep), 1) end",
        "while true do pcall(coroutine.wrap(function() pcall(task.sleep, 1) end)) end",
        "local co = coroutine.wrap(function() while true do pcall(task.sleep, 1) coroutine.yield() end end) while true do pcall(co) end",
        "while true do pcall(function() local x <close> = setmetatable({}, { __close = function() error 'other' end }) task.sleep(1) end) end",
        "while true do pcall(function() local x <close> = setmetatable({}, { __close = function() pcall(error, 'inner') pcall(task.sleep, 1) end }) task.sleep(1) end) end",
        "while true do pcall(task.all, { function() pcall(task.sleep, 1) end }) end",
        "while true do pcall(task.any, { function() pcall(task.sleep, 1) end }) end",
        "while true do pcall(task.timeout, 7, function() pcall(task.sleep, 3) end) end",
        "local s = task.semaphore(1) s:acquire() while true do pcall(s.acquire, s) end",
        "local f f = function() pcall(f) pcall(task.sleep, 1) end while true do f() end",
    ])
    func `a cancellation cannot be swallowed`(source: String) async throws {
        let text = try await run(
            "local ok, e = pcall(task.timeout, 2.5, function() \(source) end) print(ok, e.code, now())")
        #expect(text == "false\tdeadline\t2\n")
    }

    @Test func `close variables run when a task is cancelled, deepest first`() async throws {
        let text = try await run(
            """
            local function closing(name)
                return setmetatable({}, { __close = function(_, e) print(name, e.code, (pcall(error, 'x'))) end })
            end
            pcall(task.timeout, 1, function()
                local a <close> = closing 'outer'
                pcall(function()
                    local b <close> = closing 'middle'
                    coroutine.wrap(function()
                        local c <close> = closing 'inner'
                        task.sleep(100)
                    end)()
                end)
            end)
            """)
        #expect(text == "inner\tcancelled\tfalse\nmiddle\tcancelled\tfalse\nouter\tcancelled\tfalse\n")
    }

    @Test func `a forged cancellation is an error like any other`() async throws {
        let text = try await run(
            """
            local marker
            pcall(task.timeout, 1, function()
                local x <close> = setmetatable({}, { __close = function(_, e) marker = e end })
                task.sleep(9)
            end)
            print(marker.code, (pcall(error, marker)))
            print(pcall(coroutine.wrap(function() error(marker) end)) == false)
            """)
        #expect(text == "cancelled\tfalse\ntrue\n")
    }

    @Test func `a cancelled task is an error for who awaits it`() async throws {
        let text = try await run(
            """
            local kept
            pcall(task.timeout, 1, function() kept = task.spawn(task.sleep, 100) kept:await() end)
            print(pcall(kept.await, kept))
            """)
        #expect(text.hasPrefix("false\tscript.lua:3: the task that was awaited was cancelled"))
    }

    @Test func `a task that would wait for itself is an error`() async throws {
        let text = try await run(
            """
            local t, u
            t = task.spawn(function() task.sleep(1) print(pcall(t.await, t)) end)
            t:await()
            u = task.spawn(function() task.spawn(function() print(pcall(u.await, u)) end) end)
            """)
        #expect(text.ranges(of: "cannot await itself or who spawned it").count == 2, "\(text)")
    }

    @Test func `cancelling the host's task cancels the script`() async throws {
        let outcome = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let running = HostLoop.task {
                await script.failure("while true do pcall(require 'finlua.task'.sleep, 1) end")
            }
            try await HostLoop.sleep(for: .seconds(10))
            running.cancel()
            return await running.value?.failure.code
        }
        #expect(outcome == "cancelled")
    }

    @Test(arguments: [
        "task.spawn(5)", "task.all(5)", "task.all { 5 }", "task.each({}, 0, print)", "task.each({}, 1)", "task.any {}",
        "task.timeout(-1, print)", "task.timeout('x', print)", "task.sleep(0/0)", "task.semaphore(0)",
        "task.semaphore(1.5)",
    ])
    func `bad arguments are named at the script's line`(source: String) async throws {
        let error = try #require(try await failure(Self.preamble + "\n" + source))
        #expect(error.failure.code == "bad_argument")
        #expect(error.where == "script.lua:2")
    }

    @Test func `a hundred thousand tasks and deep chains of tasks run`() async throws {
        let text = try await run(
            """
            local done = 0
            for i = 1, 100000 do task.spawn(function() done = done + 1 end) end
            task.sleep(1)
            print(done)
            local function chain(n) if n > 0 then return task.spawn(chain, n - 1):await() end return 'bottom' end
            print(chain(20000))
            local function nest(n) if n > 0 then task.spawn(nest, n - 1) end end
            nest(50000)
            print(#task.each(table.pack(string.byte(('x'):rep(100000), 1, 100000)), 50, function(v) return v end))
            """)
        #expect(text == "100000\nbottom\n100000\n")
    }

    @Test func `a function given to the host runs as a task`() async throws {
        let values = try await HostLoop.withVirtualClock {
            let script = ScriptRun()
            let machine = script.machine!
            var kept: LuaFunction?
            machine.addModule(
                "keep", source: Array("return ...".utf8),
                native: [
                    "keep": (
                        call: "keep",
                        body: {
                            kept = try $0.function(0, "fn")
                            return .values([])
                        }
                    )
                ])
            try await script.run(
                "local h = require 'host' require 'keep'.keep(function(a) if a then return h.later(1, a), 2 end error('no', 0) end)"
            )
            let values = try await machine.call(kept!, ["x"])
            var message = ""
            do throws(LuaError) { _ = try await machine.call(kept!) } catch { message = error.failure.message }
            return (values.map { $0.string ?? "\($0.integer ?? -1)" }, message)
        }
        #expect(values.0 == ["x", "2"])
        #expect(values.1 == "no")
    }
}
