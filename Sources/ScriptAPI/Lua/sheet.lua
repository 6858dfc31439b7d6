-- finlua.internal.sheet: the rows of one sheet of a workbook as the XML of Office Open XML (ECMA-376).
--
--   local sheet = sheets.new(write, style_of)   -- write(text) takes the XML; style_of[field] is the index of a cell format
--   sheet:begin(fields, names)                  -- as a writer of finlua.internal.formats
--   sheet:row(row)
--   sheet:finish(drawing)                       -- drawing: the id of the relation to a chart, or nil
--
-- A spreadsheet's number is a double: each is written with all the digits that tell it from every other one. A whole number
-- beyond what a double holds exactly is written as text, with every digit. Days are dates with the serial number of the
-- 1900 calendar. Column widths come from the header and the first rows.
local native = ...
local type, error, ipairs, setmetatable, getmetatable, tostring = type, error, ipairs, setmetatable, getmetatable, tostring
local concat, math_type, huge = table.concat, math.type, math.huge
local byte, char, find, format, gsub = string.byte, string.char, string.find, string.format, string.gsub
local len, min, max = utf8.len, math.min, math.max
local number_text = native.number_text
local date, null = require "finlua.date", require "finlua.json".null

local sheets = { HEADER = 1, DAY = 2 } -- cell formats that every workbook has

local SAMPLE = 1000 -- rows that the widths are taken from
local NARROWEST, WIDEST = 8, 60 -- characters
local MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1048576, 16384, 32767 -- of a sheet, of a cell: Excel's own
local MOST_KEPT = 10000 -- texts whose XML is kept
local EPOCH = date.parse "1899-12-30"
local FIRST_SERIAL = 61 -- 1900-03-01; the calendar has a day before it that there was not
local INTERVALS = { day = true, week = true, month = true }

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

-- Text as XML holds it. What XML cannot hold is written _x0001_, as Office Open XML has it, and what looks like that, too.
function sheets.escape(text)
  if not find(text, '[^%w %-.,:/]') then return text end
  text = gsub(text, "_(x%x%x%x%x_)", "_x005F_%1")
  text = gsub(text, '[&<>"]', ENTITIES)
  text = gsub(text, "[%z\1-\8\11-\31]", function(control) return format("_x%04X_", byte(control)) end)
  return (gsub(text, "\xef\xbf([\xbe\xbf])", function(last) return format("_xFFF%X_", byte(last) - 0xb0) end))
end

local escape = sheets.escape

-- The letters of a column: 1 is A, 27 is AA.
function sheets.letters(column)
  local text = ""
  while column > 0 do
    text = char(65 + (column - 1) % 26) .. text
    column = (column - 1) // 26
  end
  return text
end

local Sheet = {}
Sheet.__index = Sheet

function sheets.new(write, style_of)
  return setmetatable({
    write = write, style_of = style_of, pending = {}, count = 0, inline = {}, kept = 0, days = {}, has_day = {},
  }, Sheet)
end

local function text_xml(text, name)
  local count = len(text)
  if not count then error(format("column %s: the text is not UTF-8", name), 0) end
  if count > LONGEST_TEXT then
    error(format("column %s: the text has %d characters; a cell holds %d", name, count, LONGEST_TEXT), 0)
  end
  local space = find(text, "^%s") or find(text, "%s$") or find(text, "[\n\t]")
  return format('t="inlineStr"><is><t%s>%s</t></is></c>', space and ' xml:space="preserve"' or "", escape(text))
end

function Sheet:inline_xml(text, name)
  local xml = self.inline[text]
  if xml then return xml end
  if self.kept == MOST_KEPT then self.inline, self.kept = {}, 0 end
  xml = text_xml(text, name)
  self.inline[text], self.kept = xml, self.kept + 1
  return xml
end

-- The serial number of a day, or false.
function Sheet:serial(text)
  local serial = self.days[text]
  if serial ~= nil then return serial end
  local day = find(text, "^%d%d%d%d%-%d%d%-%d%d$") and date.try(text)
  serial = day and day - EPOCH or false
  if serial and serial < FIRST_SERIAL then serial = false end
  self.days[text] = serial
  return serial
end

local function number_xml(value, name)
  if math_type(value) == "integer" then
    return value + 0.0 == value and tostring(value) or nil -- exactly
  end
  if value ~= value or value == huge or value == -huge then
    error(format("column %s: the number is NaN or infinite", name), 0)
  end
  local text = number_text(value)
  return text == "-0" and "-0.0" or text
