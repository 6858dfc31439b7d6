-- budget-check.lua: how much of the month's budget is used, where the month will end, and what is left per day.
--
--   finlua run budget-check.lua --budget 400000
--   finlua run budget-check.lua --budget 60000 --key "Virtual Tags/Team" --value Data
--
-- The forecast goes by like days: last month after the same day, times the change of the days up to it. So what is
-- billed on the 1st, such as tax, counts once. A day that last month did not have counts as its average.
local finout, group, date, money = require "finout", require "finlua.group", require "finlua.date", require "finlua.money"

local args = require "finlua.args" {
  about  = "Burn and forecast of this month against its budget.",
  budget = { type = "number", required = true, min = 0.01, value = "AMOUNT", help = "the month's budget" },
  key    = { default = "Virtual Tags/Team", value = "KEY", help = "what --value is a value of" },
  value  = { default = "", help = "only the costs of this value; else the whole bill" },
}
local today = date.today() - 2                          -- two days of billing lag
local start, before = today.month_start, today.month_start.previous_month
local costs = finout.query {
  date = { from = before, to = today }, measurements = { cost = "netAmortizedCost" },
  filters = args.value ~= "" and { [args.key] = { args.value } } or nil,
}:collect()
if #costs == 0 then error("no costs in two months; finlua values lists the values of a key") end
local function spend(first, last)
  local days = {}
  for _, row in ipairs(costs) do if row.day >= first and row.day <= last then days[#days + 1] = row end end
  return group.sum(days, { of = "cost" })[1].cost
end

local length, common = start.days_in_month, math.min(start.days_in_month, before.days_in_month)
local same = math.min(today.day, common) - 1            -- from the 1st to the last day both months have had
local left, spent, like = length - today.day, spend(start, today), spend(before, before + same)
local rest = spend(before + today.day, before + common - 1)
  + (length - math.max(common, today.day)) * spend(before, before.month_end) / before.days_in_month
local forecast = like > 0 and spent + rest * spend(start, start + same) / like
local function line(name, amount, ...) print(("%-14s %14s  "):format(name, money.format(amount)) .. string.format(...)) end
line("budget", args.budget, "%s, %d of %d days billed", start:format("%B %Y"), today.day, length)
line("spent", spent, "%.1f%% of the budget, in %.1f%% of the days", spent / args.budget * 100, today.day / length * 100)
line("last month", like, forecast and "to the same day" or "to the same day, so there is no forecast")
if forecast then line("forecast", forecast, "%.1f%% of the budget", forecast / args.budget * 100) end
if left > 0 then line("left per day", (args.budget - spent) / left, "for %d more days", left) end
