-- export-daily.lua: the daily cost of every AWS service and account, one CSV file a month.
--
--   finlua run --out exports export-daily.lua --from 2026-08-01 --to 2026-10-31
--
-- Each file appears only when it is whole, so running it again after a failure, or tomorrow, is always right.
local finout, date, export = require "finout", require "finlua.date", require "finlua.export"

local args = require "finlua.args" {
  about = "Daily cost by service and account, as cost-YYYY-MM.csv.",
  from  = { type = "date", default = (date.today() - 2).month_start, help = "first day" },
  to    = { type = "date", default = date.today() - 2, help = "last day; two days of billing lag" },
  cost  = { default = "netAmortizedCost", value = "NAME", help = "the measurement" },
}

local months = {}
local first = args.from
while first <= args.to do
  local last = first.month_end < args.to and first.month_end or args.to
  months[#months + 1] = {
    file = ("cost-%s.csv"):format(first:format("%Y-%m")),
    query = finout.query {                              -- every month is asked for before the first is written
      date = { from = first, to = last },
      dimensions = { service = "AWS/service", account = "AWS/aws_account_name" },
      measurements = { cost = args.cost },
      filters = { ["Global/cost_center_type"] = "AWS" },
    },
  }
  first = first.next_month
end

for _, month in ipairs(months) do
  local done = export.csv(month.file, month.query)
  print(("%s: %d rows"):format(done.path, done.rows))
end
