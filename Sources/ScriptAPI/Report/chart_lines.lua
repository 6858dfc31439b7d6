-- finlua.internal.chart_lines: a line a series. A gap in the data is a gap in the line.
local ipairs, max, min = ipairs, math.max, math.min
local concat = table.concat
local svg, frames = require "finlua.internal.chart_svg", require "finlua.internal.chart_frame"
local series, reduce = require "finlua.internal.chart_series", require "finlua.internal.chart_reduce"

-- The range of all values; with zero in it unless the axis is to begin elsewhere.
local function range(model, from_zero)
  local low, high
  for _, one in ipairs(model.list) do
    for _, value in next, one.values do
      low, high = min(low or value, value), max(high or value, value)
    end
  end
  if from_zero ~= false then low, high = min(low, 0), max(high, 0) end
  return low, high
end

-- Draws into `parts`; gives the frame, with where(series place, x place) for marks, and whether points were left out.
return function(parts, model, options)
  local low, high = range(model, options.zero)
  local direct = #model.list > 1 and options.is_wide
  local frame = frames.new(parts, model, low, high, {
    width = options.width, height = options.height, right = direct and frames.label_width(model, 170),
  })
  local xs, labels, is_reduced = {}, {}, false
  for place = 1, model.count do xs[place] = frame.x(model.at[place]) end
  for place = #model.list, 1, -1 do -- the largest on top
    local one, style, path, ys = model.list[place], frames.style(model, place), {}, {}
    for position, value in next, one.values do ys[position] = frame.y(value) end
    local last
    for _, run in ipairs(series.runs(model, one.values)) do
      local first = run[1]
      last = run[2]
      if first == last then
        parts[#parts + 1] = svg.marker(xs[first], ys[first], style, "f" .. style)
      else
        local outx, outy, fewer = reduce(xs, ys, first, last, frame.right - frame.left)
        is_reduced = is_reduced or fewer
        path[#path + 1] = svg.points(outx, outy, "M")
      end
    end
    if #path > 0 then
      parts[#parts + 1] = svg.element("path", { "d", concat(path), "class", "l l" .. (#model.list > 1 and style or 1) })
    end
    if last and direct then
      parts[#parts + 1] = svg.marker(xs[last], ys[last], style, "f" .. style)
      labels[#labels + 1] = { y = ys[last], x = xs[last], place = place }
    end
  end
  if direct then frames.names(frame, parts, model, labels, true) end
  function frame.where(place, position)
    local value = model.list[place].values[position]
    if value then return frame.x(model.at[position]), frame.y(value) end
  end
  return frame, is_reduced
end
