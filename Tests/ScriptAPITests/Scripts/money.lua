local money = require "finlua.money"

local function try(f, ...)
  local ok, err = pcall(f, ...)
  print(ok and "no error" or err.code, ok and "" or err.message, ok and "" or err.hint or "")
end

-- sums
local tenths = {}
for i = 1, 10 do tenths[i] = 0.1 end
print(money.sum(tenths), money.sum {}, money.sum { 1, 2 }, money.sum { 1e16, 1, -1e16 })
print(money.sum({ "0.1", 0.2, money.exact(5) }), money.sum({ 1e15, 0.1 }, { exact = true }), money.sum { 1e15, "1e-20" })
print(money.sum({ { cost = 0.1 }, {}, { cost = { amount = 0.2, unit = "USD" } } }, "cost"))
try(money.sum, { 1, {} })
try(money.sum, { 0 / 0 })
try(money.sum, { { a = 1 } }, "cost")
try(money.sum, 5)

-- splits: the published vectors of money libraries
local function split(amount, weights, options)
  local parts, kept = money.split(amount, weights, options)
  print(table.concat(parts, " "), kept)
end
split(100, { 1, 1, 1 }, { scale = 0 })
split(101, { 1, 1, 1 }, { scale = 0 })
split(5, { 3, 7 }, { scale = 0 })
split(5, { 7, 3 }, { scale = 0 })
split(5, { 0, 7, 3 }, { scale = 0 })
split(5, { 7, 0, 3 }, { scale = 0 })
split(0, { 0, 0, 1 }, { scale = 0 })
split(2, { 1, 1, 1 }, { scale = 0 })
split(101, { 3, 7 }, { scale = 0 })
split(1003, { 50, 50 }, { scale = 0 })
split(-1003, { 50, 50 }, { scale = 0 })
split(100, { 1, 1, 1 })
split(10, { 0, 0 }, { zero = "keep" })
split(10, { 0, 0 }, { zero = "even" })
split(10, { 60, 30 }, { percent = true, rest = "keep" })
local parts = money.split(100, { web = 1, shop = 1, app = 1 })
print(parts.app, parts.shop, parts.web)
parts = money.split(10, { web = 60 }, { percent = true, rest = "shop" })
print(parts.web, parts.shop)
print(money.split("123456789012345678.91", { 1, 1 }, { exact = true })[1])
try(money.split, "123456789012345678.91", { 1, 1 })
try(money.split, 1, {})
try(money.split, 1, { 0, 0 })
try(money.split, 1, { -1, 2 })
try(money.split, 1, { 1, a = 1 })
try(money.split, 1, { 99.99 }, { percent = true })
try(money.split, 1, { 1 }, { zero = "evn" })
try(money.split, 1, { 1 }, { scale = -1 })
try(money.split, 1, { 1 }, { scal = 1 })
try(money.split, nil, { 1 })

-- rounding and text
print(money.round(2.345), money.round(2.355), money.round(2.5, 0), money.round(2.5, 0, "half_up"), money.round(-2.1, 0, "floor"))
print(money.format(1234567.891), money.format(-1234.5, { currency = "USD", scale = 0 }), money.format(0.005), money.format("1e6", { separator = "'" }))
try(money.round, 1, 2, "half_odd")
try(money.format, "12,50")

-- exact amounts
local a, b = money.exact(0.1), money.exact "0.2"
print(a + b, a - b, -a, a * 3, b * a, a + 1, 1 - a, a == money.exact "0.10", a < b, a <= 0.1, a .. " USD")
print((a + b):number(), a:ratio(b), a:ratio(0), money.exact(10):divide(3), money.exact(10):divide(3, 4, "up"), (a + b):round(0))
print(money.is(a), money.is(1), money.compare(0.1 + 0.2, "0.3"), money.compare(1, "1.0"), money.exact(1e22) + 1)
try(function() return a / b end)
try(function() return a.cents end)
try(function() a.x = 1 end)
try(function() return a + {} end)
try(money.exact, "abc")
try(money.exact, 1e31)
