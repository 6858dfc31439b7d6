-- virtual-tag-prototype.lua: what the rules of a new virtual tag would change, tried on a month's costs.
--
--   finlua run virtual-tag-prototype.lua --month 2026-10
--   finlua run virtual-tag-prototype.lua --body > owner.json
--
-- Edit the rules: the first that holds takes the row. Nothing is sent; the body is for POST /v2/virtual-tags.
local finout, allocate, date = require "finout", require "finlua.allocate", require "finlua.date"
local export, json, log = require "finlua.export", require "finlua.json", require "finlua.log"

local args = require "finlua.args" {
  about = "Who bears a month's costs today, who by the rules of a new virtual tag, and the tag's body as JSON.",
  month = { default = (date.today() - 2).previous_month:format("%Y-%m"), value = "YYYY-MM", help = "the month" },
  name  = { default = "Owner", help = "the name of the new tag" },
  body  = { type = "boolean", help = "print the body alone" },
}
local keys = {                                           -- the columns that rules may name
  team    = { costCenter = "Virtual Tags", key = "Team", type = "virtual_tag" },
  service = { costCenter = "Global", key = "service", type = "billing_dimension" },
  account = { costCenter = "AWS", key = "aws_account_name", type = "tag" },
}
local has_team = { to = { column = "team" } }            -- the team that a row has today
local costs = finout.query { date = { month = args.month }, timeInterval = "month", dimensions = keys,
  measurements = { cost = "netAmortizedCost" } }
local before = allocate(costs, { rules = { has_team } })
local after = allocate(costs, { rules = {
  has_team,
  { to = "Finance", filters = { service = { "Tax", "AWSSupportBusiness", "Support" } } },
  { to = "ML", filters = { service = { "AmazonBedrock", "AmazonSageMaker" } } },
  { to = "Engineering", filters = { account = { contains = { "staging", "development", "sandbox" } } } },
} })
local changes, total = before:diff(after)
changes[#changes + 1] = total                            -- its change is 0: the rules move costs, they make none
local tag, unexpressed = after:virtual_tag { name = args.name, keys = keys }
for _, sentence in ipairs(unexpressed) do log.warn(sentence) end
for _, rule in ipairs(after:rules()) do if rule.problem then log.warn(rule.problem) end end
if not args.body then export.table("-", changes, { columns = { "target", "before", "after", "change" }, decimals = 2 }) end
print(json.encode(tag, { pretty = true }))
