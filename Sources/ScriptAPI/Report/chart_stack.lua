-- finlua.internal.chart_stack: layers upon each other. What is negative hangs below zero, so that a layer is as thick as its
-- value; a line then shows what is left of both together. A place without any value is a gap.
local ipairs, max, min = ipairs, math.max, math.min
local concat = table.concat
local svg, frames = require "finlua.internal.chart_svg", require "finlua.internal.chart_frame"
local series, reduce = require "finlua.internal.chart_series", require "finlua.internal.chart_reduce"

local chart_stack = {}

-- Where each layer begins and ends at each place: up[series][place] and down[…], as { from, to }; and their range.
function chart_stack.edges(model)
  local up, down, net, low, high = { [0] = {} }, { [0] = {} }, {}, 0, 0
  for place, one in ipairs(model.list) do
    up[place], down[place] = {}, {}
    for position = 1, model.count do
      local value = one.values[position] or 0
      up[place][position] = (up[place - 1][position] or 0) + max(value, 0)
      down[place][position] = (down[place - 1][position] or 0) + min(value, 0)
      if one.values[position] then net[position] = (net[position] or 0) + value end
      low, high = min(low, down[place][position]), max(high, up[place][position])
    end
  end
  return { up = up, down = down, net = net, low = low, high = high, is_signed = low < 0 and high > 0 }
end

local function layer(edges, frame, xs, runs, place, style, columns)
  local shape, rim, is_reduced = {}, {}, false
  local function edge(of, run)
    local ys = {}
    for position = run[1], run[2] do ys[position] = frame.y(of[position] or 0) end
    local outx, outy, fewer = reduce(xs, ys, run[1], run[2], columns)
    is_reduced = is_reduced or fewer
    return outx, outy
  end
  for _, run in ipairs(runs) do
    for _, side in ipairs { "up", "down" } do
      local inner, outer, some = edges[side][place - 1], edges[side][place], false
      for position = run[1], run[2] do some = some or outer[position] ~= (inner[position] or 0) end
      if some and run[1] == run[2] then
        -- One place alone has no width: it gets that of a stroke.
        local x, from, to = xs[run[1]], frame.y(inner[run[1]] or 0), frame.y(outer[run[1]])
        shape[#shape + 1] = svg.points({ x - 3, x + 3, x + 3, x - 3 }, { from, from, to, to }, "M") .. "Z"
      elseif some then
        local outer_x, outer_y = edge(outer, run)
        local inner_x, inner_y = edge(inner, run)
        rim[#rim + 1] = svg.points(outer_x, outer_y, "M")
        shape[#shape + 1] = rim[#rim] .. svg.points(inner_x, inner_y, "L", true) .. "Z"
      end
    end
  end
  return svg.filled(concat(shape), style)
    .. (#rim > 0 and not is_reduced and svg.element("path", { "d", concat(rim), "class", "rim" }) or ""), is_reduced
end

-- Draws into `parts`, as chart_lines does.
function chart_stack.draw(parts, model, options)
  local edges = chart_stack.edges(model)
  local direct = #model.list > 1 and options.is_wide
  local frame = frames.new(parts, model, edges.low, edges.high, {
    width = options.width, height = options.height, right = direct and frames.label_width(model, 170),
  })
  local xs, labels, is_reduced = {}, {}, false
  for place = 1, model.count do xs[place] = frame.x(model.at[place]) end
  local runs = series.runs(model, edges.net)
  local last = model.count
  for place, one in ipairs(model.list) do
    local drawn, fewer = layer(edges, frame, xs, runs, place, frames.style(model, place), frame.right - frame.left)
    parts[#parts + 1], is_reduced = drawn, is_reduced or fewer
    local side = (one.values[last] or 0) < 0 and edges.down or edges.up
    labels[place] = { y = frame.y(((side[place - 1][last] or 0) + side[place][last]) / 2), place = place }
  end
  if edges.is_signed then
    local ys, path = {}, {}
    for position, value in next, edges.net do ys[position] = frame.y(value) end
    for _, run in ipairs(runs) do
      path[#path + 1] = svg.points((function(outx, outy) return outx, outy, "M" end)(
        reduce(xs, ys, run[1], run[2], frame.right - frame.left)))
    end
    parts[#parts + 1] = svg.element("path", { "d", concat(path), "class", "net" })
  end
  parts[#parts + 1] = svg.line(frame.left, frame.y(0), frame.right, frame.y(0), "zero")
  if direct then frames.names(frame, parts, model, labels, false) end
  function frame.where(place, position)
    local value = model.list[place].values[position]
    if not value then return end
    return frame.x(model.at[position]), frame.y((value < 0 and edges.down or edges.up)[place][position])
  end
  return frame, is_reduced, edges.is_signed
end

return chart_stack
