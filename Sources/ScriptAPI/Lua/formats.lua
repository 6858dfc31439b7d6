-- finlua.internal.formats: how rows stand in a text file, by the name of the format: csv, ndjson, json, markdown, table.
--
--   local format = formats.csv
--   format.options                                  -- names of what a script may set, besides `columns`
--   local writer = format.new(out, options, call)   -- checks the options; `out` is an output of finlua.internal.output
--   writer:begin(fields, names)                     -- what is written before the rows
--   writer:row(row)                                 -- one row; raises a text that says what cannot be written
--   writer:query(object)                            -- or all rows of a query, from its pages; formats without it: nil
--   writer:finish()                                 -- what is written after the rows; the commit is the caller's
--
-- formats.write(writer, out, table, call) does it all for a table of finlua.internal.columns, and names the row in errors.
local native = ...
local type, error, pcall, ipairs, setmetatable = type, error, pcall, ipairs, setmetatable
local format, gsub, sub, number_type = string.format, string.gsub, string.sub, math.type
local csv_record, ndjson_record = native.csv_record, native.ndjson_record
local rows, text_table = require "finlua.internal.rows", require "finlua.internal.text_table"

local formats = {}
local bad = rows.bad
local PLACE = "^%[finlua [^%]]*%]:%d+: " -- where in this module a C function raised what is wrong with a row

-- The class of a format's writers.
local function class(name, options)
  local writers = { options = options }
  writers.__index = writers
  formats[name] = writers
  return writers
end

local function flag(options, name, default, call)
  local value = options[name]
  if value == nil then return default end
  if type(value) ~= "boolean" then bad(call, format("%s: expected true or false", name)) end
  return value
end

local csv = class("csv", { "header", "guard", "line_end" })

function csv.new(out, options, call)
  local line_end = options.line_end or "\r\n"
  if line_end ~= "\r\n" and line_end ~= "\n" then
    bad(call, "line_end: expected \"\\r\\n\", which RFC 4180 asks for, or \"\\n\"")
  end
  return setmetatable({
    out = out, header = flag(options, "header", true, call), guard = flag(options, "guard", false, call),
    line_end = line_end,
  }, csv)
end

function csv:begin(fields, names)
  self.fields = fields
  if self.header then self.out:write(csv_record(names, nil, self.guard, self.line_end)) end
end

function csv:row(row) self.out:write(csv_record(row, self.fields, self.guard, self.line_end)) end

function csv:query(object)
  return self.out:write_query(object, { format = "csv", guard = self.guard, line_feed = self.line_end == "\n" }, self.fields)
end

function csv:finish() end

local ndjson = class("ndjson", {})

function ndjson.new(out) return setmetatable({ out = out }, ndjson) end

function ndjson:begin(fields, names) self.fields, self.names = fields, names end

function ndjson:row(row) self.out:write(ndjson_record(row, self.fields, self.names)) end

function ndjson:query(object) return self.out:write_query(object, { format = "ndjson" }, self.fields, self.names) end

function ndjson:finish() end

local json = class("json", {})

function json.new(out) return setmetatable({ out = out, before = "[\n" }, json) end

function json:begin(fields, names) self.fields, self.names = fields, names end

function json:row(row)
  local text = ndjson_record(row, self.fields, self.names)
  self.out:write(self.before)
  self.out:write(sub(text, 1, -2))
  self.before = ",\n"
end

function json:finish() self.out:write(self.before == ",\n" and "\n]\n" or "[]\n") end

-- Formats for people: columns are laid out once every cell is known.
local function laid_out(name, options, lines)
  local writers = class(name, options)

  function writers.new(out, given, call)
    local decimals = given.decimals
    if decimals ~= nil and type(decimals) ~= "table" and number_type(decimals) ~= "integer" then
      bad(call, "decimals: expected a count, such as 2, or { cost = 2 }")
    end
    local width = given.width
    if width ~= nil and (number_type(width) ~= "integer" or width < 1) then
      bad(call, "width: expected a number of columns, such as 100")
    end
    return setmetatable({
      out = out, decimals = decimals, header = flag(given, "header", true, call), layout = text_table.new(),
      width = width or out.path == "-" and native.terminal_width() or nil,
    }, writers)
  end

  function writers:begin(fields, names) self.layout:begin(fields, names, self.decimals) end

  function writers:row(row) self.layout:row(row) end

  function writers:finish()
    for _, line in ipairs(lines(self)) do self.out:write(line) end
  end
end

laid_out("table", { "header", "decimals", "width" }, function(self) return self.layout:lines(self.header, self.width) end)
laid_out("markdown", { "decimals" }, function(self) return self.layout:markdown() end)

-- Everything from the head to the end, which gets `...`. `tally`, of finlua.internal.manifest, adds up what is written.
function formats.write(writer, out, table, call, tally, ...)
  local before = out.count
  writer:begin(table.fields, table.names)
  if table.query and writer.query and out.file then
    local sums = writer:query(table.query)
    if tally then tally:take(sums) end
  else
    for row in table.each do
      out.count = out.count + 1
      local ok, problem = pcall(writer.row, writer, row)
      if not ok then
        if type(problem) ~= "string" then error(problem, 0) end
        bad(call, format("row %d: %s", out.count - before, gsub(problem, PLACE, "")))
      end
      if tally then tally:add(row, out.count) end
    end
  end
  writer:finish(...)
end

return formats
