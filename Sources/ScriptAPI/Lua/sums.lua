-- finlua.internal.sums: groups of rows and their exact sums.
local native = ...
local type, tostring, pcall, ipairs = type, tostring, pcall, ipairs
local concat, sort = table.concat, table.sort
local number_type, tointeger = math.type, math.tointeger
local format = string.format
local exact_sum = native.exact_sum
local rows, held = require "finlua.internal.rows", require "finlua.internal.held"

local sums = { NO_VALUE = "(none)" } -- a missing value where there must be a name: messages and pivot columns
local bad = rows.bad

-- The exact sum of an array of numbers.
function sums.total(terms)
  local ok, result = pcall(exact_sum, terms)
  if ok then return result end
  bad("group", tostring(result))
end

-- Values of one field in order: numbers, then texts, then the missing one.
function sums.before(left, right)
  if left == nil or right == nil then return right == nil and left ~= nil end
  if type(left) == type(right) and (type(left) == "number" or type(left) == "string") then return left < right end
  if type(left) ~= type(right) then return type(left) < type(right) end
  return tostring(left) < tostring(right)
end

function sums.before_all(left, right, count)
  for index = 1, count do
    if left[index] ~= right[index] then return sums.before(left[index], right[index]) end
  end
  return false
end

local function label(by, key)
  local parts = {}
  for index, name in ipairs(by) do
    parts[index] = name .. " " .. (key[index] == nil and sums.NO_VALUE or tostring(key[index]))
  end
  return #parts > 0 and concat(parts, ", ") or "the total"
end

-- What tells a value from every other, as the groups do: numbers by all their digits, whole ones alike of either kind.
local function identified(value)
  local kind = number_type(value)
  if kind == "float" and tointeger(value) then value, kind = tointeger(value), "integer" end
  local text = kind == "float" and format("%a", value) or tostring(value)
  return (kind or type(value)) .. #text .. ":" .. text
end

-- One text for the values of a group; lengths keep {"a b", "c"} and {"a", "b c"} apart.
function sums.identity(key, count)
  local parts = {}
  for index = 1, count do parts[index] = identified(key[index]) end
  return concat(parts)
end

local NOT_ADDABLE = { avg = "averages", min = "minima", max = "maxima" }

-- What to sum when the caller does not say: a query's measurements.
function sums.measured(description)
  local list = {}
  for _, measurement in ipairs(description and description.measurements or {}) do
    list[#list + 1] = measurement.name
  end
  return #list > 0 and list or nil
end

local function check_columns(description, by, of, call)
  local known, aggregation = {}, {}
  for _, name in ipairs(description.columns) do known[#known + 1], known[name] = name, true end
  for _, m in ipairs(description.measurements) do aggregation[m.name] = m.aggregation end
  for _, name in ipairs(by) do
    if not known[name] then
      bad(call, format("the query has no column %q; it has %s", name, concat(known, ", ")),
        native.nearest(name, known))
    end
  end
  for _, name in ipairs(of) do
    if not aggregation[name] then
      local measured = sums.measured(description)
      bad(call, format("the query has no measurement %q; it has %s", name, concat(measured, ", ")),
        native.nearest(name, measured))
    end
    local what = NOT_ADDABLE[aggregation[name]]
    if what then
      bad(call, format("%q is the %s of each bucket, and %s cannot be added", name, aggregation[name], what),
        "query it with the interval and dimensions it is wanted for")
    end
  end
end

function sums.note_unit(entry, name, unit, by, call)
  local known = entry.units[name]
  if unit == nil or known == unit then return end
  if known == nil then
    entry.units[name] = unit
    return
  end
  bad(call, format("%q of %s is in %s and in %s, which cannot be added", name, label(by, entry.key), known, unit),
    format("add %q to by, or filter for one unit", name .. "_unit"))
end

-- A name no row has is a mistake when it looks like one they have, or when there is nothing to add at all.
local function check_seen(first, seen, by, of, call)
  if not first then return end
  local fields = rows.fields(first)
  for place, name in ipairs(of) do
    if seen[#by + place] == 0 then
      bad(call, format("no row has a field %q; the first has %s", name, concat(fields, ", ")),
        native.nearest(name, fields))
    end
  end
  for place, name in ipairs(by) do
    local hint = seen[place] == 0 and native.nearest(name, fields)
    if hint then bad(call, format("no row has a field %q", name), hint) end
  end
end

local refusals = {
  row = function(_, call, position, found) bad(call, format("row %d is a %s, not a table", position, found)) end,
  type = function(_, call, position, name, found)
    bad(call, format("row %d: %q is a %s, not a number", position, name, found))
  end,
  finite = function(_, call, position, name)
    bad(call, format("row %d: %q is not a finite number", position, name))
  end,
  unit = function(by, call, _, name, known, key, unit)
    sums.note_unit({ key = key, units = { [name] = known } }, name, unit, by, call)
  end,
}

local function checked(by, call, added, what, ...)
  if not added then refusals[what](by, call, ...) end
  return added
end

-- Every group with its sums, ordered by key: { key =, rows =, units =, totals = }. `bucket`, where given, maps a row's
-- value of the field `by[1]`; with `exact` the totals are texts of all their digits.
function sums.aggregate(source, by, of, call, bucket, exact)
  local description = rows.describe(source)
  if description then check_columns(description, by, of, call) end
  local groups, first, position = native.groups(by, of, bucket), nil, 0
  if type(source) == "table" and not rows.object(source) then
    first = source[1]
    rows.whole(source, checked(by, call, native.groups_rows(groups, source)), call)
  else
    for row in rows.each(source, call) do
      position = position + 1
      first = first or row
      checked(by, call, native.groups_row(groups, row, position))
    end
  end
  local ok, list, seen = pcall(native.groups_list, groups, exact)
  if not ok then bad(call, tostring(list)) end
  if not description then check_seen(first, seen, by, of, call) end
  held(list, #list, true)
  local count = #by
  sort(list, function(left, right) return sums.before_all(left.key, right.key, count) end)
  return list
end

-- Where each key of a list stands.
function sums.index(list, count)
  local index = {}
  for _, entry in ipairs(list) do index[sums.identity(entry.key, count)] = entry end
  return index
end

-- Rows of a sum carry a unit only where it does not already stand in `by`.
function sums.finished(entry, by, of)
  local row = {}
  for place, name in ipairs(by) do row[name] = entry.key[place] end
  for _, name in ipairs(of) do
    row[name] = entry.totals[name]
    if entry.units[name] then row[name .. "_unit"] = entry.units[name] end
  end
  return row
end

return sums
