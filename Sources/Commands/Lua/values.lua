-- finlua values: what a key may be, one value a line.
local finout, export = require "finout", require "finlua.export"

local args = require "finlua.args" {
  about = "Values of a key.",
  order = { "path", "type", "match", "format", "output" },
  path = { positional = 1, required = true, help = "the key, as costCenter/key" },
  type = { value = "TYPE", help = "which, of a key with several types" },
  match = { value = "TEXT", help = "only values that hold this text, in any case" },
  format = { one_of = { "lines", "csv", "ndjson", "json" }, default = "lines" },
  output = { default = "-", value = "PATH", help = "file to write; - is standard output" },
  examples = { "finlua values AWS/service", "finlua values \"Virtual Tags/Team\" --match pay" },
}

local rows, wanted = {}, args.match and args.match:lower()
for _, value in ipairs(finout.values(args.path, args.type)) do
  if not wanted or value:lower():find(wanted, 1, true) then rows[#rows + 1] = { value = value } end
end
if args.format == "lines" then
  export.table(args.output, rows, { columns = { "value" }, header = false })
else
  export[args.format](args.output, rows, { columns = { "value" } })
end
