-- finlua.internal.chart_spark: a small line without axes, within a row of text. Its scale is its own, and begins at zero.
local ipairs, max, min, next = ipairs, math.max, math.min, next
local concat = table.concat
local svg, scales = require "finlua.internal.chart_svg", require "finlua.internal.chart_scale"
local reduce = require "finlua.internal.chart_reduce"

-- `values` by place from 1 to `count`, gaps where there is none; `label` says it in words.
return function(values, count, label)
  local width, height, low, high, last = 120, 24, 0, 0, nil
  for place, value in next, values do
    low, high, last = min(low, value), max(high, value), max(last or place, place)
  end
  local x = scales.map(1, max(count, 1), 3, width - 4)
  local y = low == high and function() return height - 3 end or scales.map(low, high, height - 3, 4)
  local path, points, runs, xs, ys, first = {}, {}, {}, {}, {}, nil
  for place = 1, count + 1 do
    local value = values[place]
    if value then
      xs[place], ys[place], first = x(place), y(value), first or place
    elseif first then
      runs[#runs + 1], first = { first, place - 1 }, nil
    end
  end
  for _, run in ipairs(runs) do
    if run[1] == run[2] then
      points[#points + 1] = svg.element("circle", { "cx", xs[run[1]], "cy", ys[run[1]], "r", 1.5, "class", "f1" })
    else
      local outx, outy = reduce(xs, ys, run[1], run[2], width)
      path[#path + 1] = svg.points(outx, outy, "M")
    end
  end
  local drawn = svg.line(0, y(0), width, y(0), "grid")
    .. (#path > 0 and svg.element("path", { "d", concat(path), "class", "spark" }) or "") .. concat(points)
  if last then drawn = drawn .. svg.element("circle", { "cx", xs[last], "cy", ys[last], "r", 2, "class", "f1" }) end
  return svg.element("svg", { "class", "sparkline", "viewBox", "0 0 120 24", "width", "120", "height", "24", "role", "img",
    "aria-label", label }, drawn)
end
