-- finlua.money: amounts of money as exact decimals. A number counts as the decimal it was printed as, sums neither gain
-- nor lose a digit, and what is split adds up to the cent. Wherever an amount is expected a number, its text ("12.34") or
-- an exact amount (money.exact) will do.
local native = ...
local type, tostring, tonumber, next, pairs, ipairs, setmetatable, pcall =
  type, tostring, tonumber, next, pairs, ipairs, setmetatable, pcall
local sort = table.sort
local format = string.format
local number_type = math.type
local exact_sum, rows = native.exact_sum, require "finlua.internal.rows"

local money, Amount = {}, { __name = "amount", __metatable = false }
local text_of = setmetatable({}, { __mode = "k" }) -- an exact amount -> its digits

local bad = rows.bad

-- What the host takes for an amount: a number or text.
local function plain(value, call, what)
  local text = text_of[value]
  if text then return text end
  if type(value) == "number" or type(value) == "string" then return value end
  bad(call, format("%s: expected an amount, got %s", what, value == nil and "nothing" or "a " .. type(value)))
end

local function exact(text)
  local amount = setmetatable({}, Amount)
  text_of[amount] = text
  return amount
end

-- The number that an exact result is, if one is; else there is no number.
local function number(text, call)
  local value = tonumber(text)
  if native.decimal(value) == text then return value end
  bad(call, format("%s has more digits than a number holds", text), "ask for it with exact = true")
end

local function options_of(options, known, call)
  options = rows.options(options, known, call)
  local scale = options.scale
  if scale ~= nil and (number_type(scale) ~= "integer" or scale < 0 or scale > 46) then
    bad(call, format(type(scale) == "string" and "scale: expected the digits after the point, 0 to 46, got %q"
      or "scale: expected the digits after the point, 0 to 46, got %s", tostring(scale)))
  end
  for _, name in ipairs { "exact", "percent" } do
    if options[name] ~= nil and type(options[name]) ~= "boolean" then
      bad(call, format("%s: expected true or false, got %q", name, tostring(options[name])))
    end
  end
  if options.rest ~= nil and (type(options.rest) ~= "string" or not options.percent) then
    bad(call, "rest names who takes what percentages leave to 100", "write percent = true, rest = \"shop\"")
  end
  return options
end

-- An exact amount: adds, subtracts and compares with amounts, multiplies with a number of any kind, prints its digits.
-- Lua's == knows no number equal to it: money.compare(amount, 1) == 0 does.
function money.exact(value) return exact(native.decimal(plain(value, "money.exact", "amount"))) end

-- money.is(value): whether it is an exact amount.
function money.is(value) return text_of[value] ~= nil end

local methods = {}

-- The nearest number.
function methods.number(self) return tonumber(text_of[self]) end
-- Rounded to so many places, 2 unless said; modes as money.round has them.
function methods.round(self, scale, mode) return exact(native.round(text_of[self], scale or 2, mode)) end
-- As money.format has it.
function methods.format(self, options) return money.format(self, options) end
-- How often the other is in it, as a number; nil where the other is zero.
function methods.ratio(self, other) return native.ratio(text_of[self], plain(other, "amount:ratio", "amount")) end
-- The quotient, rounded to so many places, 2 unless said.
function methods.divide(self, divisor, scale, mode)
  return exact(native.divide(text_of[self], plain(divisor, "amount:divide", "divisor"), scale or 2, mode))
end

