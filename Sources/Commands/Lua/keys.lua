-- finlua keys: what can be asked about.
local finout, export = require "finout", require "finlua.export"

local args = require "finlua.args" {
  about = "Keys of the account: what can stand in dimensions and filters.",
  order = { "match", "cost_center", "type", "format", "output" },
  match = { value = "TEXT", help = "text the cost center, key or name must hold, in any case" },
  cost_center = { value = "NAME", help = "only this cost center, such as AWS" },
  type = { value = "TYPE", help = "only this type, such as tag or virtual_tag" },
  format = { one_of = { "table", "csv", "ndjson", "json" }, default = "table" },
  output = { default = "-", value = "PATH", help = "file to write; - is standard output" },
  examples = { "finlua keys --match team", "finlua keys --type virtual_tag" },
}

local rows = {}
for _, key in ipairs(finout.keys { costCenter = args.cost_center, type = args.type, match = args.match }) do
  rows[#rows + 1] = {
    path = key.costCenter .. "/" .. key.key,
    name = key.displayName,
    types = table.concat(key.types, ", "),
  }
end
export[args.format](args.output, rows, { columns = { "path", "name", "types" } })
