/// Scripts that never end by themselves, each in a way of its own: what the tests and `./scripts/bench stop` end.
package struct EndlessScript: Sendable {
    /// What it does.
    package let name: String
    /// Its text.
    package let source: String
    /// Options of finlua that it is run with, beside the deadline.
    package let options: [String]

    private init(_ name: String, _ source: String, options: [String] = []) {
        self.name = name
        self.source = source
        self.options = options
    }

    /// All of them, as bash reads them: name, options and text, a zero byte after each.
    static var listing: String {
        all.map { "\($0.name)\0\($0.options.joined(separator: " "))\0\($0.source)\0" }.joined()
    }

    /// Every one that somebody thought of.
    package static let all: [EndlessScript] = [
        EndlessScript(
            "a loop",
            #"""
            while true do end
            """#),
        EndlessScript(
            "a loop in pcall",
            #"""
            while true do pcall(function() while true do end end) end
            """#),
        EndlessScript(
            "nested pcall",
            #"""
            local function f() while true do pcall(f) end end f()
            """#),
        EndlessScript(
            "a loop in coroutine.wrap",
            #"""
            while true do pcall(coroutine.wrap(function() while true do pcall(error) end end)) end
            """#),
        EndlessScript(
            "a coroutine inside a coroutine",
            #"""
            local function loop() while true do end end
            local function outer() while true do coroutine.resume(coroutine.create(loop)) end end
            while true do coroutine.resume(coroutine.create(outer)) end
            """#),
        EndlessScript(
            "new coroutines",
            #"""
            while true do local c = coroutine.wrap(function() coroutine.yield() end) c() c() end
            """#),
        EndlessScript(
            "an xpcall handler that loops",
            #"""
            while true do xpcall(error, function() while true do end end) end
            """#),
        EndlessScript(
            "xpcall of a loop, with a handler that loops",
            #"""
            local function f() while true do end end while true do xpcall(f, f) end
            """#),
        EndlessScript(
            "a __close that loops",
            #"""
            local meta = { __close = function() while true do end end }
            while true do pcall(function() local x <close> = setmetatable({}, meta) end) end
            """#),
        EndlessScript(
            "a __close that loops in coroutine.close",
            #"""
            local meta = { __close = function() while true do pcall(error) end end }
            local c = coroutine.create(function() local x <close> = setmetatable({}, meta) coroutine.yield() end)
            coroutine.resume(c) coroutine.close(c)
            """#),
        EndlessScript(
            "a __close that loops in a cancelled task",
            #"""
            local x <close> = setmetatable({}, { __close = function() while true do end end })
            require "finlua.task".sleep(100)
            """#),
        EndlessScript(
            "a __close that waits for ever in a cancelled task",
            #"""
            local task = require "finlua.task"
            local x <close> = setmetatable({}, { __close = function() while true do pcall(task.sleep, 1) end end })
            task.sleep(100)
            """#),
        EndlessScript(
            "a comparator",
            #"""
            while true do pcall(table.sort, { 1, 2, 3 }, function() while true do end end) end
            """#),
        EndlessScript(
            "a gsub callback",
            #"""
            while true do pcall(string.gsub, "abc", ".", function() while true do end end) end
            """#),
        EndlessScript(
            "__index",
            #"""
            local t = setmetatable({}, { __index = function() while true do end end }) print(t.x)
            """#),
        EndlessScript(
            "__tostring",
            #"""
            local t = setmetatable({}, { __tostring = function() while true do end end }) while true do pcall(print, t) end
            """#),
        EndlessScript(
            "__tostring of the error value",
            #"""
            error(setmetatable({}, { __tostring = function() while true do end end }))
            """#),
        EndlessScript(
            "__tostring of the error value that fails after a loop",
            #"""
            local meta = { __tostring = function() while not pcall(error) do end error "no text" end }
            error(setmetatable({}, meta))
            """#),
        EndlessScript(
            "__name and __tostring of an error in a task",
            #"""
            local task = require "finlua.task"
            local t = setmetatable({}, { __name = ("x"):rep(1e6), __tostring = function(t) return tostring(t) end })
            while true do pcall(task.all, { function() error(t) end }) pcall(print, t) end
            """#),
        EndlessScript(
            "__tostring that fails, for ever",
            #"""
            local t = setmetatable({}, { __tostring = error }) while true do pcall(error, t) pcall(print, t) end
            """#),
        EndlessScript(
            "not enough memory, for ever",
            #"""
            local t = {} while true do pcall(function() while true do t[#t + 1] = ("x"):rep(1000) .. #t end end) end
            """#),
        EndlessScript(
            "a large heap",
            #"""
            local t = {} for i = 1, 1e6 do t[i] = { i } end while true do end
            """#),
        EndlessScript(
            "string.rep",
            #"""
            while true do pcall(string.rep, "x", 1e9) pcall(string.rep, "x", 1e8) end
            """#),
        EndlessScript(
            "table.concat",
            #"""
            local t = {} for i = 1, 100 do t[i] = ("x"):rep(1e6) end while true do pcall(table.concat, t) end
            """#),
        EndlessScript(
            "string.find",
            #"""
            string.find(("a"):rep(3e5), (".-"):rep(8) .. "b")
            """#),
        EndlessScript(
            "string.match",
            #"""
            while true do pcall(string.match, ("a"):rep(3e5), (".-"):rep(8) .. "b") end
            """#),
        EndlessScript(
            "string.gmatch",
            #"""
            for _ in string.gmatch(("a"):rep(3e5), (".-"):rep(8) .. "b") do end
            """#),
        EndlessScript(
            "string.gsub",
            #"""
            string.gsub(("a"):rep(3e5), (".-"):rep(8) .. "b", "")
            """#),
        EndlessScript(
            "string.format",
            #"""
            while true do pcall(string.format, "%99999999d", 1) pcall(string.format, "%99.99f", 1e308) end
            """#),
        EndlessScript(
            "concatenation of much",
            #"""
            local s = ("x"):rep(1e8) while true do pcall(function() return s .. s .. s end) end
            """#),
        EndlessScript(
            "comparison of much",
            #"""
            local a, b = ("x"):rep(1e8) .. "a", ("x"):rep(1e8) .. "b" while true do local less = a < b end
            """#),
        EndlessScript(
            "utf8.len of much",
            #"""
            local s = ("x"):rep(2e8) while true do pcall(utf8.len, s) end
            """#),
        EndlessScript(
            "a long chain of __index",
            #"""
            local t = {} for i = 1, 1000 do t = setmetatable({}, { __index = t }) end while true do local x = t.x end
            """#),
        EndlessScript(
            "__gc is refused, and the loop goes on",
            #"""
            while true do pcall(setmetatable, {}, { __gc = function() while true do end end }) end
            """#),
        EndlessScript(
            "goto",
            #"""
            ::again:: goto again
            """#),
        EndlessScript(
            "table.move",
            #"""
            table.move({}, 1, 1 << 40, 2)
            """#),
        EndlessScript(
            "table.insert",
            #"""
            table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 1)
            """#),
        EndlessScript(
            "table.unpack",
            #"""
            while true do pcall(table.unpack, setmetatable({}, { __index = function() while true do end end }), 1, 9) end
            """#),
        EndlessScript(
            "table.sort of much",
            #"""
            local t = {} while true do for i = 1, 1e6 do t[i] = i * 7919 % 1000003 end table.sort(t) end
            """#),
        EndlessScript(
            "recursion",
            #"""
            local function f() return 1 + f() end while true do pcall(f) end
            """#),
        EndlessScript(
            "a load reader",
            #"""
            while true do load(function() while true do end end) end
            """#),
        EndlessScript(
            "load",
            #"""
            while true do load("while true do end") end
            """#),
        EndlessScript(
            "print",
            #"""
            while true do print("x") end
            """#),
        EndlessScript(
            "a million tasks",
            #"""
            local task = require "finlua.task"
            for i = 1, 1e6 do task.spawn(task.sleep, 100) end
            while true do end
            """#, options: ["--max-tasks", "1000000", "--memory", "4G"]),
        EndlessScript(
            "as many tasks as there may be",
            #"""
            local task = require "finlua.task"
            while true do pcall(function() while true do task.spawn(task.sleep, 100) end end) task.sleep(0) end
            """#, options: ["--max-tasks", "100000"]),
        EndlessScript(
            "tasks that ignore their end",
            #"""
            local task = require "finlua.task"
            local meta = { __close = function() while true do pcall(task.sleep, 0) end end }
            for i = 1, 1000 do
              task.spawn(function() local x <close> = setmetatable({}, meta) while true do pcall(task.sleep, 100) end end)
            end
            """#),
        EndlessScript(
            "a task that computes between waits",
            #"""
            local task = require "finlua.task"
            while true do pcall(function() for i = 1, 1e4 do end task.sleep(0) end) end
            """#),
        EndlessScript(
            "tasks that loop",
            #"""
            local task = require "finlua.task" for i = 1, 1000 do task.spawn(function() while true do end end) end
            """#),
        EndlessScript(
            "tasks that beget tasks",
            #"""
            local task = require "finlua.task" local function f() task.spawn(f) task.spawn(f) end f()
            """#, options: ["--max-tasks", "1000000", "--memory", "4G"]),
        EndlessScript(
            "a task with a timeout",
            #"""
            local task = require "finlua.task"
            while true do pcall(task.timeout, 100, function() while true do end end) end
            """#),
        EndlessScript(
            "cancellation ignored",
            #"""
            local task = require "finlua.task" while true do pcall(task.sleep, 0.01) end
            """#),
        EndlessScript(
            "recursive SQL",
            #"""
            local sql = require "finlua.sql"
            while true do pcall(sql.value, "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c") end
            """#),
        EndlessScript(
            "a product of tables",
            #"""
            local sql, t = require "finlua.sql", {}
            for i = 1, 1000 do t[i] = { x = i } end
            sql.load("t", t)
            while true do pcall(sql.execute, "create table u as select count(*) from t a, t b, t c, t d, t e") end
            """#),
        EndlessScript(
            "SQL in order",
            #"""
            local sql, t = require "finlua.sql", {}
            for i = 1, 1000 do t[i] = { x = i } end
            sql.load("t", t)
            while true do pcall(sql.all, "select a.x from t a, t b, t c order by a.x * b.x % 97, c.x") end
            """#),
        EndlessScript(
            "rows of SQL",
            #"""
            local sql = require "finlua.sql"
            local function load()
              sql.load("t", sql.rows "with recursive c(x) as (select 1 union all select x + 1 from c) select x from c")
            end
            while true do pcall(load) end
            """#),
    ]
}
