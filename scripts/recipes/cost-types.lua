-- cost-types.lua: amortized cost beside unblended cost: what was used against what was billed.
--
--   finlua run cost-types.lua --month 2026-10 --by AWS/charge_type
--
-- The fee of a commitment is unblended cost on the day it is billed; amortized, it is spread over what it covers.
local finout, group, date = require "finout", require "finlua.group", require "finlua.date"
local export, money = require "finlua.export", require "finlua.money"

local args = require "finlua.args" {
  about     = "Two types of cost side by side, the largest difference first.",
  month     = { default = (date.today() - 2).previous_month:format("%Y-%m"), value = "YYYY-MM", help = "the month" },
  by        = { default = "AWS/service", value = "KEY", help = "a key as costCenter/key; finlua keys lists them" },
  amortized = { default = "netAmortizedCost", value = "NAME", help = "the measurement to look at" },
  unblended = { default = "netUnblendedCost", value = "NAME", help = "the one to hold it against" },
  top       = { type = "integer", default = 15, min = 1, help = "groups to show" },
}

local rows = group.sum(finout.query {
  date = { month = args.month },
  timeInterval = "month",
  dimensions = { group = args.by },
  measurements = { amortized = args.amortized, unblended = args.unblended },
}, { by = "group", of = { "amortized", "unblended" } })

local total = group.sum(rows, { of = { "amortized", "unblended" } })[1]
local function compared(row, name)
  row.group, row.difference = name, money.sum { row.amortized, -row.unblended }
end
compared(total, "total")
for _, row in ipairs(rows) do compared(row, row.group or "(no value)") end
table.sort(rows, function(a, b)                          -- the largest difference first, then the largest cost
  local left, right = math.abs(a.difference), math.abs(b.difference)
  return left > right or left == right and a.amortized > b.amortized
end)
local shown = table.move(rows, 1, math.min(args.top, #rows), 1, {})
shown[#shown + 1] = total
export.table("-", shown, { columns = { "group", "amortized", "unblended", "difference" }, decimals = 2 })
