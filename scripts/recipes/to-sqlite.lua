-- to-sqlite.lua: daily cost by service and account in an SQLite database that grows from run to run.
--
--   finlua run --out data to-sqlite.lua --days 10
--   sqlite3 data/costs.db 'select service, sum(cost) from costs group by service order by 2 desc limit 5'
--
-- Days that are there already are asked for again, as late costs still change them: a row of the same day, service and
-- account replaces the old one, so nothing is counted twice. The database is put in place whole or stays as it was.
local finout, date, export = require "finout", require "finlua.date", require "finlua.export"

local args = require "finlua.args" {
  about = "Daily cost by service and account, into an SQLite database.",
  days  = { type = "integer", default = 10, min = 1, max = 365, help = "how many days, new ones and those asked for again" },
  lag   = { type = "integer", default = 2, min = 0, help = "days that are still being billed, left out" },
  cost  = { default = "netAmortizedCost", value = "NAME", help = "the measurement" },
  file  = { default = "costs.db", value = "FILE", help = "the database" },
}

local last = date.today() - args.lag
local costs = finout.query {
  date = { from = last - (args.days - 1), to = last },
  dimensions = { service = "AWS/service", account = "AWS/aws_account_name" },
  measurements = { cost = args.cost },
  filters = { ["Global/cost_center_type"] = "AWS" },
}
local done = export.sqlite(args.file, costs, { table = "costs", key = { "day", "service", "account" } })
print(("%s: %d rows, %s to %s"):format(done.path, done.rows, last - (args.days - 1), last))
