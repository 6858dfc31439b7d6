-- finlua.internal.chart_calendar: where an axis of days has its marks: days, Mondays, firsts of months or of years.
local ipairs = ipairs
local format = string.format
local date = require "finlua.date"

local chart_calendar = {}
local EPOCH = date.parse "1970-01-01"

-- Steps from fine to coarse: days between two marks, months between two.
local STEPS = { { days = 1 }, { days = 2 }, { days = 7 }, { days = 14 }, { months = 1 }, { months = 2 }, { months = 3 },
  { months = 6 }, { months = 12 }, { months = 24 }, { months = 60 }, { months = 120 }, { months = 240 },
  { months = 600 }, { months = 1200 }, { months = 12000 }, { months = 24000 } }

-- 24 Sep 2026; 24 Sep without the year.
function chart_calendar.text(number, is_short)
  local day = EPOCH + number
  return (day:format(is_short and "%d %b" or "%d %b %Y"):gsub("^0", ""))
end

local function by_days(from, to, days, gap)
  local ticks = {}
  -- Weeks begin on Mondays, 1969-12-29 was one; those of the data where they begin there.
  local first = days % 7 == 0 and gap == 1 and from + (-3 - from) % days or from
  for number = first, to, days do
    ticks[#ticks + 1] = { at = number, text = chart_calendar.text(number, true) }
  end
  return ticks
end

local function by_months(from, to, months)
  local ticks = {}
  local day = EPOCH + from
  local index = day.year * 12 + day.month - 1
  if day.day > 1 then index = index + 1 end
  index = index + (-index) % months
  while index // 12 <= 9999 do
    local first = date.new(index // 12, index % 12 + 1, 1)
    if first - EPOCH > to then break end
    local is_year = index % 12 == 0
    ticks[#ticks + 1] = { at = first - EPOCH, text = is_year and format("%d", index // 12) or first:format("%b"),
      is_year = is_year }
    index = index + months
  end
  return ticks
end

-- At most `count` marks from day to day, as { at =, text = }; no closer than `gap` days.
function chart_calendar.ticks(from, to, count, gap)
  for _, step in ipairs(STEPS) do
    local days = step.days or step.months * 30.4
    if (to - from) / days < count and (days + 2.4 >= gap or gap > 366) then
      local ticks = step.days and by_days(from, to, step.days, gap) or by_months(from, to, step.months)
      if #ticks > 0 then return ticks end
    end
  end
  return by_days(from, to, to - from + 1)
end

-- 1 Sep – 30 Nov 2026; of months, Sep – Nov 2026.
function chart_calendar.span(from, to, of_months)
  local same = (EPOCH + from).year == (EPOCH + to).year
  if of_months then
    local last = (EPOCH + to):format("%b %Y")
    return from == to and last or (EPOCH + from):format(same and "%b" or "%b %Y") .. " – " .. last
  end
  if from == to then return chart_calendar.text(from) end
  return chart_calendar.text(from, same) .. " – " .. chart_calendar.text(to)
end

return chart_calendar
