-- allocate-shared.lua: what each team bears of a month when shared costs are passed on to those who share them.
--
--   finlua run allocate-shared.lua --month 2026-10 --split even
--
-- Edit the rules: the first that holds takes the row. The result adds up to the last digit, or it is an error.
local finout, allocate, date = require "finout", require "finlua.allocate", require "finlua.date"
local export, money = require "finlua.export", require "finlua.money"

local args = require "finlua.args" {
  about = "A month's cost by team, with what is shared divided among the teams.",
  month = { default = (date.today() - 2).previous_month:format("%Y-%m"), value = "YYYY-MM", help = "the month" },
  key   = { default = "Virtual Tags/Team", value = "KEY", help = "who bears costs, as costCenter/key" },
  split = { one_of = { "proportional", "even" }, default = "proportional", help = "by the teams' own costs, or alike" },
}

local result = allocate(finout.query {
  date = { month = args.month },
  timeInterval = "month",
  dimensions = { service = "Global/service", team = args.key },
  measurements = { cost = "netAmortizedCost" },
}, {
  rules = {
    { to = "Shared", filters = { service = { "Tax", "AWSSupportBusiness", "Support" } } },
    { to = "Shared", filters = { team = { "Platform", "Security" } } },
    { to = { column = "team" } },
  },
  pools = { Shared = args.split },
})

local lines, coverage = result:rows(), result:coverage()
table.sort(lines, function(a, b)                         -- teams first, then what no rule took
  if a.kind ~= b.kind then return a.kind == "target" end
  return a.cost > b.cost
end)
lines[#lines + 1] = { target = "total", direct = money.sum(lines, "direct"), shared = money.sum(lines, "shared"),
  cost = coverage.total }
export.table("-", lines, { columns = { "target", "direct", "shared", "cost" }, decimals = 2 })
print(("%.1f%% of the bill is allocated, %.1f%% of that from the shared pool"):format(
  (coverage.allocated_share or 0) * 100, (coverage.shared_share or 0) * 100))
