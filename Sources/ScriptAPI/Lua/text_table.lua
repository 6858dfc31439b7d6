-- finlua.internal.text_table: rows as aligned columns of text, numbers to the right.
local native = ...
local type, tostring, ipairs = type, tostring, ipairs
local number_text = native.number_text
local math_type = math.type
local concat = table.concat
local byte, find, format, gsub, rep, sub = string.byte, string.find, string.format, string.gsub, string.rep, string.sub
local codes, len = utf8.codes, utf8.len

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

local function width(text)
  if not find(text, "[\x80-\xff]") then return #text end
  if not len(text) then return #text end
  local columns = 0
  for _, code in codes(text) do
    if within(code, WIDE) then columns = columns + 2 elseif not within(code, NONE) then columns = columns + 1 end
  end
  return columns
end

-- A value from a bill must not move the cursor or start a line.
local function printable(text)
  return (gsub(text, "[%c\x7f]", function(character) return format("\\x%02x", byte(character)) end))
end

local function cell(value, decimals)
  if value == nil then return "" end
  if type(value) ~= "number" then return printable(tostring(value)) end
  if decimals and math_type(value) == "float" then
    local text = format("%." .. decimals .. "f", value)
    return find(text, "^%-[0.]*$") and sub(text, 2) or text -- no "-0.00"
  end
  return math_type(value) == "integer" and tostring(value) or number_text(value)
end

local text_table = {}

-- The lines of `rows` (an array) with these columns. `decimals`: a count for every fractional number, or by column.
function text_table.lines(rows, columns, decimals, header)
  if #columns == 0 then return {} end
  local widths, numeric, cells = {}, {}, {}
  for place, name in ipairs(columns) do
    local fixed = decimals
    if type(decimals) == "table" then fixed = decimals[name] end
    widths[place], numeric[place] = header and width(printable(name)) or 0, false
    local only_numbers = true
    for index, row in ipairs(rows) do
      cells[index] = cells[index] or {}
      local value = row[name]
      local text = cell(value, fixed)
      cells[index][place] = text
      local size = width(text)
      if size > widths[place] then widths[place] = size end
      if value ~= nil then
        if type(value) == "number" then numeric[place] = true else only_numbers = false end
      end
    end
    numeric[place] = numeric[place] and only_numbers
  end
  local function line(values)
    local parts = {}
    for place, text in ipairs(values) do
      local padding = rep(" ", widths[place] - width(text))
      parts[place] = numeric[place] and padding .. text or text .. padding
    end
    return (gsub(concat(parts, "  "), "%s+$", "")) .. "\n"
  end
  local lines = {}
  if header then
    local names, rules = {}, {}
    for place, name in ipairs(columns) do names[place], rules[place] = printable(name), rep("-", widths[place]) end
    lines[1], lines[2] = line(names), line(rules)
  end
  for index = 1, #rows do lines[#lines + 1] = line(cells[index] or {}) end
  return lines
end

return text_table
