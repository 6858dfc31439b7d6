-- finlua.internal.terminal_canvas: what a terminal can show: its width, colours and characters, and a field to draw in.
-- With braille a cell has two by four dots; without, or where series must be told apart without colour, a cell is a letter.
local native = ...
local type, ipairs, next, setmetatable, tostring = type, ipairs, next, setmetatable, tostring
local abs, ceil, floor, huge, max, min = math.abs, math.ceil, math.floor, math.huge, math.max, math.min
local math_type = math.type
local concat = table.concat
local format, gsub, rep = string.format, string.gsub, string.rep
local char = utf8.char
local rows, text_width = require "finlua.internal.rows", require("finlua.internal.text_table").width

local canvas = {}
local bad = rows.bad
local COLORS = { 34, 33, 36, 35, 32, 31, 95, 37, 90 }
local DOTS = { [0] = { [0] = 0x01, 0x02, 0x04, 0x40 }, { [0] = 0x08, 0x10, 0x20, 0x80 } } -- of a braille character
local BLOCKS = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }
local LEVELS = { "_", ".", "-", "=", "+", "*", "%", "#" } -- the same where there is only ASCII
local ASCII = { ["–"] = "-", ["−"] = "-", ["…"] = "...", ["▲"] = "^", ["▼"] = "v", ["·"] = "-", ["│"] = "|", ["└"] = "+",
  ["─"] = "-", ["█"] = "#" }

-- Options over what the terminal is: { width =, color =, unicode = }.
function canvas.settings(options, call)
  options = rows.options(options, { "width", "color", "unicode" }, call)
  local width, color, unicode = native.terminal()
  if options.width ~= nil then
    if math_type(options.width) ~= "integer" or options.width < 20 or options.width > 1000 then
      bad(call, format("width: expected a whole number from 20 to 1000, got %s", tostring(options.width)))
    end
    width = options.width
  end
  for _, name in ipairs { "color", "unicode" } do
    if options[name] ~= nil and type(options[name]) ~= "boolean" then
      bad(call, format("%s: expected true or false, got a %s", name, type(options[name])))
    end
  end
  if options.color ~= nil then color = options.color end
  if options.unicode ~= nil then unicode = options.unicode end
  return { width = max(20, width), color = color, unicode = unicode }
end

-- Text in the colour of a series, or bold, or dim, where the terminal has colours.
function canvas.colored(text, style, settings)
  if not settings.color or not style then return text end
  local code = style == "bold" and 1 or style == "dim" and 2 or COLORS[style]
  return format("\27[%dm%s\27[0m", code, text)
end

-- The letter of a series where colours do not tell it.
function canvas.letter(style) return style == 9 and "o" or ("abcdefgh"):sub(style, style) end

-- What is not ASCII in a form that is.
function canvas.encoded(text, settings)
  if settings.unicode then return text end
  return (gsub(text, "[\xc2-\xf4][\x80-\xbf]*", function(one) return ASCII[one] or rep("?", text_width(one)) end))
end

local Canvas = {}
Canvas.__index = Canvas

-- A field of `width` by `height` cells for `count` series.
function canvas.new(width, height, count, settings)
  local is_braille = settings.unicode and (count == 1 or settings.color)
  return setmetatable({
    width = width, height = height, is_braille = is_braille, settings = settings, bits = {}, styles = {},
    across = is_braille and 2 or 1, down = is_braille and 4 or 1, is_single = count == 1,
  }, Canvas)
end

-- How many dots there are each way.
function Canvas:size() return self.width * self.across, self.height * self.down end

function Canvas:dot(x, y, style)
  x, y = floor(x + 0.5), floor(y + 0.5)
  local column, row = x // self.across, y // self.down
  if column < 0 or column >= self.width or row < 0 or row >= self.height then return end
  local at = row * self.width + column
  self.bits[at] = (self.bits[at] or 0) | (self.is_braille and DOTS[x % 2][y % 4] or 1)
  self.styles[at] = style
end

function Canvas:line(x1, y1, x2, y2, style)
  local steps = max(1, ceil(max(abs(x2 - x1), abs(y2 - y1))))
  for step = 0, steps do
    self:dot(x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps, style)
  end
end

-- One row of cells as text.
function Canvas:text(row)
  local parts, run, style = {}, {}, nil
  local function close()
    parts[#parts + 1] = canvas.colored(concat(run), style, self.settings)
    run = {}
  end
  for column = 0, self.width - 1 do
    local at = row * self.width + column
    local bits, own = self.bits[at], self.styles[at]
    if own ~= style then
      close()
      style = own
    end
    local shown = " "
    if self.full and own then
      shown = (self.settings.color or self.is_single) and (self.settings.unicode and "█" or "#") or canvas.letter(own)
    elseif bits then
      shown = self.is_braille and char(0x2800 + bits) or self.is_single and "*" or canvas.letter(own)
    end
    run[#run + 1] = shown
  end
  close()
  return (gsub(concat(parts), " +$", ""))
end

-- A row of blocks for the numbers at 1 to `count`, in at most `width` cells: each shows the highest of its places.
function canvas.spark(values, settings, call, width)
  local count, low, high = 0, 0, 0
  for place, value in next, values do
    local is_number = type(value) == "number" and value == value and abs(value) < huge
    if math_type(place) ~= "integer" or place < 1 or not is_number then
      bad(call, format("expected an array of finite numbers; at %s there is %s", tostring(place), tostring(value)))
    end
    count, low, high = max(count, place), min(low, value), max(high, value)
  end
  local cells = min(count, width or settings.width)
  local parts, blocks = {}, settings.unicode and BLOCKS or LEVELS
  for cell = 1, cells do
    local top
    for place = (cell - 1) * count // cells + 1, cell * count // cells do
      if values[place] then top = max(top or values[place], values[place]) end
    end
    local level = top and (high == low and 1 or 1 + floor((top / 2 - low / 2) / (high / 2 - low / 2) * 7 + 0.5))
    parts[cell] = top and blocks[level] or " "
  end
  return concat(parts)
end

function canvas.spaces(count) return rep(" ", max(0, count)) end

return canvas
