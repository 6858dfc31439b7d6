local group = require "finlua.group"

local function show(title, list)
  print(title)
  for _, row in ipairs(list) do
    local names, parts = {}, {}
    for name in pairs(row) do names[#names + 1] = name end
    table.sort(names)
    for index, name in ipairs(names) do parts[index] = name .. "=" .. tostring(row[name]) end
    print("  " .. table.concat(parts, " "))
  end
end

local rows = {
  { day = "2026-10-01", service = "EC2", cost = 0.1 },
  { day = "2026-10-01", service = "S3", cost = 0.2 },
  { day = "2026-10-03", service = "EC2", cost = 0.2 },
  { day = "2026-10-03", cost = -5 },
}
local earlier = { { service = "EC2", cost = 0.2 }, { service = "Lambda", cost = 7 } }

show("by service, the missing one last", group.sum(rows, { by = "service", of = "cost" }))
show("by two", group.sum(rows, { by = { "day", "service" }, of = { "cost" } }))
show("all", group.sum(rows, { of = "cost" }))
show("nothing", group.sum({}, { of = "cost" }))
local compared = group.compare(rows, earlier, { by = "service", value = "cost", top = 3 })
show("compared", compared)
show("in total", { compared.total })
show("top", group.top(rows, { by = "service", value = "cost", n = 1 }))
show("top of few", group.top(rows, { by = "service", value = "cost", n = 9 }))
show("filled", group.fill(rows, { by = "service", value = "cost" }))
show("filled further", group.fill(rows, { value = "cost", from = "2026-09-30", to = "2026-10-04" }))
show("weeks", group.fill({ { week = "2026-10-05", cost = 1 } }, { value = "cost", to = "2026-10-25" }))
show("months", group.fill({ { month = "2026-10", cost = 1 } }, { value = "cost", from = "2026-08-04" }))
local pivoted = group.pivot(rows, { rows = "service", columns = "day", values = "cost" })
show("pivot", pivoted)
print(table.concat(pivoted.columns, " "))
show("turned", group.pivot(rows, { rows = "day", columns = "service", values = "cost", missing = 0 }))

-- Exact: neither the order nor the number of terms changes a digit.
local many = {}
for index = 1, 5000 do many[index] = { cost = 0.1 } end
print("5000 times 0.1", group.sum(many, { of = "cost" })[1].cost)
local mixed = {}
for index = 1, 3000 do
  mixed[#mixed + 1] = { cost = 1e15 + index }
  mixed[#mixed + 1] = { cost = 0.01 }
  mixed[#mixed + 1] = { cost = -1e15 - index }
end
local forward = group.sum(mixed, { of = "cost" })[1].cost
for index = 1, #mixed // 2 do mixed[index], mixed[#mixed + 1 - index] = mixed[#mixed + 1 - index], mixed[index] end
print("cancelled", forward, group.sum(mixed, { of = "cost" })[1].cost)

local step = 0
local function iterator()
  step = step + 1
  return rows[step]
end
show("an iterator", group.sum(iterator, { by = "day", of = "cost" }))
local units = { { usage = 1, usage_unit = "Hrs" }, { usage = 2, usage_unit = "GB" } }
show("units apart", group.sum(units, { by = "usage_unit", of = "usage" }))
show("the API's cells", group.sum({ { u = { amount = 2, unit = "GB" } }, { u = { amount = 3, unit = "GB" } } }, { of = "u" }))

local function fails(...)
  local _, problem = pcall(...)
  print(problem.code, problem.message, problem.hint or "")
end
fails(group.sum, rows, { by = "servce", of = "cost" })
fails(group.sum, rows, { by = "service", of = "cots" })
fails(group.sum, rows, { by = "service", off = "cost" })
fails(group.sum, rows, { by = "service" })
fails(group.sum, nil, { of = "cost" })
fails(group.sum, { 1 }, { of = "cost" })
fails(group.sum, units, { of = "usage" })
fails(group.sum, { { cost = "12" } }, { of = "cost" })
fails(group.sum, { { cost = 0 / 0 } }, { of = "cost" })
fails(group.sum, rows, { by = { "day", "day" }, of = "cost" })
fails(group.top, rows, { by = "service", value = "cost", n = 0 })
fails(group.compare, rows, rows, { by = "service" })
fails(group.fill, rows, { value = "cost", from = "2026-10-02" })
fails(group.fill, rows, { value = "cost", interval = "hour" })
fails(group.fill, { { day = "soon", cost = 1 } }, { value = "cost" })
fails(group.pivot, { { day = "EC2", service = "day", cost = 1 } }, { rows = "day", columns = "service", values = "cost" })
