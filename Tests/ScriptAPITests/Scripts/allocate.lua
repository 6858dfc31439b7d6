local allocate, money = require "finlua.allocate", require "finlua.money"

local function try(...)
  local ok, err = pcall(...)
  print(ok and "no error" or err.code, ok and "" or err.message, ok and "" or err.hint or "")
end
local function show(result)
  for _, row in ipairs(result:rows()) do
    print(row.month or row.day or "-", row.target, row.kind, row.direct, row.shared, row.cost)
  end
end

-- FinOps Foundation, "Identifying shared costs": 50,000, 30,000, 20,000, and 12,000 of support
local rows = {
  { team = "Sales Ops", cost = 50000 }, { team = "Eng-QA", cost = 30000 }, { team = "Engineering", cost = 20000 },
  { team = "Support", cost = 12000 },
}
local rules = { { to = { column = "team" } } }
for _, method in ipairs { "proportional", "even" } do
  show(allocate(rows, { of = "cost", rules = rules, pools = { Support = method } }))
end
show(allocate(rows, { of = "cost", rules = rules,
  pools = { Support = { fixed = { ["Sales Ops"] = 45, ["Eng-QA"] = 30, Engineering = 25 } } } }))
show(allocate(rows, { of = "cost", rules = rules, pools = { Support = { fixed = { Engineering = 25 }, rest = "keep" } } }))
show(allocate(rows, { of = "cost", rules = rules, pools = { Support = { weights = { Engineering = 1, ["Eng-QA"] = 2 } } } }))

-- a chain of services: direct, step by step, all at once
local chain = {}
for name, cost in pairs { S1 = 92400, S2 = 184800, S3 = 138600, P1 = 400000, P2 = 500000 } do
  chain[#chain + 1] = { team = name, cost = cost }
end
local serves = {
  S1 = { weights = { S2 = .1, S3 = .2, P1 = .4, P2 = .3 } }, S2 = { weights = { S1 = .1, S3 = .2, P1 = .5, P2 = .2 } },
  S3 = { weights = { S1 = .3, P1 = .1, P2 = .6 } },
}
for _, method in ipairs { "direct", { step_down = { "S1", "S2", "S3" } }, "reciprocal" } do
  local result = allocate(chain, { of = "cost", rules = rules, pools = serves, chain = method })
  local proof = result:prove()
  print(result:totals()[1].cost, result:totals()[2].cost, proof.total, proof.rows)
end
try(allocate, chain, { of = "cost", rules = rules, pools = serves })

-- days, dates of rules, weights from rows, what changes
local days = {
  { day = "2026-09-30", service = "EC2", team = "web", cost = 10.01, cost_unit = "USD" },
  { day = "2026-10-01", service = "EC2", team = "web", cost = 20.02, cost_unit = "USD" },
  { day = "2026-10-02", service = "Support", cost = 0.01, cost_unit = "USD" },
  { day = "2026-10-03", service = "S3", team = "shop", cost = -5, cost_unit = "USD" },
  { day = "2026-10-03", service = "S3", team = "shop", cost = 7, cost_unit = "USD" },
  { day = "2026-10-04", service = "Lambda", cost = 1, cost_unit = "USD" },
}
local hours = { { day = "2026-10-01", team = "Web", hours = 3 }, { day = "2026-10-02", team = "Shop", hours = 1 } }
local before = allocate(days, { of = "cost", rules = {
  { name = "old web", to = "Old", filters = { team = "web" }, timeframe = { to = "2026-09-30" } },
  { name = "web", to = "Web", filters = { team = "web", service = { notOneOf = { "S3" } } } },
  { name = "shop", to = "Shop", filters = { team = { exists = true } } },
  { name = "support", to = "Platform", filters = { OR = { { service = "Support" }, { service = "Premium" } } } },
}, pools = { Platform = { weights = { rows = hours, target = "team", of = "hours" } } } })
show(before)
for _, move in ipairs(before:explain("Web").received) do
  print(move.month, move.source, move.method, move.weight, move.share, move.rows, move.cost, table.concat(move.rules, " "))
end
local coverage = before:coverage()
print(coverage.total, coverage.allocated, coverage.unallocated, coverage.kept, coverage.shared, coverage.allocated_share)
for _, rule in ipairs(before:rules()) do print(rule.rule, rule.rows, rule.cost, rule.problem) end
local after = allocate(days, { of = "cost", default = "Shop", rules = { { to = "Web", filters = { team = "web" } } } })
local changes, total = before:diff(after)
for _, change in ipairs(changes) do print(change.target, change.before, change.after, change.change, change.percent) end
print(total.before, total.after, total.change)
local tag, missing = before:virtual_tag { name = "Owner", description = "first", keys = {
  team = { costCenter = "Virtual Tags", key = "Team", type = "virtual_tag" },
  service = { costCenter = "AWS", key = "service", type = "col" } } }
print(require "finlua.json".encode(tag))
print(missing[1])
try(function() before:virtual_tag { name = "Owner", keys = { team = "Virtual Tags/Team" } } end)
try(function() before:virtual_tag { keys = {} } end)

-- what cannot be meant
try(allocate, rows, { of = "cost", rules = { { to = "A" }, { to = "B" } } })
try(allocate, rows, { of = "cost", rules = { { to = "A", filters = { AND = { { team = "x" }, { team = "y" } } } } } })
try(allocate, rows, { of = "cost", rules = { { to = "A", filter = {} } } })
try(allocate, rows, { of = "cost", rules = { { to = "A", filters = { team = { contans = "x" } } } } })
try(allocate, rows, { of = "cost", rules = { { to = "A", filters = { tam = "x" } } } })
try(allocate, rows, { of = "cost", rules = { { filters = { team = "x" } } } })
try(allocate, rows, { of = "cost", rules = rules, pools = { Support = "evn" } })
try(allocate, rows, { of = "cost", rules = rules, pools = { Support = { fixed = { Engineering = 99.99 } } } })
try(allocate, rows, { of = "cost", rules = rules, chain = "stepdown" })
try(allocate, rows, { of = "cost", rules = rules, chian = "direct" })
try(allocate, rows, { of = "cost", rules = { { to = "A", timeframe = { from = "2026-10-01" } } } })
try(allocate, days, { of = "cost", rules = { { to = "A", timeframe = { from = "10/2026" } } } })
try(allocate, { { team = "a", cost = 0 / 0 } }, { of = "cost", rules = rules })
try(allocate, { { team = "a", cost = 1, cost_unit = "USD" }, { team = "b", cost = 1, cost_unit = "EUR" } }, { of = "cost", rules = rules })
try(allocate, rows, { rules = rules })
try(allocate, rows)
try(function() return before.total end)
show(allocate({}, { of = "cost", rules = rules }))
