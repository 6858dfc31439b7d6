-- finlua.internal.chart_scale: the numbers along an axis: steps of 1, 2 or 5 times a power of ten, and their texts.
local abs, ceil, floor, log, max, min = math.abs, math.ceil, math.floor, math.log, math.max, math.min
local format, gsub, reverse = string.format, string.gsub, string.reverse

local chart_scale = {}

-- The first of 1, 2, 5, 10 times a power of ten that is not below `raw`, as its factor and exponent.
local function nice(raw)
  local exponent = floor(log(raw, 10))
  for shift = 0, 1 do
    for _, factor in ipairs { 1, 2, 5 } do
      if factor * 10.0 ^ (exponent + shift) >= raw * (1 - 1e-9) then return factor, exponent + shift end
    end
  end
  return 1, exponent + 1
end

-- A power of ten below one is no double: dividing by its inverse is nearer to the decimal than multiplying.
local function times(count, factor, exponent)
  if exponent < 0 and exponent > -300 then return count * factor / 10.0 ^ -exponent end
  return count * factor * 10.0 ^ exponent
end

local SUFFIXES = { { 1e12, 12, "T" }, { 1e9, 9, "B" }, { 1e6, 6, "M" } }

local function grouped(text)
  local sign, whole, rest = text:match("^(-?)(%d+)(.*)$")
  return sign .. (gsub(reverse((gsub(reverse(whole), "(%d%d%d)", "%1,"))), "^,", "")) .. rest
end

-- 5e-9.
local function power(value)
  local digits, sign, exponent = format("%.1e", value):match("^(.-)e([+-])0*(%d+)$")
  return gsub(digits, "%.0$", "") .. (sign == "-" and "e-" or "e") .. exponent
end

-- A function from a tick to its text; all ticks of an axis are written alike.
local function writer(largest, exponent)
  if largest >= 1e16 or largest > 0 and largest < 1e-6 or exponent < -9 then
    return function(value) return value == 0 and "0" or power(value) end
  end
  for _, each in ipairs(SUFFIXES) do
    if largest >= each[1] then
      local decimals = max(0, each[2] - exponent)
      return function(value)
        return value == 0 and "0" or grouped(format("%." .. decimals .. "f", value / each[1])) .. each[3]
      end
    end
  end
  local decimals = max(0, -exponent)
  return function(value) return value == 0 and "0" or grouped(format("%." .. decimals .. "f", value)) end
end

-- { low =, high =, ticks = {}, text = } around both values in about `count` steps. One value alone, or none, gets room.
function chart_scale.over(low, high, count)
  if low == high then
    if low == 0 then high = 1 else low, high = min(low, 0), max(high, 0) end
  end
  -- Halves, as the whole of a range may be more than a double holds.
  local factor, exponent = nice(max((high / 2 - low / 2) / count * 2, 1e-300))
  local size = times(1, factor, exponent)
  local first, last = floor(low / size + 1e-9), ceil(high / size - 1e-9)
  -- The axis ends at a tick if one is near, and a little beyond the values otherwise.
  local room = min(max(high / 2 - low / 2, -high / 2 + low / 2) * 0.1, size * 0.3)
  if times(last, factor, exponent) - high > size * 0.4 then last = last - 1 end
  if low - times(first, factor, exponent) > size * 0.4 then first = first + 1 end
  local scale = { ticks = {} }
  for place = first, last do scale.ticks[#scale.ticks + 1] = times(place, factor, exponent) end
  scale.low, scale.high = scale.ticks[1], scale.ticks[#scale.ticks]
  if low < scale.low then scale.low = low - room end
  if high > scale.high then scale.high = high + room end
  scale.text = writer(max(abs(scale.ticks[1]), abs(scale.ticks[#scale.ticks])), exponent)
  return scale
end

-- A function from a value to its place between `from` and `to`.
function chart_scale.map(low, high, from, to)
  local half = high / 2 - low / 2
  return function(value)
    if half == 0 then return (from + to) / 2 end
    return from + (value / 2 - low / 2) / half * (to - from)
  end
end

return chart_scale
