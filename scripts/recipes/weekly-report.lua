-- weekly-report.lua: the week's costs as one HTML page: what changed, who moved it, what was unusual, team by team.
--
--   finlua run weekly-report.lua --by "Virtual Tags/Environment" --out /srv/reports
--   finlua run weekly-report.lua --print                  # in the terminal instead
--   finlua run --as-of 2026-10-05 weekly-report.lua       # the report of that day
--
-- The week is the seven days that end two days ago: the newest days of a bill are still being written.
local finout, group, date = require "finout", require "finlua.group", require "finlua.date"
local anomaly, report = require "finlua.anomaly", require "finlua.report"

local args = require "finlua.args" {
  about = "The costs of a week as an HTML page, against the week before.",
  by    = { default = "Virtual Tags/Team", value = "KEY", help = "who bears costs, as costCenter/key" },
  print = { type = "boolean", help = "print the page instead of writing a file" },
}

local last = date.as_of() - 2
local function costs(first, to, dimensions)
  local cost = { cost = "netAmortizedCost" }
  return finout.query { date = { from = first, to = to }, dimensions = dimensions, measurements = cost }
end
local services = costs(last - 90, last, { service = "Global/service" })
local now = costs(last - 6, last, { service = "Global/service" })
local prior = costs(last - 13, last - 7, { service = "Global/service" })
local bearers = costs(last - 27, last, { bearer = args.by })

local moved = group.compare(now, prior, { by = "service", value = "cost", top = 10 })
local found = anomaly.check(services, { by = "service" })
local page = report.page { title = "Cloud costs, week to " .. last:format("%d %B %Y"),
  subtitle = "Net amortized, seven days against the seven before" }
page:figures {
  { label = "Spend", value = moved.total.now, prior = moved.total.prior, decimals = 0, better = "lower" },
  { label = "Per day", value = moved.total.now / 7, prior = moved.total.prior / 7, decimals = 0, better = "lower" },
  { label = "Anomalies on the last day", value = found.ready and #found.findings or nil, note = found.reason },
}
page:table(moved, { title = "Who moved the bill", total = moved.total,
  columns = { "service", { "now", as = "This week" }, { "prior", as = "Week before" }, "change", "percent" } })
page:line(services, { title = "Services", by = "service", top = 5, anomalies = found.ready and found or nil })
page:area(bearers, { title = "Four weeks by " .. args.by, by = "bearer", top = 6 })
if args.print then page:print() else print(page:save("weekly-" .. last .. ".html").path) end
