-- Values that print alike are not alike, and 1 is 1.0; what is missing is missed.
local group, csv, money, allocate = require "finlua.group", require "finlua.csv", require "finlua.money", require "finlua.allocate"
local sql = require "finlua.sql"
local function try(...)
  local ok, err = pcall(...)
  print(ok and "no error" or err.code, ok and "" or err.message, ok and "" or err.hint or "")
end

local a = 0.1 + 0.2 -- prints as 0.3
local found = group.compare({ { k = a, v = 1 } }, { { k = 0.3, v = 5 }, { k = a, v = 7 } }, { by = "k", value = "v" })
print(#found, found.total.now, found.total.prior)
print(#group.pivot({ { r = a, c = "p", v = 1 }, { r = 0.3, c = "p", v = 2 } }, { rows = "r", columns = "c", values = "v" }))
local filled = group.fill({ { day = "2026-10-01", k = a, v = 1 }, { day = "2026-10-01", k = 0.3, v = 2 } }, { by = "k", value = "v" })
print(#filled, filled[1].v + filled[2].v)
print(group.join({ { k = a, v = 4 }, { k = 1, v = 5 } }, { { k = 0.3, w = "wrong" }, { k = 1.0, w = "right" } }, { on = "k" })[2].w)
print(#group.compare({ { k = "7:1", v = 10 } }, { { k = 1, v = 3 } }, { by = "k", value = "v" }))
print(#group.sum({ { k = 1, v = 1 }, { k = 1.0, v = 2 }, { k = -0.0, v = 4 }, { k = 0, v = 8 } }, { by = "k", of = "v" }))
print(#group.compare({ { k = 1, v = 10 } }, { { k = 1.0, v = 10 } }, { by = "k", value = "v" }))
try(group.compare, { { k = "a", v = 1e308 } }, { { k = "a", v = -1e308 } }, { by = "k", value = "v" })

try(group.sum, { { c = 1 }, nil, { c = 5 } }, { of = "c" })
try(csv.encode, { { a = 1 }, nil, { a = 2 } })
try(sql.load, "holes", { { a = 1 }, nil, { a = 2 } })
try(sql.value, "select count(*) from holes")
try(allocate, { { t = "a", c = 1 }, nil, { t = "a", c = 5 } }, { of = "c", rules = { { to = { column = "t" } } } })
try(money.sum, { 1, nil, 3 })
try(money.sum, { a = 5 })
try(money.split, 100, { web = 60, shop = 30 }, { percent = "yes" })
try(money.split, 100, { web = 60, shop = 30 }, { rest = "shop" })
try(group.pivot, { { team = "a", cost = 1 } }, { rows = "team", columns = "dya", values = "cost" })
try(group.pivot, { { team = "a", cost = 1 } }, { rows = "team", columns = "team", values = "cost" })
try(allocate, { { t = "a", c = 1 } }, { of = "c", rules = { { to = "Shraed", filters = { t = "a" } } }, pools = { Shared = "even" } })
try(allocate, { { t = "a", c = 1 } }, { of = "c", rules = { { to = { column = "t" } } }, pools = { aa = "even" } })
try(allocate, { { t = "a", c = 1 }, { t = "P", c = 1 }, { t = "b", c = -2 } },
  { of = "c", rules = { { to = { column = "t" } } }, pools = { P = "proportional" } })

for row in csv.parse("a\n-9223372036854775808\n9223372036854775807\n0.5\n", { types = { a = "number" } }) do print(row.a) end
try(function() for row in csv.parse("a\n12345678901234567890\n", { types = { a = "number" } }) do print(row.a) end end)
