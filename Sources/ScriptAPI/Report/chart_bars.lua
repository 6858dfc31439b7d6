-- finlua.internal.chart_bars: a bar for each category, lying, with its name before and its number behind it.
local ipairs, max, min, abs = ipairs, math.max, math.min, math.abs
local svg, frames = require "finlua.internal.chart_svg", require "finlua.internal.chart_frame"
local scales, stacks = require "finlua.internal.chart_scale", require "finlua.internal.chart_stack"

-- Draws into `parts`; gives the height that it took. `show` makes a number's text.
return function(parts, model, options, show)
  local count, size = #model.list, frames.SIZE
  local edges = options.is_stacked and count > 1 and stacks.edges(model)
  local low, high = 0, 0
  for _, one in ipairs(model.list) do
    for _, value in next, one.values do low, high = min(low, value), max(high, value) end
  end
  if edges then low, high = edges.low, edges.high end
  local widest, behind = 0, 0
  for place = 1, model.count do
    widest = max(widest, svg.width(model.names[place], size))
    for _, one in ipairs(model.list) do
      if one.values[place] then behind = max(behind, svg.width(show(one.values[place]), size)) end
    end
    if edges and edges.net[place] then behind = max(behind, svg.width(show(edges.net[place]), size)) end
  end
  local left = min(widest, options.width * (options.is_wide and 0.34 or 0.4)) + 12
  local y = 4
  if count > 1 then y = y + frames.legend(parts, model, 0, y + 12, options.width, false) + 10 end
  local first_x = left + (low < 0 and behind + 8 or 0)
  local x = scales.map(low, high, first_x, options.width - behind - 8)
  if low == 0 and high == 0 then x = function() return first_x end end
  local zero, rise = x(0), (edges or count == 1) and 16 or 11
  local step = edges and rise + 10 or count * rise + 10
  local top = y
  for place = 1, model.count do
    local bars = edges and rise or count * rise
    local name = svg.fitted(model.names[place], size, left - 12)
    parts[#parts + 1] = svg.text(left - 10, y + bars / 2 + 4, name, "t", "end")
    for number, one in ipairs(model.list) do
      local value, style = one.values[place], frames.style(model, number)
      local row = edges and y or y + (number - 1) * rise
      if value then
        local from, to = zero, x(value)
        if edges then
          local side = value < 0 and edges.down or edges.up
          from, to = x(side[number - 1][place] or 0), x(side[number][place])
        end
        local a, wide, tall = min(from, to), abs(to - from), rise - (edges and 0 or 1)
        parts[#parts + 1] = svg.rect(a, row, wide, tall, "f" .. style .. (edges and " parted" or ""))
        local pattern = svg.pattern_name(style)
        if pattern then parts[#parts + 1] = svg.rect(a, row, wide, tall, nil, "url(#" .. pattern .. ")") end
        if not edges then
          parts[#parts + 1] = value < 0 and svg.text(a - 5, row + rise - 3.5, show(value), "t", "end")
            or svg.text(a + wide + 5, row + rise - 3.5, show(value), "t", "start")
        end
      elseif not edges then
        parts[#parts + 1] = svg.text(zero + 5, row + rise - 3.5, show(nil), "t soft", "start")
      end
    end
    if edges and edges.net[place] then
      local behind_all = x(edges.up[count][place]) + 5
      parts[#parts + 1] = svg.text(behind_all, y + rise - 3.5, show(edges.net[place]), "t", "start")
    end
    y = y + step
  end
  parts[#parts + 1] = svg.line(zero, top - 3, zero, y - 6, "zero")
  return y
end
