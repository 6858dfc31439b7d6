-- finlua.export: rows to a file, whole or not at all, or to "-", standard output. Each call gives { path =, rows = }.
-- A file is written beside its place and moved there when it is complete; until then the old one stays.
local native = ...
local type, error, pcall, ipairs, next, setmetatable = type, error, pcall, ipairs, next, setmetatable
local concat, sort, number_type = table.concat, table.sort, math.type
local format, match, sub = string.format, string.match, string.sub
local date, rows = require "finlua.date", require "finlua.internal.rows"
local text_table, held = require "finlua.internal.text_table", require "finlua.internal.held"

local export = {}
local bad = rows.bad
local CHUNK = 64 * 1024 -- bytes gathered before they are handed to the file

-- The open output; closing it without `commit` throws away what was written.
local Output = {}
Output.__index = Output
function Output.__close(self)
  if self.file then native.discard(self.file) end
end

local function check_path(path, call)
  if type(path) ~= "string" or path == "" then
    bad(call, "the first argument is the path to write, or \"-\" for standard output",
      type(path) == "table" and format("write %s(\"costs.csv\", rows)", call) or nil)
  end
end

local function open(path)
  return setmetatable({ file = native.open(path), parts = {}, size = 0, count = 0 }, Output)
end

function Output:write(text)
  local parts = self.parts
  parts[#parts + 1] = text
  self.size = self.size + #text
  if self.size >= CHUNK and not self.is_text then self:flush() end
end

function Output:flush()
  native.write(self.file, concat(self.parts))
  self.parts, self.size = {}, 0
end

function Output:commit()
  self:flush()
  local file = self.file
  local path = native.commit(file)
  self.file = nil
  return { path = path, rows = self.count }
end

-- A measurement without an alias, { amount =, unit = }, becomes two cells; a row without any is used as it is.
local function flat(row)
  local copy
  for name, value in next, row do
    if type(value) == "table" and not date.is(value) and value.amount ~= nil then
      if not copy then
        copy = {}
        for key, kept in next, row do copy[key] = kept end
      end
      copy[name], copy[name .. "_unit"] = value.amount, value.unit
    end
  end
  return copy or row
end

-- One line of a file; what cannot be written is named by its row.
local function record(write, row, columns, output, call)
  local ok, text = pcall(write, row, columns)
  output.count = output.count + 1
  if ok then
    output:write(text)
  elseif type(text) == "string" then
    bad(call, format("row %d: %s", output.count, text))
  else
    error(text, 0)
  end
end

local INTERVALS = { day = 1, week = 2, month = 3 }

-- The columns of an array that names none: interval, texts, numbers, each by name, a unit after its number.
local function columns_of(list)
  local text, names = {}, {}
  for _, row in ipairs(list) do
    for name, value in next, row do
      if type(name) == "string" then
        if text[name] == nil then names[#names + 1], text[name] = name, false end
        if type(value) ~= "number" then text[name] = true end
      end
    end
  end
  local function rank(name)
    local of = match(name, "^(.*)_unit$")
    if of and text[of] == false then return 20, of .. "\1" end
    if INTERVALS[name] then return INTERVALS[name], name end
    return text[name] and 10 or 20, name
  end
  sort(names, function(left, right)
    local left_rank, left_name = rank(left)
    local right_rank, right_name = rank(right)
    if left_rank ~= right_rank then return left_rank < right_rank end
    return left_name < right_name
  end)
  return names
end

local function collect(source, call)
  local list, count, room = {}, 0, 0
  local are_new = type(source) == "function" -- those of an array are kept by it
  for row in rows.each(source, call) do
    if are_new and count == room then room = held(list, count) end
    count = count + 1
    list[count] = flat(row)
  end
  if are_new then held(list, count, true) end
  return list
end

local function chosen(columns, available, call)
  local list, known = rows.names(columns, nil, call, "columns"), {}
  for _, name in ipairs(available) do known[name] = true end
  for _, name in ipairs(list) do
    if not known[name] then
      bad(call, format("no column %q; there are %s", name, concat(available, ", ")), native.nearest(name, available))
    end
  end
  return list
end

local function flattened(each)
  return function()
    local row = each()
    return row and flat(row)
  end
end

-- The rows as something to iterate, and their columns.
local function prepare(source, options, call)
  local description = rows.describe(source)
  if description then
    local columns = options.columns and chosen(options.columns, description.columns, call) or description.columns
    return flattened(rows.each(source, call)), columns
  end
  if type(source) == "function" and options.columns then
    return flattened(rows.each(source, call)), rows.names(options.columns, nil, call, "columns")
  end
  local list = collect(source, call)
  local listed = type(source) == "table" and source.columns or nil
  local columns = listed or columns_of(list)
  if options.columns then
    columns = #list > 0 and chosen(options.columns, columns_of(list), call)
      or rows.names(options.columns, nil, call, "columns")
  end
  return rows.each(list, call), columns, list
end

-- A query goes from its pages to the file without becoming Lua tables.
local function from_query(kind, path, source, options, call)
  -- First, so that a path that cannot be written fails before the query is submitted.
  local output <close> = open(path)
  local description = rows.describe(source)
  local columns = options.columns and chosen(options.columns, description.columns, call) or description.columns
  if kind == "csv" and options.header ~= false then output:write(native.csv_record(columns)) end
  output:flush()
  output.count = native.write_query(output.file, rows.object(source), kind, columns)
  return output:commit()
end

-- export.csv("costs.csv", q, { columns = { "day", "cost" }, header = false })
function export.csv(path, source, options)
  local call = "export.csv"
  check_path(path, call)
  options = rows.options(options, { "columns", "header" }, call)
  if rows.object(source) then return from_query("csv", path, source, options, call) end
  local output <close> = open(path)
  local each, columns = prepare(source, options, call)
  if options.header ~= false then output:write(native.csv_record(columns)) end
  for row in each do
    record(native.csv_record, row, columns, output, call)
  end
  return output:commit()
end

-- The text of such a file, in memory. `call` names the function in errors.
function export.csv_text(source, options, call)
  call = call or "export.csv_text"
  options = rows.options(options, { "columns", "header" }, call)
  local output = setmetatable({ parts = {}, size = 0, count = 0, is_text = true }, Output)
  local each, columns = prepare(source, options, call)
  if options.header ~= false then output:write(native.csv_record(columns)) end
  for row in each do
    record(native.csv_record, row, columns, output, call)
  end
  return concat(output.parts)
end

-- One JSON object a line.
function export.ndjson(path, source, options)
  local call = "export.ndjson"
  check_path(path, call)
  options = rows.options(options, { "columns" }, call)
  if rows.object(source) then return from_query("ndjson", path, source, options, call) end
  local output <close> = open(path)
  local each, columns = prepare(source, options, call)
  for row in each do
    record(native.ndjson_record, row, columns, output, call)
  end
  return output:commit()
end

local function json_member(row, columns) return sub(native.ndjson_record(row, columns), 1, -2) end

-- One JSON array of objects, an object a line.
function export.json(path, source, options)
  local call = "export.json"
  check_path(path, call)
  options = rows.options(options, { "columns" }, call)
  local output <close> = open(path)
  local each, columns = prepare(source, options, call)
  local before = "[\n"
  for row in each do
    output:write(before)
    record(json_member, row, columns, output, call)
    before = ",\n"
  end
  output:write(output.count == 0 and "[]\n" or "\n]\n")
  return output:commit()
end

-- Aligned text for people: { columns =, header =, decimals = 2 } or decimals = { cost = 2 }; else shortest numbers.
function export.table(path, source, options)
  local call = "export.table"
  check_path(path, call)
  options = rows.options(options, { "columns", "header", "decimals" }, call)
  local decimals = options.decimals
  if decimals ~= nil and type(decimals) ~= "table" and number_type(decimals) ~= "integer" then
    bad(call, "decimals: expected a count, such as 2, or { cost = 2 }")
  end
  local output <close> = open(path)
  local each, columns, list = prepare(source, options, call)
  list = list or collect(each, call)
  output.count = #list
  for _, line in ipairs(text_table.lines(list, columns, decimals, options.header ~= false)) do output:write(line) end
  return output:commit()
end

return export
