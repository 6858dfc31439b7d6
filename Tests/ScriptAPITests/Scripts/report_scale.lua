-- Axes end where they should, and what is left of many points has their shape.
local scales, reduce = require "finlua.internal.chart_scale", require "finlua.internal.chart_reduce"
local calendar, date = require "finlua.internal.chart_calendar", require "finlua.date"

local function axis(low, high)
  local scale = scales.over(low, high, 5)
  local texts = {}
  for place, value in ipairs(scale.ticks) do texts[place] = scale.text(value) end
  print(low, high, table.concat(texts, " "))
end
axis(0, 97)
axis(0, 0)
axis(5, 5)
axis(-5, -5)
axis(-3, 12.5)
axis(0, 0.7)
axis(0, 0.00012)
axis(0, 3e-9)
axis(0, 123456)
axis(0, 2500000)
axis(0, 1.2e12)
axis(-4e20, 1e21)
axis(-1e308, 1e308)

-- Every value lies on the axis, and steps are 1, 2 or 5 times a power of ten.
local state = 7
local function random()
  state = state * 6364136223846793005 + 1442695040888963407
  return (state >> 11) / 2.0 ^ 53
end
for _ = 1, 2000 do
  local low, high = (random() - 0.5) * 10 ^ (random() * 30 - 15), (random() - 0.5) * 10 ^ (random() * 30 - 15)
  if low > high then low, high = high, low end
  local scale = scales.over(low, high, 5)
  assert(scale.low <= low and scale.high >= high, low .. " " .. high)
  assert(#scale.ticks >= 2 and #scale.ticks <= 12, #scale.ticks)
  local step = (scale.ticks[2] - scale.ticks[1])
  local factor = step / 10 ^ math.floor(math.log(step, 10) + 1e-9)
  assert(math.abs(factor - 1) < 1e-6 or math.abs(factor - 2) < 1e-6 or math.abs(factor - 5) < 1e-6, factor)
end

-- Of each column first, lowest, highest and last stay, in their order.
for _ = 1, 20 do
  local xs, ys = {}, {}
  for place = 1, 5000 do xs[place], ys[place] = place / 50, random() end
  local outx, outy = reduce(xs, ys, 1, 5000, 100)
  local place, kept = 1, {}
  for at = 1, #outx do
    while xs[place] ~= outx[at] do place = place + 1 end
    assert(ys[place] == outy[at])
    kept[place] = true
  end
  for column = 0, 99 do
    local from, to = math.max(1, column * 50), math.min(5000, column * 50 + 49)
    local low, high = from, from
    for at = from, to do
      if ys[at] < ys[low] then low = at end
      if ys[at] > ys[high] then high = at end
    end
    assert(kept[from] and kept[to] and kept[low] and kept[high], column)
  end
end

local function ticks(from, to, count)
  local texts = {}
  local epoch = date.parse "1970-01-01"
  for place, tick in ipairs(calendar.ticks(date.parse(from) - epoch, date.parse(to) - epoch, count, 1)) do
    texts[place] = tick.text
  end
  print(table.concat(texts, ", "))
end
ticks("2026-10-01", "2026-10-05", 8)
ticks("2026-10-01", "2026-10-30", 8)
ticks("2026-01-15", "2026-12-20", 8)
ticks("2019-05-01", "2026-12-20", 8)
ticks("0001-01-01", "9999-12-31", 8)
