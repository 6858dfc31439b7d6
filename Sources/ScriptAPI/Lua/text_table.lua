-- finlua.internal.text_table: rows as aligned columns of text, numbers to the right; also as a Markdown table.
--
--   local layout = text_table.new()
--   layout:begin(fields, names, decimals)   -- decimals: a count for every fractional number, or by field
--   layout:row(row)
--   layout:lines(has_header, width)         -- width: columns a line may take; texts are cut to it, never numbers
--   layout:markdown()
local native = ...
local type, tostring, ipairs, error = type, tostring, ipairs, error
local setmetatable, getmetatable = setmetatable, getmetatable
local number_text = native.number_text
local math_type, max, huge = math.type, math.max, math.huge
local concat, insert = table.concat, table.insert
local byte, find, format, gsub, rep, sub = string.byte, string.find, string.format, string.gsub, string.rep, string.sub
local codes, len, char = utf8.codes, utf8.len, utf8.char
local held, null = require "finlua.internal.held", require "finlua.json".null

local NARROWEST = 10 -- columns that a text keeps when it is cut: a day, and enough to tell most names apart
local GAP = 2 -- columns between two of a table

-- Code points two columns wide on a terminal (East Asian wide, emoji) and of no width (combining marks), roughly.
local WIDE = { { 0x1100, 0x115f }, { 0x2e80, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
  { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } }
local NONE = { { 0x300, 0x36f }, { 0x200b, 0x200f }, { 0xfe00, 0xfe0f } }

local function within(code, ranges)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then return true end
  end
  return false
end

local function code_width(code) return within(code, WIDE) and 2 or within(code, NONE) and 0 or 1 end

local function width(text)
  if not find(text, "[\x80-\xff]") or not len(text) then return #text end
  local columns = 0
  for _, code in codes(text) do columns = columns + code_width(code) end
  return columns
end

-- The text in at most `limit` columns, its last an ellipsis where something was cut.
local function cut(text, limit)
  if width(text) <= limit then return text end
  if not len(text) then return sub(text, 1, limit - 1) .. "…" end
  local columns, parts = 0, {}
  for _, code in codes(text) do
    columns = columns + code_width(code)
    if columns >= limit then break end
    parts[#parts + 1] = char(code)
  end
  return concat(parts) .. "…"
end

-- A value from a bill must not move the cursor or start a line.
local function printable(text)
  return (gsub(text, "[%c\x7f]", function(character) return format("\\x%02x", byte(character)) end))
end

local function cell(value, decimals, name)
  if value == nil or value == null then return "" end
  local kind = type(value)
  if kind ~= "number" then
    local metatable = kind == "table" and getmetatable(value)
    if kind ~= "string" and kind ~= "boolean" and not (type(metatable) == "table" and metatable.__tostring) then
      error(format("column %s is a %s; a text, number or boolean expected", name, kind), 0)
    end
    return tostring(value)
  end
  if value ~= value or value == huge or value == -huge then
    error(format("column %s: the number is NaN or infinite", name), 0)
  end
  if decimals and math_type(value) == "float" then
    local text = format("%." .. decimals .. "f", value)
    return find(text, "^%-[0.]*$") and sub(text, 2) or text -- no "-0.00"
  end
  return math_type(value) == "integer" and tostring(value) or number_text(value)
end

-- What Markdown would obey is shown as it stands; an underscore inside a word is no emphasis.
local function literal(text)
  local escaped = gsub(text, "()([\\`*%[<&~|_])", function(at, mark)
    if mark == "_" and find(text, "^%w_%w", at - 1) then return "_" end
    return "\\" .. mark
  end)
  return printable((gsub(escaped, "\r?\n", "<br>")))
end

local Layout = {}
Layout.__index = Layout

local text_table = { width = width, cut = cut }

function text_table.new() return setmetatable({ cells = {}, count = 0, room = 0 }, Layout) end

function Layout:begin(fields, names, decimals)
  self.fields, self.names, self.decimals = fields, names, {}
  self.has_number, self.has_text = {}, {}
  for place, field in ipairs(fields) do
    if type(decimals) == "table" then self.decimals[place] = decimals[field] else self.decimals[place] = decimals end
  end
end

function Layout:row(row)
  if self.count == self.room then self.room = held(self.cells, self.count) end
  local texts = {}
  for place, field in ipairs(self.fields) do
    local value = row[field]
    texts[place] = cell(value, self.decimals[place], field)
    if type(value) == "number" then
      self.has_number[place] = true
    elseif value ~= nil and value ~= null then
      self.has_text[place] = true
    end
  end
  self.count = self.count + 1
  self.cells[self.count] = texts
end

-- Whether all cells of a column that are not empty are numbers.
function Layout:is_numeric(place) return self.has_number[place] and not self.has_text[place] end

-- The width of each column of these lines, `least` at least.
function Layout:widths(lines, least)
  local widths = {}
  for place = 1, #self.fields do widths[place] = least end
  for _, texts in ipairs(lines) do
    for place, text in ipairs(texts) do widths[place] = max(widths[place], width(text)) end
  end
  return widths
end

-- Narrows the widest columns of text, each by no more than needed, until a line fits.
function Layout:narrow(widths, limit)
  local excess = GAP * (#widths - 1) - limit
  for _, size in ipairs(widths) do excess = excess + size end
  while excess > 0 do
    local widest, count, following = NARROWEST, 0, NARROWEST
    for place, size in ipairs(widths) do
      if not self:is_numeric(place) and size > NARROWEST then
        if size > widest then widest, count, following = size, 1, widest elseif size == widest then count = count + 1
        elseif size > following then following = size end
      end
    end
    if count == 0 then return end -- all that is left are numbers and narrow texts
    local step = widest - following
    if step * count > excess then step = (excess + count - 1) // count end
    for place, size in ipairs(widths) do
      if size == widest and not self:is_numeric(place) then widths[place] = size - step end
    end
    excess = excess - step * count
  end
end

function Layout:padded(texts, widths)
  local parts = {}
  for place, text in ipairs(texts) do
    if not self:is_numeric(place) then text = cut(text, widths[place]) end
    local padding = rep(" ", widths[place] - width(text))
    parts[place] = self:is_numeric(place) and padding .. text or text .. padding
  end
  return parts
end

local function each(list, change)
  local result = {}
  for place, value in ipairs(list) do result[place] = change(value) end
  return result
end

-- The cells of each line as `change` shows them, the names before them.
function Layout:shown(change, has_header)
  held(self.cells, self.count, true)
  local shown = each(self.cells, function(texts) return each(texts, change) end)
  if has_header then insert(shown, 1, each(self.names, change)) end
  return shown
end

function Layout:lines(has_header, limit)
  if #self.fields == 0 then return {} end
  local shown = self:shown(printable, has_header)
  local widths = self:widths(shown, 0)
  if limit then self:narrow(widths, limit) end
  if has_header then insert(shown, 2, each(widths, function(size) return rep("-", size) end)) end
  return each(shown, function(texts)
    return (gsub(concat(self:padded(texts, widths), rep(" ", GAP)), " +$", "")) .. "\n"
  end)
end

-- Cells are padded, so that the text reads as a table before it is rendered too.
function Layout:markdown()
  if #self.fields == 0 then return {} end
  local shown = self:shown(literal, true)
  local widths, rules = self:widths(shown, 3), {}
  for place, size in ipairs(widths) do
    rules[place] = self:is_numeric(place) and rep("-", size - 1) .. ":" or rep("-", size)
  end
  insert(shown, 2, rules)
  return each(shown, function(texts) return "| " .. concat(self:padded(texts, widths), " | ") .. " |\n" end)
end

return text_table
