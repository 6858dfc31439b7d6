-- export-daily.lua: the daily cost of every AWS service and account, a folder of CSV files with one for each day.
--
--   finlua run --summary --out exports export-daily.lua --since 2026-08-01
--
-- The first run asks from --since on. Each later one asks again for the days that may have changed, the last --trailing
-- and until the 10th the whole previous month, and for whatever a run that did not happen left out. Files of days that
-- did not change are left alone; what changed, and by how much, is printed.
local finout, export, date = require "finout", require "finlua.export", require "finlua.date"

local args = require "finlua.args" {
  about    = "Daily cost by service and account, as costs/day=YYYY-MM-DD/part.csv.",
  since    = { type = "date", default = date.as_of() - 30, help = "first day of the first run" },
  trailing = { type = "integer", default = 7, min = 1, max = 60, help = "days that are asked for again" },
  cost     = { default = "netAmortizedCost", value = "NAME", help = "the measurement" },
}

local function costs(window)
  return finout.query {
    date = window,
    dimensions = { service = "AWS/service", account = "AWS/aws_account_name" },
    measurements = { cost = args.cost },
    filters = { ["Global/cost_center_type"] = "AWS" },
  }
end

local done = export.csv("costs", costs, {
  partition_by = "day",
  restate = { trailing = args.trailing, previous_month_until = 10, lag = 2, since = args.since },
})

print(("%s: %d rows, %s to %s"):format(done.path, done.rows, done.window.from, done.window.to))
for _, change in ipairs(done.changed) do
  local cost = change.sums.cost or {}
  print(("%s %s: %s, before %s"):format(change.partition, change.state, cost.after or "none", cost.before or "none"))
end
