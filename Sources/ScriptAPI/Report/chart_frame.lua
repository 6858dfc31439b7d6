-- finlua.internal.chart_frame: what charts over x have in common: the two axes, labels beside the ends, and the legend.
local ipairs, max, min = ipairs, math.max, math.min
local sort, gsub = table.sort, string.gsub
local svg, scales = require "finlua.internal.chart_svg", require "finlua.internal.chart_scale"
local calendar = require "finlua.internal.chart_calendar"

local chart_frame = {}
local SIZE, GAP = 12, 15 -- of a text, and from one line of text to the next
chart_frame.SIZE = SIZE

-- Which colour, dash and pattern a series has: that of its place, or that of what is left over.
function chart_frame.style(model, place) return model.list[place].other and 9 or place end

-- The key of a series: a piece of line with its marker, or a piece of area.
function chart_frame.key(style, x, y, is_line)
  if not is_line then
    return svg.filled(("M%s %sh12v10h-12Z"):format(svg.coordinate(x + 3), svg.coordinate(y - 9)), style)
  end
  return svg.line(x, y - 4, x + 18, y - 4, "l l" .. style) .. svg.marker(x + 9, y - 4, style, "f" .. style)
end

-- Keys and names in rows from `x`, `y` down; gives the height they take.
function chart_frame.legend(parts, model, x, y, width, is_line)
  local at, line = x, y
  for place, one in ipairs(model.list) do
    local text = svg.fitted(one.label, SIZE, width - 30)
    local wide = 24 + svg.width(text, SIZE) + 14
    if at > x and at + wide > x + width then at, line = x, line + GAP + 3 end
    parts[#parts + 1] = chart_frame.key(chart_frame.style(model, place), at, line, is_line)
    parts[#parts + 1] = svg.text(at + 24, line, text, "t", "start")
    at = at + wide
  end
  return line - y + GAP
end

-- How much room names to the right need.
function chart_frame.label_width(model, most)
  local widest = 0
  for _, one in ipairs(model.list) do widest = max(widest, svg.width(one.label, SIZE)) end
  return min(widest, most) + 34
end

-- Moves labels { y =, … } apart so that none covers another, within `top` and `bottom`.
local function spread(labels, top, bottom)
  sort(labels, function(left, right)
    if left.y ~= right.y then return left.y < right.y end
    return left.place < right.place
  end)
  local least = top
  for _, label in ipairs(labels) do
    label.at = max(label.y, least)
    least = label.at + GAP
  end
  local most = bottom
  for place = #labels, 1, -1 do
    local label = labels[place]
    label.at = min(label.at, most)
    most = label.at - GAP
  end
end

-- Names beside the right end of what they name; labels are { y =, place = }.
function chart_frame.names(frame, parts, model, labels, is_line)
  spread(labels, frame.top, frame.bottom + 6)
  local x = frame.right + 10
  for _, label in ipairs(labels) do
    local style = chart_frame.style(model, label.place)
    if math.abs(label.at - label.y) > 3 and label.x then
      parts[#parts + 1] = svg.line(label.x + 3, label.y, x - 1, label.at, "lead")
    end
    parts[#parts + 1] = chart_frame.key(style, x, label.at + 4, is_line)
    local name = svg.fitted(model.list[label.place].label, SIZE, frame.width - x - 23)
    parts[#parts + 1] = svg.text(x + 23, label.at + 4, name, "t", "start")
  end
end

-- How many marks along x there is room for, and the marks themselves.
local function x_ticks(frame, model, pad)
  local width = frame.right - frame.left
  if model.kind == "date" then return calendar.ticks(model.from, model.to, max(2, width / 58), model.gap) end
  local ticks = {}
  if model.kind == "category" then
    for place, name in ipairs(model.names) do ticks[place] = { at = place, text = name } end
    return ticks
  end
  local scale = scales.over(model.from, model.to, max(2, width / 80))
  for _, value in ipairs(scale.ticks) do
    if value >= model.from - pad and value <= model.to + pad then
      ticks[#ticks + 1] = { at = value, text = (gsub(scale.text(value), "^%-", "−")) }
    end
  end
  return ticks
end

-- The frame of a chart from `low` to `high`: { left, right, top, bottom, x(), y() }. `options`: width, height, right (the
-- room for names), pad (of x on both sides, in its own unit).
function chart_frame.new(parts, model, low, high, options)
  local frame = { width = options.width, height = options.height, top = 26, bottom = options.height - 26 }
  local scale = scales.over(low, high, options.height < 260 and 4 or 5)
  local widest, pad = 0, options.pad or 0
  local function label(value) return (gsub(scale.text(value), "^%-", "−")) end
  for _, value in ipairs(scale.ticks) do widest = max(widest, svg.width(label(value), SIZE)) end
  frame.left, frame.right = widest + 10, options.width - max(options.right or 0, 16)
  frame.y = scales.map(scale.low, scale.high, frame.bottom, frame.top)
  frame.x = scales.map(model.from - pad, model.to + pad, frame.left + 6, frame.right - 4)
  for _, value in ipairs(scale.ticks) do
    local y = frame.y(value)
    parts[#parts + 1] = svg.line(frame.left, y, frame.right, y, value == 0 and "zero" or "grid")
    parts[#parts + 1] = svg.text(frame.left - 8, y + 4, label(value), "t soft", "end")
  end
  if model.unit then parts[#parts + 1] = svg.text(frame.left, 12, model.unit, "t soft", "start") end
  local free = -1e9
  for _, tick in ipairs(x_ticks(frame, model, pad)) do
    local x, half = frame.x(tick.at), svg.width(tick.text, SIZE) / 2
    if x - half > free and x + half <= options.width then
      parts[#parts + 1] = svg.line(x, frame.bottom, x, frame.bottom + 4, "tick")
      parts[#parts + 1] = svg.text(x, frame.bottom + 18, tick.text, tick.is_year and "t" or "t soft", "middle")
      free = x + half + 6
    end
  end
  return frame
end

return chart_frame
