extension ProgramGenerator {
    /// What only a machine with limits can run: no end, no bounds, and the host's own functions.
    mutating func hostile() {
        let value = expression(2)
        switch random.below(22) {
        case 0: emit("if \(expression(1)) then while true do end end")
        case 1: emit("while true do pcall(\(closure())) end")
        case 2: emit("local t = {} for i = 1, math.huge do t[i] = { i } end")
        case 3: emit("pcall(function() local s = 'x' while true do s = s .. s end end)")
        case 4: emit("local function f() return pcall(f) end f()")
        case 5: emit("local function f() return f() + 1 end p(pcall(f))")
        case 6:
            emit(
                "local t = {} for i = 1, 40 do t = { t, t } end p(pcall(json.encode, t), pcall(log.info, 'x', { t = t }))"
            )
        case 7: emit("coroutine.wrap(function() while true do coroutine.wrap(function() pcall(error) end)() end end)()")
        case 8: emit("p(pcall(string.rep, 'x', 1e9), pcall(string.rep, 'x', 1 << 62))")
        case 9...11:
            let call = random.pick([
                "task.spawn", "task.all", "task.any", "task.each", "task.timeout", "task.semaphore", "task.sleep",
            ])
            emit(
                "p(pcall(\(call), \(random.pick([closure(), "{ \(closure()), \(closure()) }", value, "0.5"])), \(value), \(closure())))"
            )
        case 12:
            emit(
                "for i = 1, 50 do task.spawn(function() task.sleep(i % 3) burn() \(random.pick(["", "error('in task')", "while true do end"])) end) end"
            )
        case 13: emit("p(pcall(function() return json.decode(json.encode(\(value))) end))")
        case 14: emit("p(pcall(json.decode, \(value)))")
        case 15:
            emit(
                "p(pcall(group.\(random.pick(["sum", "compare", "top", "pivot", "fill", "join"])), \(random.pick([value, "{ { a = 1, b = \(value) } }", "{}"])), { by = 'a', of = 'b', value = 'b', n = \(value) }))"
            )
        case 16: emit("p(pcall(date.\(random.pick(["parse", "range", "today", "as_of"])), \(expressions(2))))")
        case 17:
            emit(
                "p(pcall(function() return date.parse('2026-10-31') + \(value), date.today():\(random.pick(["weekday", "month_start", "month_end"]))() end))"
            )
        case 18: emit("p(pcall(log.\(random.pick(["info", "debug", "warn", "error"])), \(value), \(table())))")
        case 19:
            emit("p(pcall(finout.query, { date = { last = \(value) }, filters = \(table()), dimensions = \(value) }))")
        case 20:
            emit(
                "local key = string.rep('k', 50) local o o = { [key .. '1'] = setmetatable({}, { __tostring = function() for k in pairs(o) do if k ~= key .. '1' then o[k] = nil end end for i = 1, 2000 do local _ = { i .. 'g' } end return 'x' end }), [key .. '2'] = 1, [key .. '3'] = 2 } key = nil p(pcall(json.encode, o))"
            )
        default: emit("p(pcall(require, \(value)), pcall(task.spawn(\(closure())).await, \(value)))")
        }
    }
}
