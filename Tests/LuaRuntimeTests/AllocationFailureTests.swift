import HostLoop
import LuaBridge
import LuaRuntime
import Testing

/// Every single allocation of a script that does everything is made to fail, one by one.
@Suite struct AllocationFailureTests {
    private static let workload = """
        local h, task = require 'host', require 'finlua.task'
        local function fine(ok, e) if not ok and e.code ~= 'memory' and e.code ~= 'x' and e.code ~= 'deadline' then error(e, 0) end return ok end
        local t = {}
        for i = 1, 20 do t[i] = { name = 'row ' .. i, value = i * 1.5 } end
        table.sort(t, function(a, b) return h.echo(a.value) > b.value end)
        fine(pcall(h.fail, 'x'))
        local co = coroutine.wrap(function(a) local b = coroutine.yield(h.later(1, a .. '!')) return h.later(1, b) end)
        local first, second = co 'a', co 'b'
        local closed = 0
        do
            local guard <close> = setmetatable({}, { __close = function() closed = closed + 1 end })
            h.later(1)
        end
        fine(xpcall(function() error({ code = 'x' }) end, function(e) return e end))
        local sum = 0
        for _, v in ipairs(task.all { function() return h.later(2, 1) end, function() task.sleep(1) return 2 end }) do sum = sum + v end
        fine(pcall(task.timeout, 1, function() coroutine.wrap(function() h.later(9) end)() end))
        task.each({ 1, 2, 3 }, 2, function(v) local got = h.later(1, v) sum = sum + got end)
        local s = task.semaphore(1)
        s:with(function() sum = sum + 1 end)
        local text = ('%s'):rep(5, ','):format(1, 2, 3, 4, 5):gsub('%d', function(d) return h.echo(d) end)
        local chunk = assert(load('return ...'))
        print(#t, t[1].name, first, second, closed, sum, text, chunk(h.echo({ 1, { 2 } })[2][1]))
        """
    private static let expected = "20\trow 20\ta!\tb\t1\t10\t1,2,3,4,5\t2\n"

    @Test(arguments: [false, true]) func `a failed allocation is an error and nothing worse`(forever: Bool) async throws
    {
        let counts = try await HostLoop.withVirtualClock {
            let undisturbed = ScriptRun()
            _ = lb_fail_allocation(undisturbed.machine.bridge, 0, false)
            let text = await undisturbed.result(Self.workload)
            #expect(text == Self.expected)
            let total = lb_fail_allocation(undisturbed.machine.bridge, 0, false)
            var failures = 0
            var successes = 0
            for number in 1...total {
                let script = ScriptRun()
                _ = lb_fail_allocation(script.machine.bridge, number, forever)
                do throws(LuaError) {
                    try await script.run(Self.workload)
                    #expect(script.text == Self.expected, "allocation \(number)")
                    successes += 1
                } catch {
                    #expect(error.failure.code == "memory", "allocation \(number): \(error)")
                    failures += 1
                }
                // the machine is as good as before
                _ = lb_fail_allocation(script.machine.bridge, 0, false)
                #expect(await script.failure("print(require 'host'.later(1, 'alive'))") == nil, "allocation \(number)")
                #expect(script.text.hasSuffix("alive\n"))
            }
            return (total: total, failures: failures, successes: successes)
        }
        #expect(counts.total > 500)
        #expect(counts.failures > 300, "\(counts)")
    }
}
