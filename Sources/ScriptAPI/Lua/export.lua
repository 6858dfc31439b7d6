-- finlua.export: rows to a file, whole or not at all, or to "-", standard output. Each call gives { path =, rows = }.
-- A file is complete and on the disk when the call is done. All files of a run get their names together, when it has
-- ended well; until then, and after any other end, the old ones stay. What is written twice is there as it was last.
--
-- Rows are a query, an array or an iterator. { columns = { "day", { "cost", as = "Cost (USD)" } } } chooses the fields,
-- their order and their names; without it every field is written. A query goes to csv and ndjson straight from its pages.
--
--   export.csv("costs.csv", q, { header = false, guard = true, line_end = "\n" })
--     guard: a text that a spreadsheet would take for a formula (= + - @) starts with an apostrophe; numbers never do
--   export.ndjson("costs.ndjson", q)                       one JSON object a line
--   export.json("costs.json", rows)                        one JSON array of objects, an object a line
--   export.markdown("costs.md", rows, { decimals = 2 })    a table of GitHub's Markdown
--   export.table("-", rows, { decimals = { cost = 2 }, header = false })    aligned text, for people
-- Numbers are the shortest text that reads back as the same number, but where `decimals` rounds them for people.
local _ = ...
local insert, unpack = table.insert, table.unpack
local output, columns = require "finlua.internal.output", require "finlua.internal.columns"
local formats, rows = require "finlua.internal.formats", require "finlua.internal.rows"

local export = {}

local function writer_of(name, out, options, call)
  local format = formats[name]
  local known = { unpack(format.options) }
  insert(known, 1, "columns")
  options = rows.options(options, known, call)
  return format.new(out, options, call), options
end

local function text_format(name)
  local call = "export." .. name
  export[name] = function(path, source, options)
    -- First, so that a path that cannot be written fails before a query is waited for.
    local out <close> = output.open(path, call)
    local writer, checked = writer_of(name, out, options, call)
    formats.write(writer, out, columns.read(source, checked.columns, call), call)
    return out:commit()
  end
end

text_format "csv"
text_format "ndjson"
text_format "json"
text_format "markdown"
text_format "table"

-- The text of a CSV file, in memory. `call` names the function in errors.
function export.csv_text(source, options, call)
  call = call or "export.csv_text"
  local out = output.memory()
  local writer, checked = writer_of("csv", out, options, call)
  formats.write(writer, out, columns.read(source, checked.columns, call), call)
  return out:text()
end

return export
