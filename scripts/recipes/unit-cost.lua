-- unit-cost.lua: what one unit costs, day by day: the bill beside a CSV file with the columns day and units.
--
--   finlua run unit-cost.lua --units orders.csv --from 2026-10-01 --to 2026-10-31
--   finlua run --allow-read /srv/data unit-cost.lua --units /srv/data/orders.csv
--
-- A day that the file does not have has no cost per unit, and is not in the last line.
local finout, group, csv = require "finout", require "finlua.group", require "finlua.csv"
local date, export = require "finlua.date", require "finlua.export"

local args = require "finlua.args" {
  about = "Cost per unit of what the business counts: orders, requests, customers.",
  units = { required = true, value = "FILE", help = "CSV with day and units: beside the script, or a full path" },
  from  = { type = "date", default = (date.today() - 2).month_start, help = "first day" },
  to    = { type = "date", default = date.today() - 2, help = "last day; two days of billing lag" },
  key   = { default = "Virtual Tags/Product", value = "KEY", help = "what --value is a value of" },
  value = { default = "", help = "only the costs of this value; else the whole bill" },
}
local costs = finout.query {
  date = { from = args.from, to = args.to },
  measurements = { cost = "netAmortizedCost" },
  filters = args.value ~= "" and { [args.key] = { args.value } } or nil,
}
if costs.total_rows == 0 then error("no costs on these days; finlua values lists the values of a key") end
local units = csv.read(args.units, { types = { day = "date", units = "number" } })
local days = group.join(group.fill(costs, { value = "cost" }), units, { on = "day", fields = { "units" } })
local counted = {}
for _, row in ipairs(days) do
  if row.units and row.units > 0 then row.unit_cost, counted[#counted + 1] = row.cost / row.units, row end
end
if #counted == 0 then error(("%s has no units from %s to %s"):format(args.units, args.from, args.to)) end
local left_out, total = #days - #counted, group.sum(counted, { of = { "cost", "units" } })[1]
total.day, total.unit_cost = #counted .. " days", total.cost / total.units
days[#days + 1] = total
local decimals = { cost = 2, units = 0, unit_cost = 4 }
export.table("-", days, { columns = { "day", "cost", "units", "unit_cost" }, decimals = decimals })
if left_out > 0 then
  print((left_out == 1 and "1 day has" or left_out .. " days have") .. " no units; the last line leaves them out")
end
