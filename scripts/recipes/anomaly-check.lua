-- anomaly-check.lua: which services did not cost what was to be expected, and who moved them.
--
--   finlua run anomaly-check.lua --by "Virtual Tags/Team" --min-impact 500
--   finlua run --as-of 2026-11-01 anomaly-check.lua      # what a check on that day would have said
--
-- Run it daily: what was told once is told again only when it grows. A day that is not ready ends the run with status 1.
local finout, date, anomaly = require "finout", require "finlua.date", require "finlua.anomaly"

local args = require "finlua.args" {
  about       = "Anomalies of the last day whose costs are in, by series and in total.",
  by          = { default = "AWS/service", value = "KEY", help = "what makes a series, as costCenter/key" },
  contributor = { default = "AWS/aws_account_name", value = "KEY", help = "what to tell its parts apart by" },
  min_impact  = { type = "number", default = 100, min = 0, help = "money that a day must be off" },
  min_percent = { type = "number", default = 10, min = 0, help = "percent that it must be off" },
  lag         = { type = "integer", default = 2, min = 0, max = 60, help = "days until costs are in" },
}

local day = date.today() - args.lag
local costs = finout.query {
  date = { from = day - 90, to = day },
  dimensions = { name = args.by, part = args.contributor },
  measurements = { cost = "netAmortizedCost" },
}
local report = anomaly.check(costs, { by = "name", contributors = "part", lag = args.lag,
  min_impact = args.min_impact, min_percent = args.min_percent, remember = args.by })

if not report.ready then error("not ready: " .. report.reason, 0) end
print(("%s: %d series judged by %d days"):format(report.day, report.checked.series, report.checked.days))
for _, f in ipairs(report.findings) do
  local percent = f.percent and ("%+.0f%%"):format(f.percent) or "new"
  print(("%-9s %-8s %-32s %12.2f, expected %.2f (%+.2f, %s)"):format(
    f.state, f.severity, f.series, f.actual, f.expected, f.impact, percent))
  for _, c in ipairs(f.contributors) do print(("%18s %-32s %+12.2f"):format("", c.name, c.change)) end
end
for _, r in ipairs(report.resolved) do print(("resolved  %s, since %s"):format(r.series, r.since)) end
