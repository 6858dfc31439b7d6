-- untagged-spend.lua: how much of the spend has no value for a tag, service by service.
--
--   finlua run untagged-spend.lua --tag "Virtual Tags/Team" --days 30
--
-- The service with the most comes first; the last line is the whole bill.
local finout, group, export = require "finout", require "finlua.group", require "finlua.export"

local args = require "finlua.args" {
  about = "Share of spend without a value for a tag, by service.",
  tag   = { default = "Virtual Tags/Team", value = "KEY", help = "the tag, as costCenter/key" },
  days  = { type = "integer", default = 30, min = 1, help = "days to look at, up to the day before yesterday" },
  top   = { type = "integer", default = 15, min = 1, help = "services to show" },
}

local spend = finout.query {
  date = { last = args.days .. "d", lag = 2 },
  dimensions = { service = "Global/service", tag = args.tag },
  measurements = { cost = "netAmortizedCost" },
}:collect()

local untagged = {}
for _, row in ipairs(spend) do
  if not row.tag then untagged[#untagged + 1] = row end  -- an absent value is nil
end

local function line(service, cost, missing)
  return { service = service, spend = cost, untagged = missing, percent = cost ~= 0 and missing / cost * 100 or nil }
end

local both, lines = group.compare(untagged, spend, { by = "service", value = "cost" }), {}
for _, each in ipairs(both) do lines[#lines + 1] = line(each.service or "(no service)", each.prior, each.now) end
table.sort(lines, function(a, b)
  return a.untagged > b.untagged or a.untagged == b.untagged and a.service < b.service
end)
lines = table.move(lines, 1, math.min(args.top, #lines), 1, {})
lines[#lines + 1] = line("all services", both.total.prior, both.total.now)

local columns = { "service", "spend", "untagged", "percent" }
export.table("-", lines, { columns = columns, decimals = { spend = 2, untagged = 2, percent = 1 } })
