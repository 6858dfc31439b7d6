-- finlua.date: days of the UTC calendar as values. A day is immutable, prints as YYYY-MM-DD and there is one value per
-- day, so days compare with == and work as table keys. day + 7 and day - 7 are days, day - day is a number of days.
-- A day has year, month, day, weekday (Monday is 1), weekday_name, quarter, days_in_month, week_start, week_end,
-- month_start, month_end, next_month, previous_month (their first days), quarter_start, quarter_end, next_quarter.
local native = ...
local type, tostring, pairs, setmetatable, pcall = type, tostring, pairs, setmetatable, pcall
local tointeger, sort = math.tointeger, table.sort
local format, match = string.format, string.match
local osdate = os.date

local date, Day, Range = {}, {}, {}
Day.__name, Range.__name = "date", "date range"
Day.__metatable, Range.__metatable = false, false

local number_of = setmetatable({}, { __mode = "k" }) -- day value -> days since 1970-01-01
local value_of = setmetatable({}, { __mode = "v" })  -- and back, so that equal days are one value

local WEEKDAYS = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" }
local MONTHS = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December" }
local LENGTHS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
local FIRST, LAST = -719162, 2932896                 -- 0001-01-01 and 9999-12-31

local function bad(message, hint) native.fail { code = "bad_argument", message = message, hint = hint } end

local function make(number)
  local value = value_of[number]
  if value then return value end
  if number < FIRST or number > LAST then
    bad(format("a day %d days from 1970-01-01 is outside the years 1 to 9999", number))
  end
  value = setmetatable({}, Day)
  number_of[value], value_of[number] = number, value
  return value
end

local function month_length(year, month)
  if month == 2 and (year % 4 == 0 and year % 100 ~= 0 or year % 400 == 0) then return 29 end
  return LENGTHS[month]
end

