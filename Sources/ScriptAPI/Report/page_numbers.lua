-- finlua.internal.page_numbers: numbers for people. A decimal is rounded half to even, zero has no sign, thousands are
-- grouped, and a value that is absent is a dash.
local native = ...
local type, tostring = type, tostring
local format, gsub, find = string.format, string.gsub, string.find
local abs, huge, math_type = math.abs, math.huge, math.type
local number_text = native.number_text
local rows, money = require "finlua.internal.rows", require "finlua.money"

local page_numbers = { ABSENT = "–", MINUS = "−" }
local bad = rows.bad

-- Decimals as the options say, checked: a count for all, or { cost = 0 } by field.
function page_numbers.decimals(option, name, call)
  local value = option
  if type(option) == "table" then value = option[name] end
  if value ~= nil and (math_type(value) ~= "integer" or value < 0 or value > 12) then
    bad(call, format("decimals: expected a whole number from 0 to 12, got %s", tostring(value)),
      "write decimals = 2, or decimals = { cost = 0 }")
  end
  return value
end

-- Fails for what is no number that can be shown; `what` names it.
function page_numbers.check(value, what, call)
  if type(value) ~= "number" then bad(call, format("%s is a %s, not a number", what, type(value))) end
  if value ~= value or value == huge or value == -huge then
    bad(call, format("%s is %s, not a finite number", what, value ~= value and "NaN" or "infinite"))
  end
  return value
end

-- ASCII text of a number or an exact amount: "-1,234.50". Without decimals a whole number has none, and any other two.
function page_numbers.ascii(value, decimals)
  if value == nil then return "-" end
  decimals = decimals or (math_type(value) == "integer" and 0 or 2)
  if type(value) ~= "number" then return money.format(value, { scale = decimals }) end
  -- Beyond what an amount of money can be: all digits of the double, as a power of ten.
  if abs(value) > 5e30 then return format("%.15e", value) end
  if abs(value) < 1e-40 then value = 0 end
  return money.format(value, { scale = decimals })
end

function page_numbers.text(value, decimals)
  if value == nil then return page_numbers.ABSENT end
  return (gsub(page_numbers.ascii(value, decimals), "^%-", page_numbers.MINUS))
end

-- With its sign, but for what is shown as zero.
function page_numbers.signed(value, decimals)
  local text = page_numbers.text(value, decimals)
  return find(text, "^%d") and find(text, "[1-9]") and "+" .. text or text
end

-- "+12.3%"; of a change from nothing there is no percent.
function page_numbers.percent(value, decimals)
  if value == nil then return page_numbers.ABSENT end
  return page_numbers.signed(value, decimals or 1) .. "%"
end

-- A shown number with all its digits beside it, for who copies or sorts it.
function page_numbers.data(value, shown)
  local digits = math_type(value) == "float" and number_text(value) or tostring(value)
  if digits == shown then return shown end
  return "<data value=\"" .. digits .. "\">" .. shown .. "</data>"
end

return page_numbers
