-- finlua.export: rows to a file, whole or not at all, or to "-", standard output. Each call gives { path =, rows = }.
-- A file is complete and on the disk when the call is done. All files of a run get their names together, when it has
-- ended well; until then, and after any other end, the old ones stay. What is written twice is there as it was last.
--
-- Rows are a query, an array or an iterator. { columns = { "day", { "cost", as = "Cost (USD)" } } } chooses the fields,
-- their order and their names; without it every field is written. A query goes to csv, ndjson and sqlite straight from its
-- pages. Numbers are the shortest text that reads back as the same number, but where `decimals` rounds them for people.
--
-- Beside a CSV, NDJSON or JSON file stands its manifest, costs.csv.manifest.json: what was asked, the API's ids, columns,
-- rows, the exact sum of each measurement, the file's SHA-256; { manifest = false } leaves it out. Columns that are not
-- those of the last manifest are a warning, or with { schema = "freeze" } an error. The same three formats take partitions:
--
--   export.csv("costs", function(window) return finout.query { date = window, … } end,
--     { partition_by = "day", restate = { trailing = 7, previous_month_until = 10, lag = 1 } })
--   -- costs/day=2026-10-01/part.csv …; "month", or any other field. A partition is replaced whole, and only if its rows
--   -- are others; one of the asked range that has no rows any more becomes a header alone; nothing else is touched. With
--   -- `restate` the function is asked for the days that may have changed; without, give a query, or rows and
--   -- range = { from =, to = }. Also gives `changed`: what was replaced, with the sums before and after
--
-- and { focus = { currency = "USD", BilledCost = "cost", ServiceName = "service", ProviderName = { "AWS" }, x_Team = "team" } }
-- writes columns of FOCUS 1.0: each takes a field, or { text }, the same in every row. What nothing fills is not written,
-- and its mandatory columns are named in a warning and in the manifest.
local _ = ...
local type, next, ipairs = type, next, ipairs
local insert, unpack = table.insert, table.unpack
local output, columns = require "finlua.internal.output", require "finlua.internal.columns"
local formats, rows = require "finlua.internal.formats", require "finlua.internal.rows"
local workbook, database = require "finlua.internal.workbook", require "finlua.internal.database"
local manifest, partitions = require "finlua.internal.manifest", require "finlua.internal.partitions"
local focus = require "finlua.internal.focus"

local export = {}

-- What a script may set: of machines' formats (`is_data`) also what finlua.internal.manifest, partitions and focus read.
local function checked_options(name, options, call, is_data)
  local known = { "columns", unpack(formats[name].options) }
  if is_data then
    for _, list in ipairs { manifest.options, partitions.options, { focus.option } } do
      for _, option in ipairs(list) do insert(known, option) end
    end
  end
  options = rows.options(options, known, call)
  if options.focus ~= nil and options.columns ~= nil then
    rows.bad(call, "focus names the columns; leave columns out", "columns of your own are focus = { x_Team = \"team\" }")
  end
  return options
end

local function writer_of(name, out, options, call)
  options = checked_options(name, options, call)
  return formats[name].new(out, options, call), options
end

local function write(name, path, source, options)
  local call = "export." .. name
  -- First, so that a path that cannot be written fails before a query is waited for.
  local out <close> = output.open(path, call)
  local writer, checked = writer_of(name, out, options, call)
  formats.write(writer, out, columns.read(source, checked.columns, call), call)
  return out:commit()
end

-- Formats that other programs read: with a manifest, in partitions, as FOCUS.
local function write_data(name, path, source, options)
  local call = "export." .. name
  options = checked_options(name, options, call, true)
  if options.partition_by ~= nil then
    return partitions.write(name, formats[name], path, source, options, call)
  end
  for _, option in ipairs { "range", "restate" } do
    if options[option] ~= nil then rows.bad(call, option .. " is for partitions; add partition_by = \"day\"") end
  end
  -- First, so that a path that cannot be written fails before a query is waited for.
  local out <close> = output.open(path, call)
  local writer = formats[name].new(out, options, call)
  local kept = manifest.of(path, options, call)
  local description = rows.describe(source)
  local read = columns.read(source, options.focus == nil and options.columns or nil, call)
  local table = focus.mapped(read, options.focus, call,
    description and description.columns or read.list and read.fields)
  if kept then kept:check(table) end
  local tally = kept and manifest.tally(table, description)
  formats.write(writer, out, table, call, tally)
  out:flush()
  local digest, bytes
  if kept then digest, bytes = out:finished() end
  local done = out:commit()
  if kept then
    kept:write(source, table, { format = name, rows = done.rows, bytes = bytes, sha256 = digest, sums = tally:sums() })
  end
  local warning = focus.warning(table, path)
  if warning then manifest.warn(warning) end
  done.focus_missing = table.focus and table.focus.missing
  return done
end

-- CSV as RFC 4180 has it, a header also where there are no rows, an absent value empty and an empty text "":
-- export.csv("costs.csv", q, { columns = { "day", "cost" }, header = false, guard = true, line_end = "\n" })
-- With guard, a text that a spreadsheet would take for a formula (= + - @) starts with an apostrophe; numbers never do.
function export.csv(path, source, options) return write_data("csv", path, source, options) end

-- One JSON object a line, its members in the order of the columns, an absent value null.
function export.ndjson(path, source, options) return write_data("ndjson", path, source, options) end

-- One JSON array of such objects, an object a line.
function export.json(path, source, options) return write_data("json", path, source, options) end

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

-- The days whose costs may have changed, { from =, to = }, for a query: export.restated { trailing = 7,
-- previous_month_until = 10 } are the last seven days, and until the 10th all of the month before.
function export.restated(options) return partitions.window(options or {}, "export.restated") end

-- The text of a CSV file, in memory. `call` names the function in errors.
function export.csv_text(source, options, call)
  call = call or "export.csv_text"
  local out = output.memory()
  local writer, checked = writer_of("csv", out, options, call)
  formats.write(writer, out, columns.read(source, checked.columns, call), call)
  return out:text()
end

return export
