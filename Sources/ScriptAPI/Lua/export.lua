-- finlua.export: rows to a file, whole or not at all, or to "-", standard output. Each call gives { path =, rows = }.
-- A file is complete and on the disk when the call is done. All files of a run get their names together, when it has
-- ended well; until then, and after any other end, the old ones stay. What is written twice is there as it was last.
--
-- Rows are a query, an array or an iterator. { columns = { "day", { "cost", as = "Cost (USD)" } } } chooses the fields,
-- their order and their names; without it every field is written. A query goes to csv, ndjson and sqlite straight from its
-- pages. Numbers are the shortest text that reads back as the same number, but where `decimals` rounds them for people.
local _ = ...
local type, next = type, next
local insert, unpack = table.insert, table.unpack
local output, columns = require "finlua.internal.output", require "finlua.internal.columns"
local formats, rows = require "finlua.internal.formats", require "finlua.internal.rows"
local workbook, database = require "finlua.internal.workbook", require "finlua.internal.database"

local export = {}

local function writer_of(name, out, options, call)
  local format = formats[name]
  local known = { unpack(format.options) }
  insert(known, 1, "columns")
  options = rows.options(options, known, call)
  return format.new(out, options, call), options
end

local function write(name, path, source, options)
  local call = "export." .. name
  -- First, so that a path that cannot be written fails before a query is waited for.
  local out <close> = output.open(path, call)
  local writer, checked = writer_of(name, out, options, call)
  formats.write(writer, out, columns.read(source, checked.columns, call), call)
  return out:commit()
end

-- CSV as RFC 4180 has it, a header also where there are no rows, an absent value empty and an empty text "":
-- export.csv("costs.csv", q, { columns = { "day", "cost" }, header = false, guard = true, line_end = "\n" })
-- With guard, a text that a spreadsheet would take for a formula (= + - @) starts with an apostrophe; numbers never do.
function export.csv(path, source, options) return write("csv", path, source, options) end

-- One JSON object a line, its members in the order of the columns, an absent value null.
function export.ndjson(path, source, options) return write("ndjson", path, source, options) end

-- One JSON array of such objects, an object a line.
function export.json(path, source, options) return write("json", path, source, options) end

-- A table of GitHub's Markdown, numbers to the right: { decimals = 2 } or decimals = { cost = 2 } rounds them.
function export.markdown(path, source, options) return write("markdown", path, source, options) end

-- Aligned text for people: { decimals = { cost = 2 }, header = false, width = 100 }. Lines longer than `width`, on a
-- terminal its own, have their texts cut, never a number.
function export.table(path, source, options) return write("table", path, source, options) end

-- An Excel workbook: the header bold and frozen with a filter, days as dates, widths from the content.
-- export.xlsx("costs.xlsx", q, { name = "Costs", format = { cost = "money" },
--   chart = { type = "line", x = "day", y = { "cost" }, title = "Cost by day" } })
-- export.xlsx("costs.xlsx", { sheets = { { name = "Daily", rows = q, chart = … }, { name = "Teams", rows = teams } } })
-- format: "money", "whole", "percent" or a code of Excel's; it changes what is shown, never the number. chart: line,
-- column, stacked, bar, area or pie, of columns of its sheet. A whole number that no double holds is written as text.
function export.xlsx(path, source, options)
  local call = "export.xlsx"
  local out <close> = output.open(path, call)
  local sheets = type(source) == "table" and not rows.object(source) and source.sheets
  if sheets then
    rows.options(source, { "sheets" }, call)
    rows.options(options, {}, call)
  else
    local sheet = {}
    for name, value in next, rows.options(options, { "name", "columns", "format", "chart" }, call) do
      sheet[name] = value
    end
    sheet.rows, sheets = source, { sheet }
  end
  workbook.write(out, sheets, call)
  return out:commit()
end

-- A table of an SQLite database: export.sqlite("costs.db", q, { table = "costs", key = { "day", "service" } })
-- A row replaces the one that has its key, and all others stay; without a key the rows are all that the table holds. Two
-- rows of one key are an error, for one would overwrite the other. The database is copied, changed and put in place whole.
function export.sqlite(path, source, options)
  local call = "export.sqlite"
  local out <close> = output.open(path, call)
  database.write(out, path, source, options or {}, call)
  local done = out:commit(true)
  database.keep(path)
  return done
end

-- The text of a CSV file, in memory. `call` names the function in errors.
function export.csv_text(source, options, call)
  call = call or "export.csv_text"
  local out = output.memory()
  local writer, checked = writer_of("csv", out, options, call)
  formats.write(writer, out, columns.read(source, checked.columns, call), call)
  return out:text()
end

return export
