local sql, json, date = require "finlua.sql", require "finlua.json", require "finlua.date"
local function problem(call, ...)
  local ok, message = pcall(call, ...)
  if type(message) == "string" then return print(message) end
  print(ok and "no error" or message.code .. ": " .. message.message .. (message.hint and " / " .. message.hint or ""))
end

-- rows in: fields of later rows become columns, values keep their types
print(sql.load("costs", {
  { day = date.parse "2026-10-01", cost = 0.1, team = "web", final = true },
  { day = "2026-10-02", cost = 0.2, team = json.null },
  { day = "2026-10-03", cost = 3, ["odd \"name\""] = "é\0x", 
    usage = setmetatable({ amount = 2.5, unit = "Hrs" }, {}) },
}))
for row in sql.rows "select * from costs order by day" do
  print(row.day, row.cost, row.team, row.final, row.usage, row.usage_unit, row['odd "name"'] == "é\0x")
end
print(sql.value "select group_concat(typeof(cost)) || ' ' || typeof(final) from costs")
print(sql.load("few", { { a = 1, b = 2 } }, { columns = "b" }), json.encode(sql.row "select * from few"))
print(sql.load("none", {}, { columns = { "a" } }), #sql.all "select * from none", sql.row "select * from none")
local position = 0
print(sql.load("counted", function() position = position + 1 if position < 4 then return { n = position } end end))
print(sql.load("again", sql.rows "select n, n * n as square from counted"), sql.value "select sum(square) from again")

-- parameters
print(sql.value("select day from costs where cost > ? and cost < ?", 0.15, 1))
print(sql.value("select count(*) from costs where team = :team or day = :day", { team = "web", day = date.parse "2026-10-03" }))
print(sql.value("select ? is null and ? is null", nil, json.null), sql.value("select ?", "'; drop table costs"))
print(table.concat(sql.all("select 1 as z, 2 as a").columns, " "))

-- exact sums
for _, sum in ipairs { "sum", "exact_sum" } do
  print(("%.17g"):format(sql.value("select " .. sum .. "(x) from (select 0.1 as x union all select 0.2)")))
end
print(sql.value "select exact_sum(x) from (select 1e16 as x union all select 1 union all select -1e16)")
print(sql.value "select group_concat(x, ' ') from (select exact_sum(n / 10.0) over (order by n rows 1 preceding) as x from counted)")
print(sql.value "select exact_sum(n) from counted where n > 9")
problem(sql.value, "select exact_sum(day) from costs")
problem(sql.value, "select exact_sum(9e999)")

-- statements that give no rows
print(sql.execute("update counted set n = n + 1"), sql.execute("create index by_n on counted (n)"))
print(#sql.all "insert into counted values (7), (8) returning n", sql.value "select count(*) from counted")
sql.execute "create view doubled as select 2 * n as m from counted"
print(sql.value "select max(m) from doubled", sql.value "select date('now')")

-- loops: nested, left half-way, and loading meanwhile
for row in sql.rows("select n from counted order by n") do
  for other in sql.rows("select n from counted where n > ? order by n", row.n) do
    print(row.n, other.n)
    break
  end
  if row.n == 3 then sql.load("meanwhile", sql.rows "select n from counted") end
  if row.n == 4 then
    problem(sql.execute, "drop table few")
    break
  end
end
sql.execute "drop table few"
local following, _, _, loop = sql.rows "select n from counted"
following()
do local _ <close> = loop end
problem(following)
for _ = 1, 3 do sql.rows "select n from counted"() end
sql.execute "drop table meanwhile"

-- what is wrong, and what was meant
problem(sql.rows, "select * from cost")
problem(sql.rows, "select day,\n  tema from costs")
problem(sql.rows, "selec 1")
problem(sql.rows, "select day form costs where")
problem(sql.rows, "select coalesc(day, 1) from costs")
problem(sql.rows, "select \"web\" from costs")
problem(sql.rows, "select 1; select 2")
print(sql.value "select 1; -- and no more\n/* nothing */;")
problem(sql.rows, " -- nothing")
problem(sql.rows, "select 1 \0")
problem(sql.rows, 5)
problem(sql.rows, "select ?, ?", 1)
problem(sql.rows, "select :day, :team", { day = 1, tean = 2 })
problem(sql.rows, "select :day", "2026-10-01")
problem(sql.rows, "select :a, ?", {})
problem(sql.rows, "select ?", 0 / 0)
problem(sql.rows, "select ?", {})
problem(sql.rows, "select day, team as day from costs")
problem(sql.row, "select * from costs")
problem(sql.value, "select day, team from costs limit 1")
problem(sql.rows, "drop view doubled")
problem(sql.execute, "select 1")
problem(sql.value, "select abs(-9223372036854775807 - 1)")
problem(sql.value, "select length(zeroblob(1 << 28))")
problem(sql.load)
problem(sql.load, "costs", {})
problem(sql.load, "sqlite_costs", {})
problem(sql.load, "t", {})
problem(sql.load, "t", {}, { column = "a" })
problem(sql.load, "t", { { 1, 2 } })
problem(sql.load, "t", { { a = 1 }, 5 })
problem(sql.load, "t", { { a = 1 }, { a = 1, 2 } })
problem(sql.load, "t", { { a = 1 }, { a = 0 / 0 } })
problem(sql.load, "t", { { a = 1 }, { a = { 1 } } })
problem(sql.load, "t", { { a = 1 }, { a = print } })
problem(sql.load, "t", { { cost = 1 }, { Cost = 1 } })
problem(sql.load, "t", { { cost = 1 } }, { columns = { "cots" } })
problem(sql.load, "t", { { a = 1, b = 1 }, { a = 2, b = 1 }, { a = 1, b = 1 } }, { keys = { "a", "b" } })
problem(sql.load, "t", { { a = 1 } }, { keys = "b" })
problem(sql.load, "t", function() error("the source failed", 0) end)
print(sql.load("t", { { a = 1 }, { a = 2 } }, { keys = "a" }))

-- what no script may do
for _, text in ipairs {
  "attach '/tmp/x' as x", "detach main", "vacuum", "vacuum into '/tmp/x'", "begin", "savepoint a", "rollback",
  "pragma journal_mode = wal", "pragma writable_schema = 1", "create virtual table x using fts5(a)",
  "create table finlua_x (a)", "update sqlite_schema set sql = ''",
} do
  problem(sql.execute, text)
end
problem(sql.value, "select load_extension('x')")
print(#sql.all "pragma table_info(costs)", sql.value "select group_concat(name) from sqlite_schema where type = 'table'")