end

-- One cell behind `<c r="A2"`, and how many characters it shows, roughly.
function Sheet:cell(value, place)
  local kind, name = type(value), self.fields[place]
  if kind == "number" then
    local text = number_xml(value, name)
    if text then
      local style = self.style_xml[place]
      return format('%s><v>%s</v></c>', style, text), style == "" and min(#text, 12) or #format("%.2f", value) * 4 // 3
    end
    text = tostring(value)
    return " " .. self:inline_xml(text, name), #text
  elseif kind == "boolean" then
    return format(' t="b"><v>%d</v></c>', value and 1 or 0), 5
  end
  local is_day = self.is_interval[place]
  if kind ~= "string" then
    local metatable = kind == "table" and getmetatable(value)
    if not (type(metatable) == "table" and metatable.__tostring) then
      error(format("column %s is a %s; a text, number or boolean expected", name, kind), 0)
    end
    is_day, value = is_day or date.is(value), tostring(value)
  end
  local serial = is_day and self:serial(value)
  if serial then
    self.has_day[place] = true
    return format(' s="%d"><v>%d</v></c>', sheets.DAY, serial), 10
  end
  return " " .. self:inline_xml(value, name), #value < 200 and len(value) or WIDEST
end

function Sheet:begin(fields, names)
  if #fields > MOST_COLUMNS then error(format("a sheet holds %d columns, not %d", MOST_COLUMNS, #fields), 0) end
  self.fields, self.letters, self.style_xml, self.is_interval, self.widths = fields, {}, {}, {}, {}
  local header = {}
  for place, field in ipairs(fields) do
    local letters, style = sheets.letters(place), self.style_of[field]
    self.letters[place] = format('<c r="%s', letters)
    self.style_xml[place] = style and format(' s="%d"', style) or ""
    self.is_interval[place] = INTERVALS[field] or false
    self.widths[place] = (len(names[place]) or WIDEST) + 3 -- beside the button of the filter
    header[place] = format('<c r="%s1" s="%d" %s', letters, sheets.HEADER, text_xml(names[place], field))
  end
  self.pending[1] = '<row r="1">' .. concat(header) .. "</row>"
end

-- What stands before the rows, once the widths are known.
function Sheet:head()
  local parts = { '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    .. '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    .. ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    .. '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    .. ' state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
    .. '<sheetFormatPr defaultRowHeight="15"/>' }
  for place, width in ipairs(self.widths) do
    parts[#parts + 1] = format('%s<col min="%d" max="%d" width="%d.7109375" customWidth="1"/>%s',
      place == 1 and "<cols>" or "", place, place, min(max(width, NARROWEST), WIDEST),
      place == #self.widths and "</cols>" or "")
  end
  parts[#parts + 1] = "<sheetData>"
  return concat(parts)
end

function Sheet:flush()
  if not self.has_head then
    self.has_head = true
    self.write(self:head())
  end
  self.write(concat(self.pending))
  self.pending = {}
end

function Sheet:row(row)
  if self.count + 1 == MOST_ROWS then
    error(format("a sheet holds %d rows below its header", MOST_ROWS - 1), 0)
  end
  local at = self.count + 2
  local parts, size, sampled = { '<row r="' .. at .. '">' }, 1, self.count < SAMPLE
  for place, field in ipairs(self.fields) do
    local value = row[field]
    if value ~= nil and value ~= null then
      local xml, shown = self:cell(value, place)
      parts[size + 1], parts[size + 2], parts[size + 3], parts[size + 4] = self.letters[place], at, '"', xml
      size = size + 4
      if sampled and shown > self.widths[place] then self.widths[place] = shown end
    end
  end
  parts[size + 1] = "</row>"
  self.count = self.count + 1
  local pending = self.pending
  pending[#pending + 1] = concat(parts)
  if #pending > SAMPLE then self:flush() end
end

-- The cells of the table with its header, such as $A$1:$C$12; nil where it has no columns.
function Sheet:range()
  if #self.fields > 0 then
    return format("$A$1:$%s$%d", sheets.letters(#self.fields), self.count + 1)
  end
end

function Sheet:finish(drawing)
  self:flush()
  local range = self:range()
  self.write(concat {
    "</sheetData>", range and format('<autoFilter ref="%s"/>', (gsub(range, "%$", ""))) or "",
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>',
    drawing and format('<drawing r:id="%s"/>', drawing) or "", "</worksheet>",
  })
end

return sheets
