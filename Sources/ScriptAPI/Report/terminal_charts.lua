-- finlua.internal.terminal_charts: the charts of a page as lines of text.
local ipairs, next = ipairs, next
local floor, max, min = math.floor, math.max, math.min
local concat = table.concat
local format, rep = string.format, string.rep
local canvas, scales = require "finlua.internal.terminal_canvas", require "finlua.internal.chart_scale"
local calendar, series = require "finlua.internal.chart_calendar", require "finlua.internal.chart_series"
local stacks, frames = require "finlua.internal.chart_stack", require "finlua.internal.chart_frame"
local text_table = require "finlua.internal.text_table"
local numbers, text = require "finlua.internal.page_numbers", require "finlua.internal.page_text"

local terminal_charts = {}
local HEIGHT = 12 -- rows of a chart
local width, cut, spaces = text_table.width, text_table.cut, canvas.spaces
local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

local function add(out, line) out[#out + 1] = (line:gsub(" +$", "")) end

-- Keys, names and what they came to last.
local function legend(out, block, settings, is_line)
  local model = block.model
  local widest = 0
  for _, one in ipairs(model.list) do widest = max(widest, width(text.printable(one.label))) end
  widest = min(widest, settings.width - 30)
  for place, one in ipairs(model.list) do
    local style, last = frames.style(model, place), nil
    for position = 1, model.count do last = one.values[position] or last end
    local key = settings.color and (is_line and "──" or "██") or canvas.letter(style) .. " "
    local name = cut(text.printable(one.label), widest)
    add(out, format("  %s %s%s  %s", canvas.colored(key, style, settings), name, spaces(widest - width(name)),
      canvas.colored(last and "last " .. numbers.ascii(last, block.decimals) or "", "dim", settings)))
  end
end

local function x_axis(out, model, left, columns, place)
  add(out, spaces(left - 1) .. "└" .. rep("─", columns))
  local ticks
  if model.kind == "date" then
    ticks = calendar.ticks(model.from, model.to, max(2, columns / 10), model.gap)
  else
    ticks = { { at = model.from, text = numbers.ascii(model.from) }, { at = model.to, text = numbers.ascii(model.to) } }
    if model.from == model.to then ticks[2] = nil end
  end
  local line, used = {}, 0
  for _, tick in ipairs(ticks) do
    local at = floor(place(tick.at)) - #tick.text // 2
    at = max(0, min(at, columns - #tick.text))
    if at >= used then
      line[#line + 1] = spaces(at - used) .. tick.text
      used = at + #tick.text
      line[#line + 1], used = "  ", used + 2
    end
  end
  add(out, spaces(left) .. concat(line))
end

-- The field with its y axis, and how to place values in it. `draw` gets the canvas and the two maps.
local function field(out, block, settings, low, high, draw)
  local model = block.model
  local scale = scales.over(low, high, 4)
  local left, labels = 0, {}
  for _, value in ipairs(scale.ticks) do left = max(left, #scale.text(value)) end
  left = left + 3
  local columns = max(10, min(settings.width - left - 1, 120))
  local board = canvas.new(columns, HEIGHT, #model.list, settings)
  local wide, tall = board:size()
  local y = scales.map(scale.low, scale.high, tall - 1, 0)
  local x = scales.map(model.from, model.to, 0, wide - 1)
  draw(board, x, y, scale)
  for _, value in ipairs(scale.ticks) do labels[floor(floor(y(value) + 0.5) / board.down)] = scale.text(value) end
  for row = 0, HEIGHT - 1 do
    local label = labels[row] or ""
    add(out, spaces(left - 2 - #label) .. label .. " │" .. board:text(row))
  end
  x_axis(out, model, left, columns, function(at) return x(at) / board.across end)
end

local function line_chart(out, block, settings)
  local model, low, high = block.model, nil, nil
  for _, one in ipairs(model.list) do
    for _, value in next, one.values do low, high = min(low or value, value), max(high or value, value) end
  end
  if block.zero ~= false then low, high = min(low, 0), max(high, 0) end
  field(out, block, settings, low, high, function(board, x, y)
    for place = #model.list, 1, -1 do
      local one = model.list[place]
      for _, run in ipairs(series.runs(model, one.values)) do
        local style, before = frames.style(model, place), run[1]
        for position = run[1], run[2] do
          board:line(x(model.at[before]), y(one.values[before]), x(model.at[position]), y(one.values[position]), style)
          before = position
        end
      end
    end
  end)
  if #model.list > 1 then legend(out, block, settings, true) end
end

-- A column of the field shows the place with the most of those that fall into it.
local function stack_chart(out, block, settings)
  local model = block.model
  local edges = stacks.edges(model)
  field(out, block, settings, edges.low, edges.high, function(board, _, _, scale)
    board.full, board.is_braille, board.across, board.down = true, false, 1, 1
    -- Months are of unequal length, and their bars are not.
    local is_months = model.kind == "date" and model.gap >= 28 and model.gap < 366
    local gap = is_months and 30.44 * floor(model.gap / 28) or model.gap
    local function slot_of(at) return model.count > 1 and floor((at - model.from) / gap + 0.5) or 0 end
    local steps = slot_of(model.to)
    local function slot(position) return slot_of(model.at[position]) end
    local at = {}
    for position = 1, model.count do
      local first = floor(slot(position) / (steps + 1) * board.width)
      local apart = block.shape == "bar" and steps * 2 < board.width and 2 or 1
      local last = max(first, floor((slot(position) + 1) / (steps + 1) * board.width) - apart)
      for column = first, last do
        local other = at[column]
        if not other or edges.up[#model.list][position] > edges.up[#model.list][other] then at[column] = position end
      end
    end
    local size = (scale.high - scale.low) / board.height
    for column, position in next, at do
      for row = 0, board.height - 1 do
        local value = scale.high - (row + 0.5) * size
        for place = 1, #model.list do
          local side = value < 0 and edges.down or edges.up
          local from, to = side[place - 1][position] or 0, side[place][position]
          if value > min(from, to) and value < max(from, to) then
            board.styles[row * board.width + column] = frames.style(model, place)
          end
        end
      end
    end
  end)
  if #model.list > 1 then legend(out, block, settings, false) end
end

-- A lying bar from one cell to another, to an eighth where there are blocks for it.
local function bar_text(length, settings)
  local full = floor(length)
  if not settings.unicode then return rep("#", floor(length + 0.5)) end
  local rest = floor((length - full) * 8)
  return rep("█", full) .. (EIGHTHS[rest] or "")
end

local function lying_bars(out, block, settings)
  local model = block.model
  local low, high, widest, behind = 0, 0, 0, 0
  for position = 1, model.count do
    widest = max(widest, width(text.printable(model.names[position])))
    for _, one in ipairs(model.list) do
      local value = one.values[position]
      low, high = min(low, value or 0), max(high, value or 0)
      behind = max(behind, #numbers.ascii(value, block.decimals))
    end
  end
  widest = min(widest, settings.width // 3)
  local room = max(5, min(settings.width - widest - behind - 6, 80))
  local per = low == high and 0 or room / (high - low)
  local zero = floor(-low * per + 0.5)
  for position = 1, model.count do
    local name = cut(text.printable(model.names[position]), widest)
    for place, one in ipairs(model.list) do
      local value, style = one.values[position], frames.style(model, place)
      local shown = numbers.ascii(value, block.decimals)
      local bar, long = "", 0
      if value and value >= 0 then
        bar = spaces(zero) .. canvas.colored(bar_text(value * per, settings), style, settings)
      elseif value then
        long = floor(-value * per + 0.5)
        bar = spaces(zero - long) .. canvas.colored(rep(settings.unicode and "█" or "#", long), style, settings)
      end
      local key = #model.list > 1 and not settings.color and canvas.letter(style) .. " " or ""
      local label = place == 1 and name or ""
      add(out, format("  %s%s %s%s%s %s", label, spaces(widest - width(label)), key, spaces(behind - #shown), shown, bar))
    end
  end
  if #model.list > 1 then
    for place, one in ipairs(model.list) do
      local style = frames.style(model, place)
      local key = settings.color and "██" or canvas.letter(style) .. " "
      add(out, "  " .. canvas.colored(key, style, settings) .. " " .. text.printable(one.label))
    end
  end
end

-- The lines of one chart, put behind those of `out`.
function terminal_charts.add(out, block, settings)
  if block.model.count == 0 then
    add(out, "No rows: there is nothing to draw.")
  elseif block.is_lying then
    lying_bars(out, block, settings)
  elseif block.shape == "area" or block.shape == "bar" and (block.is_stacked or #block.model.list == 1) then
    stack_chart(out, block, settings)
  else
    line_chart(out, block, settings)
  end
  for _, mark in ipairs(block.marks) do
    add(out, format("  %d. %s: %s", mark.number, text.printable(mark.title), text.printable(mark.text)))
  end
end

return terminal_charts
