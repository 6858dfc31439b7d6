-- finlua.internal.columns: which fields of some rows are written, in which order and under which names.
--
--   columns = { "day", { "cost", as = "Cost (USD)" } }   -- what a script writes
--
--   local table = columns.read(source, options.columns, "export.csv")
--   table.fields, table.names   -- the fields in order, and what the output calls each of them
--   table.each                  -- an iterator over the rows; a measurement { amount =, unit = } comes as two fields
--   table.list                  -- the same rows as an array, where they had to be gathered; or nil
--   table.query                 -- the host's object of a query, whose rows need not pass through Lua; or nil
--   table.measurements          -- of a query: array of { name =, aggregation = }; or nil
local native = ...
local type, ipairs, next, pairs, tostring = type, ipairs, next, pairs, tostring
local sort, concat = table.sort, table.concat
local format, match = string.format, string.match
local date, rows = require "finlua.date", require "finlua.internal.rows"
local held = require "finlua.internal.held"

local columns = {}
local bad = rows.bad
local FORM = "columns = { \"day\", { \"cost\", as = \"Cost (USD)\" } }"

-- A measurement without an alias, { amount =, unit = }, becomes two fields; a row without any is used as it is.
local function flat(row)
  local copy
  for name, value in next, row do
    if type(value) == "table" and not date.is(value) and value.amount ~= nil then
      if not copy then
        copy = {}
        for key, kept in next, row do copy[key] = kept end
      end
      copy[name], copy[name .. "_unit"] = value.amount, value.unit
    end
  end
  return copy or row
end

-- The field and the name of one column.
local function column(item, place, call)
  if type(item) == "string" and item ~= "" then return item, item end
  local at = format("columns[%d]", place)
  if type(item) ~= "table" or date.is(item) then
    bad(call, format("%s: expected the name of a field, or { field, as = name }", at), "write " .. FORM)
  end
  for key in pairs(item) do
    if key ~= 1 and key ~= "as" then bad(call, format("%s: no option %q", at, tostring(key)), "write " .. FORM) end
  end
  local field, name = item[1], item.as
  if type(field) ~= "string" or field == "" or type(name) ~= "string" or name == "" then
    bad(call, format("%s: expected { field, as = name }, both texts", at), "write " .. FORM)
  end
  return field, name
end

-- The fields that a script chose, and their names; nil, nil where it chose none.
function columns.chosen(value, call)
  if value == nil then return end
  if type(value) == "string" then value = { value } end
  if type(value) ~= "table" then
    bad(call, format("columns: expected a list, got a %s", type(value)), "write " .. FORM)
  end
  local fields, names, seen, count = {}, {}, {}, 0
  for place, item in ipairs(value) do
    local field, name = column(item, place, call)
    if seen[name] then bad(call, format("columns names %q twice", name)) end
    fields[place], names[place], seen[name], count = field, name, true, place
  end
  for key in pairs(value) do
    if type(key) ~= "number" then
      bad(call, format("columns: a list is in order, and %q = … is not", tostring(key)), "write " .. FORM)
    end
  end
  rows.whole(value, count, call)
  if count == 0 then bad(call, "columns is empty", "leave it out to write every field") end
  return fields, names
end

local INTERVALS = { day = 1, week = 2, month = 3 }

-- The fields of an array that names none: interval, texts, numbers, each by name, a unit after its number.
local function fields_of(list, call)
  local text, names = {}, {}
  for place, row in ipairs(list) do
    for name, value in next, row do
      if type(name) ~= "string" then
        bad(call, format("row %d has a value without a name: [%s]", place, tostring(name)), "rows are { day = …, cost = … }")
      end
      if type(name) == "string" then
        if text[name] == nil then names[#names + 1], text[name] = name, false end
        if type(value) ~= "number" then text[name] = true end
      end
    end
  end
  local function rank(name)
    local of = match(name, "^(.*)_unit$")
    if of and text[of] == false then return 20, of .. "\1" end
    if INTERVALS[name] then return INTERVALS[name], name end
    return text[name] and 10 or 20, name
  end
  sort(names, function(left, right)
    local left_rank, left_name = rank(left)
    local right_rank, right_name = rank(right)
    if left_rank ~= right_rank then return left_rank < right_rank end
    return left_name < right_name
  end)
  return names
end

local function gathered(each, are_new)
  local list, count, room = {}, 0, 0
  for row in each do
    if are_new and count == room then room = held(list, count) end
    count = count + 1
    list[count] = flat(row)
  end
  if are_new then held(list, count, true) end
  return list
end

local function check(fields, available, call)
  local known = {}
  for _, name in ipairs(available) do known[name] = true end
  for _, name in ipairs(fields) do
    if not known[name] then
      bad(call, format("no column %q; there are %s", name, concat(available, ", ")), native.nearest(name, available))
    end
  end
end

-- Begun with the first row: an iterator over a query asks for pages as soon as there is one.
local function flattened(source, call)
  local each
  return function()
    each = each or rows.each(source, call)
    local row = each()
    return row and flat(row)
  end
end

-- What is to be written of `source`: a query, an array or an iterator. Waits for a query's columns.
function columns.read(source, wanted, call)
  local fields, names = columns.chosen(wanted, call)
  local description = rows.describe(source)
  if description then
    if fields then check(fields, description.columns, call) end
    fields = fields or description.columns
    return {
      fields = fields, names = names or fields, each = flattened(source, call),
      query = rows.object(source), interval = description.interval,
      measurements = description.measurements,
    }
  end
  if type(source) == "function" and fields then
    return { fields = fields, names = names, each = flattened(source, call) }
  end
  -- Rows of an array are kept by it already.
  local list = gathered(rows.each(source, call), type(source) == "function")
  if fields then
    if #list > 0 then check(fields, fields_of(list, call), call) end
  else
    fields = type(source) == "table" and source.columns or fields_of(list, call)
  end
  return { fields = fields, names = names or fields, each = rows.each(list, call), list = list }
end

return columns
