-- finance-workbook.lua: a month as an Excel workbook: each day by team with a chart, the largest services, and every row.
--
--   finlua run --out reports finance-workbook.lua --month 2026-10
--
-- Amounts are shown with two digits and stand there with all of them; the sums of the sheets agree with the bill.
local finout, date, group, export = require "finout", require "finlua.date", require "finlua.group", require "finlua.export"

local args = require "finlua.args" {
  about = "A month's cost as a workbook: by day and team, by service, and row by row.",
  month = { default = (date.today().month_start - 1):format("%Y-%m"), value = "YYYY-MM", help = "the month" },
  team  = { default = "Virtual Tags/Team", value = "KEY", help = "what the columns of the first sheet are" },
  cost  = { default = "netAmortizedCost", value = "NAME", help = "the measurement" },
}

local costs = finout.query {
  date = { month = args.month },
  dimensions = { team = args.team, service = "AWS/service" },
  measurements = { cost = args.cost },
}
local daily = group.pivot(costs, { rows = "day", columns = "team", values = "cost" })
local teams, money = table.move(daily.columns, 2, #daily.columns, 1, {}), {}
for _, team in ipairs(teams) do money[team] = "money" end
local services = group.top(costs, { by = "service", value = "cost", n = 15 })

local done = export.xlsx(("costs-%s.xlsx"):format(args.month), { sheets = {
  { name = "Daily", rows = daily, format = money,
    chart = { type = "stacked", x = "day", y = teams, title = "Cost by day and team, " .. args.month } },
  { name = "Services", rows = services, format = { cost = "money" },
    columns = { { "service", as = "Service" }, { "cost", as = "Cost" } },
    chart = { type = "bar", x = "service", y = "cost", title = "The largest services" } },
  { name = "Rows", rows = costs, format = { cost = "money" },
    columns = { { "day", as = "Day" }, { "team", as = "Team" }, { "service", as = "Service" }, { "cost", as = "Cost" } } },
} })
print(("%s: %d rows"):format(done.path, done.rows))
