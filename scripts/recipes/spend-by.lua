-- spend-by.lua: what any dimension costs, over any range of days, as a table or a file.
--
--   finlua run spend-by.lua --by "Virtual Tags/Team" --from 2026-01-01 --to 2026-09-30 --interval month
--   finlua run spend-by.lua --by AWS/region --format csv --output regions.csv
--
-- Ranges over 60 days are asked for in pieces and put together again.
local finout, group = require "finout", require "finlua.group"
local date, export = require "finlua.date", require "finlua.export"

local args = require "finlua.args" {
  about    = "Spend by any dimension.",
  by       = { default = "Global/service", value = "KEY", help = "a key as costCenter/key; finlua keys lists them" },
  from     = { type = "date", default = date.today() - 31, help = "first day" },
  to       = { type = "date", default = date.today() - 2, help = "last day" },
  interval = { one_of = { "total", "day", "week", "month" }, default = "total" },
  cost     = { default = "netAmortizedCost", value = "NAME", help = "the measurement" },
  top      = { type = "integer", default = 15, min = 1, help = "largest groups to show; the rest are one row" },
  format   = { one_of = { "table", "csv", "ndjson" }, default = "table" },
  output   = { default = "-", value = "PATH", help = "file to write; - is standard output" },
}

local spend = finout.query {
  date = { from = args.from, to = args.to },
  timeInterval = args.interval ~= "total" and args.interval or "day",
  dimensions = { group = args.by },
  measurements = { cost = args.cost },
}

local rows
if args.interval == "total" then
  rows = group.top(spend, { by = "group", value = "cost", n = args.top })
else
  rows = group.fill(spend, { by = "group", value = "cost" })  -- a zero where nothing was spent
end
local columns = { "group", "cost" }
if args.interval ~= "total" then table.insert(columns, 1, args.interval) end
export[args.format](args.output, rows, { columns = columns, decimals = args.format == "table" and 2 or nil })
