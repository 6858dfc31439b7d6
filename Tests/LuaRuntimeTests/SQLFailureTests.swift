import HostLoop
import LuaBridge
import LuaRuntime
import Testing

/// A database whose memory ends anywhere, Lua's or SQLite's own, answers whole or with the error.
@Suite struct SQLFailureTests {
    private static let functions = [
        "sql_open", "sql_prepare", "sql_describe", "sql_bind", "sql_next", "sql_execute", "sql_loader", "sql_load_rows",
    ]

    private static let workload = """
        local sql = require 'sql'
        local database = sql.sql_open()
        local function prepare(text)
            local statement = assert(sql.sql_prepare(database, text, true))
            sql.sql_describe(statement)
            return statement
        end
        assert(sql.sql_execute(prepare 'create table t (a, b)'))
        local rows = {}
        for place = 1, 300 do
            rows[place] = { a = place, b = setmetatable({}, { __tostring = function() return ('b'):rep(place) end }) }
        end
        assert(sql.sql_load_rows(sql.sql_loader(database, prepare 'insert into t values (?, ?)', { a = 1, b = 2 }), rows, 1))
        local statement, total = prepare 'select a, b || :more as b from t order by length(b) desc, a', 0
        assert(sql.sql_bind(statement, 1, 'more'))
        for row in sql.sql_next, statement do total = total + #row.b end
        local sum = sql.sql_next(prepare 'select exact_sum(a) / count(*) as mean, zeroblob(100000) as z from t')
        print(total, sum.mean, #sum.z)
        """
    private static let expected = "46350\t150.5\t100000\n"

    @HostLoop private func newScript(memoryLimit: Int = 64 << 20) -> ScriptRun {
        let script = ScriptRun(memoryLimit: memoryLimit)
        script.machine.addModule(
            "sql", source: Array("return ...".utf8), native: [:], cFunctions: Self.functions)
        return script
    }

    @Test func `every allocation of Lua may fail`() async throws {
        try await HostLoop.withVirtualClock {
            let undisturbed = newScript()
            _ = lb_fail_allocation(undisturbed.machine.bridge, 0, false)
            #expect(await undisturbed.result(Self.workload) == Self.expected)
            let total = lb_fail_allocation(undisturbed.machine.bridge, 0, false)
            #expect(total > 1000)
            var failures = 0
            // The rows repeat themselves: a prime step meets every kind of place.
            for number in stride(from: 1, through: total, by: total > 3000 ? 7 : 1) {
                let script = newScript()
                _ = lb_fail_allocation(script.machine.bridge, number, false)
                do throws(LuaError) {
                    try await script.run(Self.workload)
                    #expect(script.text == Self.expected, "allocation \(number)")
                } catch {
                    #expect(error.failure.code == "memory", "allocation \(number): \(error)")
                    failures += 1
                }
            }
            #expect(failures > 100)
        }
    }

    @Test func `memory may end at any byte, and is all given back`() async throws {
        try await HostLoop.withVirtualClock {
            var failures = 0
            var successes = 0
            let idle = newScript().machine.memory.used
            for limit in stride(from: idle + 20_000, to: idle + 900_000, by: 4_999) {
                let script = newScript(memoryLimit: limit)
                do throws(LuaError) {
                    try await script.run(Self.workload)
                    #expect(script.text == Self.expected, "limit \(limit)")
                    successes += 1
                } catch {
                    #expect(error.failure.code == "memory", "limit \(limit): \(error)")
                    failures += 1
                }
                #expect(script.machine.memory.used <= limit && script.machine.memory.peak < limit + 65_536)
            }
            #expect(failures > 20 && successes > 20, "\(failures), \(successes)")
        }
    }
}
