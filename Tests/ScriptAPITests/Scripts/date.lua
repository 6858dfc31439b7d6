local date = require "finlua.date"
local d = date.parse "2026-10-31"
print(d, d + 1, d - 31, 1 + d, (d + 365) - d)
print(d.year, d.month, d.day, d.weekday, d.weekday_name, d.quarter, d.days_in_month)
print(d.week_start, d.week_end, d.month_start, d.month_end, d.next_month, d.previous_month)
print(d.quarter_start, d.quarter_end, d.next_quarter)
print(d:add_months(1), d:add_months(4), date.parse "2024-02-29":add_months(12), date.parse "2026-03-31":add_months(-1))
print(d:format "%B %Y", d:format "%Y-%m", "day " .. d)
print(d == date.parse "2026-10-31", d < d + 1, d <= "2026-10-31", d > "2026-10-30", d ~= d + 1)
local days = date.range("2026-12-30", "2027-01-02")
print(#days, days[1], days[4])
for day in days do print(day, day.weekday_name) break end
for index, day in ipairs(days) do print(index, day) end
for _ in date.range("2026-10-02", "2026-10-01") do print "never" end
print(date.today(), date.as_of(), date.is(d), date.is "2026-10-31")
local seen = {}
seen[date.parse "2026-10-31"] = "same value"
print(seen[d])
for _, text in ipairs { "2026-02-30", "2025-02-29", "2026-13-01", "2026-1-1", "31.10.2026", "0000-01-01", "" } do
  print(select(2, pcall(date.parse, text)).message)
end
local function message(fn, ...) return select(2, pcall(fn, ...)).message end
print(message(function() return d.yaer end), select(2, pcall(function() return d.yaer end)).hint)
print(message(function() d.year = 2027 end))
print(message(function() return d + d end))
print(message(function() return d + 0.5 end))
print(message(function() return 5 - d end))
print(message(function() return d < 5 end))
print(message(date.range, "2026-10-01", nil))
print(message(function() return d + 10000000 end))
