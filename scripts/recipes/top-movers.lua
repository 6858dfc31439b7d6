-- top-movers.lua: which services moved the bill, this period against the one before.
--
--   finlua run top-movers.lua --days 30 --top 20
--
-- Both periods end two days ago: the newest days of a bill are still being written.
local finout, group, date = require "finout", require "finlua.group", require "finlua.date"

local args = require "finlua.args" {
  about = "Services whose spend moved most, this period against the one before.",
  days  = { type = "integer", default = 7, min = 1, max = 60, help = "length of a period" },
  top   = { type = "integer", default = 10, min = 1, help = "services to show" },
}

local function spend(first, last)                       -- both queries run at the same time: query() only submits
  return finout.query {
    date = { from = first, to = last },
    dimensions = { service = "AWS/service" },
    measurements = { cost = "netAmortizedCost" },
  }
end

local today = date.today()
local now   = spend(today - args.days - 1, today - 2)   -- two days of billing lag
local prior = spend(today - 2 * args.days - 1, today - args.days - 2)
local moved = group.compare(now, prior, { by = "service", value = "cost", top = args.top })

print(("%-32s %12s %11s %8s"):format("service", "now", "change", "percent"))
for _, m in ipairs(moved) do
  local percent = m.percent and ("%+7.1f%%"):format(m.percent) or "new"
  print(("%-32s %12.2f %+11.2f %8s"):format(m.service or "(no service)", m.now, m.change, percent))
end
print(("%-32s %12.2f %+11.2f"):format("all services", moved.total.now, moved.total.change))
