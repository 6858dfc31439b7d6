-- top-movers.lua
local finout, group, date = require "finout", require "finlua.group", require "finlua.date"

local args = require "finlua.args" {
  about = "Services whose spend moved most, this period against the one before.",
  days  = { type = "integer", default = 7, min = 1, max = 60, help = "length of a period" },
  top   = { type = "integer", default = 10 },
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
for _, m in ipairs(group.compare(now, prior, { by = "service", value = "cost", top = args.top })) do
  print(("%-32s %12.2f %+10.2f"):format(m.service, m.now, m.change))
end
