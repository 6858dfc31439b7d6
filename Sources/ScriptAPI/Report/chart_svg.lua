-- finlua.internal.chart_svg: the words of SVG: coordinates, elements, paths, and how wide a text is.
local ipairs, tostring = ipairs, tostring
local concat = table.concat
local byte, format, gsub, sub = string.byte, string.format, string.gsub, string.sub
local escape = require("finlua.internal.page_text").escape

local chart_svg = {}

-- A coordinate to a tenth of a unit.
local function coordinate(value)
  local text = format("%.1f", value)
  text = gsub(text, "%.0$", "")
  return text == "-0" and "0" or text
end
chart_svg.coordinate = coordinate

-- Widths of a common sans serif in thousandths of its size, on the generous side.
local WIDTHS = {}
local function widths(letters, width)
  for place = 1, #letters do WIDTHS[byte(letters, place)] = width end
end
for code = 32, 126 do WIDTHS[code] = 610 end
widths("ABCDEFGHKNOPQRSUVXYZ", 700)
widths("mwMW%@<>=+~^", 900)
widths("fijlrtI.,:;'|!()[]/ -", 370)

-- How wide a text of this size is, roughly.
function chart_svg.width(text, size)
  local sum = 0
  for _, code in utf8.codes(text, true) do
    sum = sum + (WIDTHS[code] or code < 0x300 and 620 or code < 0x1100 and 700 or 1050)
  end
  return sum * size / 1000
end

-- The text, or its beginning with an ellipsis, within a width.
function chart_svg.fitted(text, size, width)
  if not utf8.len(text) or chart_svg.width(text, size) <= width then return text end
  local last = ""
  for place, code in utf8.codes(text) do
    local piece = sub(text, 1, place - 1) .. "…"
    if place > 1 and chart_svg.width(piece, size) > width then break end
    last = piece
  end
  return last
end

-- <name a="b">content</name>; attributes as a list of pairs, so that their order is always the same.
function chart_svg.element(name, attributes, content)
  local parts = { "<", name }
  for place = 1, #attributes, 2 do
    local value = attributes[place + 1]
    if value then
      if type(value) == "number" then value = coordinate(value) end
      parts[#parts + 1] = " " .. attributes[place] .. "=\"" .. escape(value) .. "\""
    end
  end
  parts[#parts + 1] = content and ">" .. content .. "</" .. name .. ">" or "/>"
  return concat(parts)
end

-- A text; `anchor` is start, middle or end.
function chart_svg.text(x, y, text, class, anchor)
  return chart_svg.element("text", { "x", x, "y", y, "class", class, "text-anchor", anchor ~= "start" and anchor },
    escape(text))
end

function chart_svg.line(x1, y1, x2, y2, class)
  return chart_svg.element("line", { "x1", x1, "y1", y1, "x2", x2, "y2", y2, "class", class })
end

function chart_svg.rect(x, y, width, height, class, fill)
  return chart_svg.element("rect",
    { "x", x, "y", y, "width", width, "height", height, "class", class, "fill", fill })
end

-- Points as "x y" after M and L; the first command begins the path or goes on with it.
function chart_svg.points(xs, ys, command, backwards)
  local parts, count = {}, #xs
  for place = 1, count do
    local at = backwards and count + 1 - place or place
    parts[place] = coordinate(xs[at]) .. " " .. coordinate(ys[at])
  end
  return command .. concat(parts, "L")
end

-- The sign that goes with a series, as colours alone do not tell it from the others.
function chart_svg.marker(x, y, place, class)
  local c, r = coordinate, 3.6
  local shape = (place - 1) % 8
  if shape == 0 then return chart_svg.element("circle", { "cx", x, "cy", y, "r", r, "class", class }) end
  local function path(...)
    local parts = {}
    for _, point in ipairs { ... } do parts[#parts + 1] = c(x + point[1] * r) .. " " .. c(y + point[2] * r) end
    return chart_svg.element("path", { "d", "M" .. concat(parts, "L") .. "Z", "class", class })
  end
  if shape == 1 then return path({ -.9, -.9 }, { .9, -.9 }, { .9, .9 }, { -.9, .9 }) end
  if shape == 2 then return path({ 0, -1.2 }, { 1.15, .9 }, { -1.15, .9 }) end
  if shape == 3 then return path({ 0, -1.3 }, { 1.3, 0 }, { 0, 1.3 }, { -1.3, 0 }) end
  if shape == 4 then return path({ 0, 1.2 }, { 1.15, -.9 }, { -1.15, -.9 }) end
  if shape == 5 then return path({ -.45, -1.2 }, { .45, -1.2 }, { .45, 1.2 }, { -.45, 1.2 }) end
  if shape == 6 then return path({ -1.2, -.45 }, { 1.2, -.45 }, { 1.2, .45 }, { -1.2, .45 }) end
  return path({ -.5, -1.2 }, { .5, -1.2 }, { 1.2, 0 }, { .5, 1.2 }, { -.5, 1.2 }, { -1.2, 0 })
end

-- Fills that differ without colour: over its colour each layer has lines, dots or nothing, in the colour of the paper.
local PATTERNS = {
  [2] = "M0 8L8 0M-2 2L2 -2M6 10L10 6", [3] = "M2 2h.01M6 6h.01", [4] = "M0 0L8 8M-2 6L2 10M6 -2L10 2", [5] = "M0 4h8",
  [6] = "M4 0v8", [7] = "M0 4h8M4 0v8", [8] = "M0 8L8 0M0 0L8 8", [9] = "M2 4h4",
}

function chart_svg.pattern_name(place) return PATTERNS[place] and "p" .. place end

-- The definitions, once a page.
function chart_svg.patterns()
  local parts = {}
  for place = 2, 9 do
    parts[#parts + 1] = chart_svg.element("pattern",
      { "id", "p" .. place, "width", "8", "height", "8", "patternUnits", "userSpaceOnUse" },
      chart_svg.element("path", { "d", PATTERNS[place], "class", place == 3 and "hatch dots" or "hatch" }))
  end
  return "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\"><defs>"
    .. concat(parts) .. "</defs></svg>"
end

-- An area in the colour and the pattern of a series.
function chart_svg.filled(d, place)
  local pattern = chart_svg.pattern_name(place)
  local shape = chart_svg.element("path", { "d", d, "class", "f" .. place })
  if not pattern then return shape end
  return shape .. chart_svg.element("path", { "d", d, "fill", "url(#" .. pattern .. ")" })
end

return chart_svg