-- The proleptic Gregorian calendar counted from 1 March, where the leap day is a year's last.
local function from_civil(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function civil(number)
  local shifted = number + 719468
  local era = shifted // 146097
  local day_of_era = shifted - era * 146097
  local of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
  local of_year = day_of_era - (365 * of_era + of_era // 4 - of_era // 100)
  local shifted_month = (5 * of_year + 2) // 153
  local month = shifted_month < 10 and shifted_month + 3 or shifted_month - 9
  return of_era + era * 400 + (month <= 2 and 1 or 0), month, of_year - (153 * shifted_month + 2) // 5 + 1
end

local function parse(text)
  local year, month, day = match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not year then return nil, format("%q is not a day: expected YYYY-MM-DD, such as \"2026-10-31\"", text) end
  year, month, day = tointeger(year + 0), tointeger(month + 0), tointeger(day + 0)
  if year < 1 then return nil, format("%q is not a day: years go from 0001 to 9999", text) end
  if month < 1 or month > 12 then return nil, format("%q is not a day: months go from 01 to 12", text) end
  local length = month_length(year, month)
  if day < 1 or day > length then
    return nil, format("%q is not a day: %s %d has %d days", text, MONTHS[month], year, length)
  end
  return make(from_civil(year, month, day))
end

-- A day value or its text; `what` names the argument in the error.
local function day(value, what)
  if number_of[value] then return value end
  if type(value) ~= "string" then
    bad(format("%s: expected a day, a date value or \"YYYY-MM-DD\", got %s", what,
      value == nil and "nothing" or "a " .. type(value)))
  end
  local parsed, problem = parse(value)
  return parsed or bad(what .. ": " .. problem)
end

local function whole(value, what)
  return tointeger(value) or
    bad(format("%s: expected a whole number of %s, got %s", what, what == "add_months" and "months" or "days",
      tostring(value)))
end

local function start_of_month(number)
  local _, _, of_month = civil(number)
  return number - of_month + 1
end

local function add_months(number, count)
  local year, month, of_month = civil(number)
  local index = year * 12 + month - 1 + count
  local to_year, to_month = index // 12, index % 12 + 1
  local length = month_length(to_year, to_month)
  return from_civil(to_year, to_month, of_month < length and of_month or length)
end

local function start_of_quarter(number)
  local year, month = civil(number)
  return from_civil(year, month - (month - 1) % 3, 1)
end

local function weekday(number) return (number + 3) % 7 + 1 end -- 1970-01-01 was a Thursday

-- What can be read from a day: d.year, d.month_start, …
local fields = {
  year = function(n) return (civil(n)) end,
  month = function(n) local _, month = civil(n) return month end,
  day = function(n) local _, _, of_month = civil(n) return of_month end,
  weekday = weekday,
  weekday_name = function(n) return WEEKDAYS[weekday(n)] end,
  quarter = function(n) local _, month = civil(n) return (month + 2) // 3 end,
  days_in_month = function(n) local year, month = civil(n) return month_length(year, month) end,
  week_start = function(n) return make(n - weekday(n) + 1) end,
  week_end = function(n) return make(n - weekday(n) + 7) end,
  month_start = function(n) return make(start_of_month(n)) end,
  month_end = function(n) return make(add_months(start_of_month(n), 1) - 1) end,
  next_month = function(n) return make(add_months(start_of_month(n), 1)) end,
  previous_month = function(n) return make(add_months(start_of_month(n), -1)) end,
  quarter_start = function(n) return make(start_of_quarter(n)) end,
  quarter_end = function(n) return make(add_months(start_of_quarter(n), 3) - 1) end,
  next_quarter = function(n) return make(add_months(start_of_quarter(n), 3)) end,
}

-- What can be called on a day: d:add_months(1), d:format("%B %Y").
local methods = {}

-- The same day of another month; the month's last where it has no such day.
function methods.add_months(self, count) return make(add_months(number_of[self], whole(count, "add_months"))) end

-- The day as text, by a pattern of os.date: d:format("%B %Y").
function methods.format(self, pattern)
  if type(pattern) ~= "string" then
    bad("format: expected a pattern, such as \"%Y-%m\", got a " .. type(pattern))
  end
  local ok, text = pcall(osdate, "!" .. pattern, number_of[self] * 86400)
  return ok and text or bad(format("format: %q is not a pattern that os.date knows", pattern))
end

local names = {}
for name in pairs(fields) do names[#names + 1] = name end
for name in pairs(methods) do names[#names + 1] = name end
sort(names)

function Day.__index(self, name)
  local field = fields[name]
  if field then return field(number_of[self]) end
  if methods[name] then return methods[name] end
  bad(format("a date has no field %q", tostring(name)), native.nearest(tostring(name), names))
end

function Day.__newindex() bad("a date cannot be changed; compute a new one, such as today - 7") end

function Day.__tostring(self) return format("%04d-%02d-%02d", civil(number_of[self])) end

function Day.__concat(left, right) return tostring(left) .. tostring(right) end

function Day.__add(left, right)
  if number_of[left] and number_of[right] then
    bad("two dates cannot be added; their difference is a number of days")
  end
  if not number_of[left] then left, right = right, left end
  return make(number_of[left] + whole(right, "date + days"))
end

-- date - days is a date, date - date is the days between.
function Day.__sub(left, right)
  if not number_of[left] then bad(format("a date cannot be taken from a %s", type(left))) end
  if number_of[right] then return number_of[left] - number_of[right] end
  return make(number_of[left] - whole(right, "date - days"))
end

-- Texts compare too, so that row.day >= date.parse "2026-10-01" works.
function Day.__lt(left, right) return number_of[day(left, "<")] < number_of[day(right, "<")] end
function Day.__le(left, right) return number_of[day(left, "<=")] <= number_of[day(right, "<=")] end

-- Works as an iterator, `for d in date.range(a, b)`, and as an array, `#r`, `r[1]`, `ipairs(r)`.
function Range.__call(self, _, previous)
  if not previous then return self[1] end
  local after = number_of[previous] + 1
  return after <= number_of[self[#self]] and make(after) or nil
end

-- The day the run began, to its end; with --as-of the day that it replays.
function date.today() return make(native.today()) end

-- The same, for a check that says which day it is of.
date.as_of = date.today

-- The day of a text, YYYY-MM-DD; a day is given back as it is. Fails for any other text and for no such day.
function date.parse(text)
  if number_of[text] then return text end
  if type(text) ~= "string" then bad(format("date.parse: expected \"YYYY-MM-DD\", got a %s", type(text))) end
  local value, problem = parse(text)
  return value or bad("date.parse: " .. problem)
end

-- The day of these numbers.
function date.new(year, month, of_month)
  return date.parse(format("%04d-%02d-%02d", whole(year, "year"), whole(month, "month"), whole(of_month, "day")))
end

-- Every day from first to last, both included; empty when last is before first.
function date.range(first, last)
  local from, to = number_of[day(first, "date.range: first")], number_of[day(last, "date.range: last")]
  local list = {}
  for number = from, to do list[#list + 1] = make(number) end
  return setmetatable(list, Range)
end

-- Whether a value is a day.
function date.is(value) return number_of[value] ~= nil end

-- nil and the reason instead of an error, for code that reports in its own words.
function date.try(text)
  if number_of[text] then return text end
  if type(text) ~= "string" then return nil, "expected YYYY-MM-DD" end
  return parse(text)
end

return date
