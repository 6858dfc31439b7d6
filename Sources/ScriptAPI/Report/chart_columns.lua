-- finlua.internal.chart_columns: a bar for each place along x, upright: stacked, or side by side.
local ipairs, max, min, abs = ipairs, math.max, math.min, math.abs
local svg, frames = require "finlua.internal.chart_svg", require "finlua.internal.chart_frame"
local stacks = require "finlua.internal.chart_stack"

-- Draws into `parts`, as chart_lines does.
return function(parts, model, options)
  local edges = options.is_stacked and stacks.edges(model)
  local low, high = 0, 0
  if edges then low, high = edges.low, edges.high end
  for _, one in ipairs(edges and {} or model.list) do
    for _, value in next, one.values do low, high = min(low, value), max(high, value) end
  end
  local step = model.count > 1 and model.gap or 1
  local direct = #model.list > 1 and options.is_wide
  local frame = frames.new(parts, model, low, high, {
    width = options.width, height = options.height, right = direct and frames.label_width(model, 170), pad = step / 2,
  })
  local slot = model.count > 1 and frame.x(model.from + step) - frame.x(model.from) or 60
  local wide = min(slot * (slot > 6 and 0.72 or 0.9), 64)
  local zero, labels = frame.y(0), {}
  local each = edges and wide or wide / #model.list
  for position = 1, model.count do
    local left = frame.x(model.at[position]) - wide / 2
    for place, one in ipairs(model.list) do
      local value = one.values[position]
      if value and value ~= 0 then
        local from, to = zero, frame.y(value)
        if edges then
          local side = value < 0 and edges.down or edges.up
          from, to = frame.y(side[place - 1][position] or 0), frame.y(side[place][position])
        end
        local x = edges and left or left + (place - 1) * each
        local style = frames.style(model, place)
        parts[#parts + 1] = svg.rect(x, min(from, to), max(each - (edges and 0 or slot > 12 and 1 or 0), 0.5),
          abs(to - from), "f" .. style .. (edges and slot > 8 and " parted" or ""))
        local pattern = slot > 6 and svg.pattern_name(style)
        if pattern then
          parts[#parts + 1] = svg.rect(x, min(from, to), each, abs(to - from), nil, "url(#" .. pattern .. ")")
        end
      end
    end
  end
  if direct and model.count > 0 then
    local last = model.count
    for place, one in ipairs(model.list) do
      local value = one.values[last] or 0
      local y = frame.y(value / 2)
      if edges then
        local side = value < 0 and edges.down or edges.up
        y = frame.y(((side[place - 1][last] or 0) + side[place][last]) / 2)
      end
      labels[place] = { y = edges and y or frame.top + place, place = place }
    end
    frames.names(frame, parts, model, labels, false)
  end
  parts[#parts + 1] = svg.line(frame.left, zero, frame.right, zero, "zero")
  function frame.where(place, position)
    local value = model.list[place].values[position]
    if not value then return end
    local x = frame.x(model.at[position])
    if edges then return x, frame.y((value < 0 and edges.down or edges.up)[place][position]) end
    return x - wide / 2 + (place - 0.5) * each, frame.y(value)
  end
  return frame, false, edges and edges.is_signed
end
