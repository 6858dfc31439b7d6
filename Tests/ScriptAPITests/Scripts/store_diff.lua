local store, json, date = require "finlua.store", require "finlua.json", require "finlua.date"

local function fails(...)
  local _, problem = pcall(...)
  print(problem.code, problem.message, problem.hint or "")
end

local rows = { { service = "S3", cost = 0.1 }, { service = "EC2", cost = 5.0 } }
local found = store.diff(rows, "service")
print("the first run", found.first, #found.new, #found.changed, #found.gone, found.same)
print("the rows themselves, in their order", found.new[1] == rows[1], found.new[2] == rows[2])
fails(store.diff, rows, "service")

local step = 0
found = store.diff(function()
  step = step + 1
  return rows[step]
end, { "service", "cost" }, { name = "other" })
print("an iterator", found.first, #found.new)
print("nothing at all", store.diff({}, "service", { name = "empty" }).first)
print("a missing key", #store.diff({ { a = 1, b = 1 }, { b = 2 } }, { "a", "b" }, { name = "missing" }).new)
print("dates", #store.diff({ { day = date.parse "2026-10-01", u = { amount = 1, unit = "GB" } } }, "day", { name = "d" }).new)

fails(store.diff, { rows[1], rows[2], { service = "S3", cost = 2 } }, "service", { name = "x" })
fails(store.diff, { { a = 1, b = "y" }, { a = 1.0, b = "y" } }, { "a", "b" }, { name = "x" })
fails(store.diff, rows, "servce", { name = "x" })
fails(store.diff, rows, "zone", { name = "x" })
fails(store.diff, rows, { "service", "zone", "sevice" }, { name = "x" })
fails(store.diff, rows, "service", { name = "x", ignore = "cots" })
fails(store.diff, rows, "service", { name = "x", fields = "spend" })
fails(store.diff, rows, "service", { name = "x", fields = "cost", ignore = "cost" })
fails(store.diff, rows, "service", { nam = "x" })
fails(store.diff, rows, "service", { name = "" })
fails(store.diff, rows, {}, { name = "x" })
fails(store.diff, rows, nil, { name = "x" })
fails(store.diff, nil, "service", { name = "x" })
fails(store.diff, { 1 }, "service", { name = "x" })
fails(store.diff, { { "S3" } }, "service", { name = "x" })
fails(store.diff, { { service = "S3", cost = 0 / 0 } }, "service", { name = "x" })
fails(store.diff, { { service = print } }, "service", { name = "x" })
print("a call that failed remembers nothing", store.diff({}, "service", { name = "x" }).first)
print("not among the keys", #store.keys())