function Amount.__index(_, name)
  if methods[name] then return methods[name] end
  local known = {}
  for each in pairs(methods) do known[#known + 1] = each end
  sort(known)
  bad("amount", format("an amount has no field %q", tostring(name)), native.nearest(tostring(name), known))
end
function Amount.__newindex() bad("amount", "an amount cannot be changed") end
function Amount.__tostring(self) return text_of[self] end
function Amount.__concat(left, right) return tostring(left) .. tostring(right) end
function Amount.__unm(self) return exact(native.subtract("0", text_of[self])) end
function Amount.__eq(left, right) return text_of[left] == text_of[right] end
function Amount.__lt(left, right)
  return native.compare(plain(left, "amount", "left"), plain(right, "amount", "right")) < 0
end
function Amount.__le(left, right)
  return native.compare(plain(left, "amount", "left"), plain(right, "amount", "right")) <= 0
end
for operator, name in pairs { __add = "add", __sub = "subtract", __mul = "multiply" } do
  local apply = native[name]
  Amount[operator] = function(left, right)
    return exact(apply(plain(left, "amount", "left"), plain(right, "amount", "right")))
  end
end
function Amount.__div() bad("amount", "a quotient need not be a decimal", "use a:ratio(b) or a:divide(b, scale)") end

-- -1, 0 or 1, as the first is less than, equal to or more than the second, exactly.
function money.compare(left, right)
  return native.compare(plain(left, "money.compare", "first"), plain(right, "money.compare", "second"))
end

-- money.sum(amounts [, { exact = true }]) or money.sum(rows, "cost"): the number nearest to the exact sum.
function money.sum(source, field, options)
  local call = "money.sum"
  if type(field) == "table" then field, options = nil, field end
  options = options_of(options, { "exact" }, call)
  local terms, others, position = {}, {}, 0
  local function add(value)
    if type(value) == "number" then terms[#terms + 1] = value else others[#others + 1] = plain(value, call, "amount " .. position) end
  end
  if type(field) == "string" then
    for row in rows.each(source, call) do
      position = position + 1
      local value = row[field]
      if type(value) == "table" and not text_of[value] then value = value.amount end
      if value ~= nil then add(value) end
    end
    if position > 0 and #terms + #others == 0 then bad(call, format("no row has a field %q", field)) end
  elseif type(source) == "table" and not text_of[source] and not rows.object(source) then
    for index, value in ipairs(source) do
      position = index
      add(value)
    end
    for key in next, source do
      if number_type(key) ~= "integer" or key < 1 or key > position then
        bad(call, format("amounts: %s is no place of an array without holes", tostring(key)),
          "give { 1.5, 2 }, or rows and the name of a field")
      end
    end
  else
    bad(call, "expected an array of amounts, or rows and the name of a field")
  end
  if #others == 0 and not options.exact then
    local ok, sum = pcall(exact_sum, terms)
    return ok and sum or bad(call, tostring(sum))
  end
  for _, term in ipairs(terms) do others[#others + 1] = term end
  local sum = native.sum(others)
  return options.exact and exact(sum) or tonumber(sum)
end

-- money.split(100, { 1, 1, 1 }) or money.split(100, { web = 3, shop = 1 }, { scale = 2, zero = "even" }): the parts, as
-- the weights are given, and what is kept. They add up exactly: units left over by rounding go to the largest remainders,
-- ties to the first (by name, where the weights have names). `zero` says what weights that are all zero mean: "error",
-- "even", "keep"; `negative` what one below zero means: "error", "clamp", "net". With `percent` the weights are
-- percentages, which sum to 100 or name who takes the rest: rest = "shop", or rest = "keep".
function money.split(amount, weights, options)
  local call = "money.split"
  options = options_of(options, { "scale", "zero", "negative", "exact", "percent", "rest" }, call)
  if type(weights) ~= "table" then bad(call, "weights: expected an array or a table of names, got a " .. type(weights)) end
  local names, values, is_array = {}, {}, #weights > 0
  for name, weight in pairs(weights) do
    if is_array and (number_type(name) ~= "integer" or name < 1 or name > #weights) or not is_array and type(name) ~= "string" then
      bad(call, format("weights: %s stands beside others of another kind; use an array or names", tostring(name)))
    end
    names[#names + 1] = name
    values[name] = plain(weight, call, format("weight %s", tostring(name)))
  end
  sort(names)
  local list = {}
  for place, name in ipairs(names) do list[place] = values[name] end
  local shown = {}
  for place, name in ipairs(names) do shown[place] = tostring(name) end
  local parts, kept = native.split(plain(amount, call, "amount"), list, shown, {
    scale = options.scale, zero = options.zero, negative = options.negative, by_name = not is_array,
    percent = options.percent or false, rest = options.rest,
  })
  local result, give = {}, options.exact and exact or function(text) return number(text, call) end
  for place, name in ipairs(names) do result[name] = give(parts[place]) end
  if parts[#names + 1] then result[options.rest] = give(parts[#names + 1]) end
  return result, give(kept)
end

-- money.round(2.345) or money.round(2.345, 1, "half_up"): the modes are half_even (the default), half_up, half_down, up,
-- down, floor, ceiling. An exact amount gives an exact amount.
function money.round(value, scale, mode)
  local call = "money.round"
  options_of({ scale = scale }, { "scale" }, call)
  local text = native.round(plain(value, call, "amount"), scale or 2, mode)
  return text_of[value] and exact(text) or number(text, call)
end

-- money.format(1234.5) is "1,234.50"; { scale = 0, separator = "'", currency = "USD", mode = "half_up" } changes it.
function money.format(value, options)
  local call = "money.format"
  options = options_of(options, { "scale", "separator", "currency", "mode" }, call)
  local text = native.format(plain(value, call, "amount"), options.scale or 2, options.separator or ",", options.mode)
  return options.currency and options.currency .. " " .. text or text
end

return money
