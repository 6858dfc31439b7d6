-- anomaly-alert.lua: tells a channel which services did not cost what was to be expected, worst first, each day once.
--
--   finlua run anomaly-alert.lua --to team --by "Virtual Tags/Team"
--   finlua run --as-of 2026-11-01 anomaly-alert.lua     # shows what would have been told on that day, and tells nobody
--
-- Run it daily. The channel is an endpoint of the configuration file: notify = { team = { type = "slack", url_file = "…" } }.
-- Nothing found sends nothing; what was told once is told again when it grows. A day that is not ready ends with status 1.
local finout, date, anomaly = require "finout", require "finlua.date", require "finlua.anomaly"
local notify = require "finlua.notify"

local args = require "finlua.args" {
  about       = "Anomalies of the last day whose costs are in, told to an endpoint of the configuration.",
  to          = { default = "team", value = "NAME", help = "the endpoint that is told" },
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
  min_impact = args.min_impact, min_percent = args.min_percent, remember = args.by .. " " .. args.to })

if not report.ready then error("not ready: " .. report.reason, 0) end
notify.send(args.to, {
  title = "Costs of " .. report.day .. " that were not expected",
  text = ("%d series of %s judged by %d days"):format(report.checked.series, args.by, report.checked.days),
  findings = report.findings, resolved = report.resolved, key = args.by,
})
