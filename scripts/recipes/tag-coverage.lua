-- tag-coverage.lua: which share of the spend has a value for a tag, service by service; several tags side by side.
--
--   finlua run tag-coverage.lua --tag "Virtual Tags/Team" --tag "Virtual Tags/Environment" --days 30
--
-- A virtual tag gives what no rule took its default value: name that with --empty, or it counts as a value.
local finout, group, export = require "finout", require "finlua.group", require "finlua.export"

local args = require "finlua.args" {
  about = "Share of spend with a value for a tag, by service, in percent.",
  tag   = { type = "list", default = { "Virtual Tags/Team", "Virtual Tags/Environment" }, value = "KEY", help = "a tag" },
  empty = { type = "list", default = { "Untagged" }, value = "TEXT", help = "a value that means none" },
  days  = { type = "integer", default = 30, min = 1, help = "days to look at, up to the day before yesterday" },
  top   = { type = "integer", default = 15, min = 1, help = "services to show, those that cost most" },
}
local is_none, queries, by_service, decimals, lines = {}, {}, {}, { spend = 2 }, {}
for _, text in ipairs(args.empty) do is_none[text] = true end
for place, tag in ipairs(args.tag) do                   -- all are asked for before the first is read
  queries[place] = finout.query {
    date = { last = args.days .. "d", lag = 2 },
    dimensions = { service = "Global/service", tag = tag }, measurements = { cost = "netAmortizedCost" },
  }
end
for place, tag in ipairs(args.tag) do
  local tagged = {}
  for row in queries[place]:rows() do if row.tag and not is_none[row.tag] then tagged[#tagged + 1] = row end end
  local both = group.compare(tagged, queries[place], { by = "service", value = "cost" })
  both[#both + 1] = { service = "all services", now = both.total.now, prior = both.total.prior }
  for _, each in ipairs(both) do
    local name = each.service or "(no service)"
    local line = by_service[name] or { service = name, spend = each.prior }
    by_service[name], line[tag] = line, each.prior ~= 0 and each.now / each.prior * 100 or nil
  end
  decimals[tag] = 1
end
local all = by_service["all services"]
for _, line in pairs(by_service) do if line ~= all then lines[#lines + 1] = line end end
table.sort(lines, function(a, b) return a.spend > b.spend or a.spend == b.spend and a.service < b.service end)
lines = table.move(lines, 1, math.min(args.top, #lines), 1, {})
lines[#lines + 1] = all
export.table("-", lines, { columns = { "service", "spend", table.unpack(args.tag) }, decimals = decimals })
