import RowDecoder
import Testing

/// `finlua.sql` with queries, tasks and little memory; what needs none of them stands in Scripts/sql.lua.
struct SQLTests {
    @Test
    func `a query is loaded whole while other tasks use the database`() async throws {
        let outcome = try await runDemo(
            """
            local finout, sql, task = require "finout", require "finlua.sql", require "finlua.task"
            local function query()
              return finout.query {
                date = { from = "2026-10-01", to = "2026-10-31" }, dimensions = { service = "AWS/service" },
              }
            end
            local function count() return sql.value "select count(*) from sqlite_schema where name not like 'finlua%'" end
            local seen
            local one = task.spawn(function() return sql.load("one", query(), { keys = { "day", "service" } }) end)
            local two = task.spawn(function()
              return sql.load("two", query(), { columns = { "day", "netAmortizedCost_sum" } })
            end)
            local three = task.spawn(function() return pcall(sql.load, "ONE", query()) end)
            seen = count()
            task.sleep(0)
            sql.execute "create table mine (a)"
            print(seen, one:await(), two:await(), (select(2, three:await())).message)
            local rows, total = 0, 0
            for row in query():rows() do rows = rows + 1 end
            print(rows, sql.value "select count(service) from one", count())
            print(sql.value [[select abs(a - b) < 1e-6 and a > 1000
              from (select exact_sum(netAmortizedCost_sum) a from one), (select sum(netAmortizedCost_sum) b from two)]])
            print(table.concat(sql.all "select * from one limit 1".columns, " "))
            print(table.concat(sql.all "select * from two limit 1".columns, " "))
            """)
        #expect(outcome.problem == "")
        let rows = try reference("2026-10-01", "2026-10-31", keys: ["AWS|service|billing_dimension"])
        let named = rows.filter { $0["AWS_billing_dimension_service"]?.string != nil }.count
        #expect(
            outcome.output == """
                0\t\(rows.count)\t\(rows.count)\tsql.load: the table "ONE" is being loaded by another task
                \(rows.count)\t\(named)\t4
                1
                day service netAmortizedCost_sum
                day netAmortizedCost_sum\n
                """)
    }

    @Test
    func `what the database holds is the script's memory, and a full one leaves it as it was`() async throws {
        let outcome = try await run(
            """
            local sql = require "finlua.sql"
            local function megabytes() return collectgarbage "count" // 1024 end
            local before = megabytes()
            print(sql.load("kept", function(_, n) n = (n and n.n or 0) + 1 if n <= 2000 then return { n = n } end end))
            local text, n = ("x"):rep(1e6), 0
            local function source()
              n = n + 1
              return { n = n, text = text }
            end
            local ok, message = pcall(sql.load, "t", source)
            print(ok, message.code, n > 100 and n < 256)
            ok, message = pcall(sql.all, "select a.n from kept a, kept b, kept c order by random()")
            print(ok, message.code)
            ok, message = pcall(sql.execute, "create table u as select zeroblob(1000000) from kept")
            print(ok, message.code)
            for _ = 1, 300 do sql.rows("select ?", text)() end
            print(sql.value "select count(*) from kept", sql.value "select count(*) from sqlite_schema")
            sql.load("t", { { text = text } })
            for _ = 1, 7 do sql.execute "insert into t select * from t" end
            print(megabytes() - before > 100, megabytes() - before < 256)
            """)
        #expect(outcome.problem == "")
        #expect(
            outcome.output == """
                2000
                false\tmemory\ttrue
                false\tmemory
                false\tmemory
                2000\t1
                true\ttrue\n
                """)
    }

    @Test
    func `three hundred thousand rows keep their sum`() async throws {
        let outcome = try await run(
            """
            local sql = require "finlua.sql"
            local n = 0
            local count = sql.load("costs", function()
              n = n + 1
              if n <= 300000 then return { day = "2026-10-01", service = "s" .. n % 37, cost = n / 100 } end
            end)
            print(count, sql.value "select exact_sum(cost) from costs", sql.value "select count(distinct service) from costs")
            """)
        #expect(outcome.problem == "")
        #expect(outcome.output == "300000\t450001500.0\t37\n")
    }
}
