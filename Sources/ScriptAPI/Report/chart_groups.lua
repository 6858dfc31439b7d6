-- finlua.internal.chart_groups: the exact sums that a chart draws: a group for each place along x and each series.
local native = ...
local type, ipairs = type, ipairs
local concat, format, huge = table.concat, string.format, math.huge
local rows, sums, date = require "finlua.internal.rows", require "finlua.internal.sums", require "finlua.date"
local held = require "finlua.internal.held"

local chart_groups = {}
local bad = rows.bad
local NOT_ADDABLE = { avg = "averages", min = "minima", max = "maxima" }

-- An array, so that several fields can be read from it one after the other.
function chart_groups.listed(source, call)
  if type(source) == "table" and not rows.object(source) then return source end
  local list, count, room = {}, 0, 0
  for row in rows.each(source, call) do
    if count == room then room = held(list, count) end
    count = count + 1
    list[count] = row
  end
  held(list, count, true)
  return list
end

function chart_groups.check_known(name, known, what, call)
  for _, each in ipairs(known) do
    if each == name then return end
  end
  bad(call, format("%s: there is no field %q; there are %s", what, name, concat(known, ", ")),
    native.nearest(name, known))
end

-- The rows that have the field, each value looked at: the place of a wrong one is that among all rows.
local function having(source, field, seen, call)
  local each, position = rows.each(source, call), 0
  return function()
    while true do
      local row = each()
      if row == nil then return nil end
      position = position + 1
      seen.first = seen.first or row
      local value = row[field]
      local number = type(value) == "table" and value.amount or value
      if value ~= nil then
        if type(number) == "number" and (number ~= number or number == huge or number == -huge) then
          bad(call, format("row %d: %q is %s, not a finite number", position, field,
            number ~= number and "NaN" or "infinite"))
        elseif type(number) ~= "number" then
          bad(call, format("row %d: %q is a %s, not a number", position, field, type(number)))
        end
        seen.found = true
        return row
      end
    end
  end
end

function chart_groups.plain(value) return date.is(value) and tostring(value) or value end

-- The groups of one measure: { key = { x, by… }, text = all digits of the sum, unit = }.
function chart_groups.measure(source, keys, field, description, call)
  local seen = {}
  local list = sums.aggregate(having(source, field, seen, call), keys, { field }, call, chart_groups.plain, true)
  if not description and seen.first and not seen.found then
    chart_groups.check_known(field, rows.fields(seen.first), "y", call)
  end
  local of
  for _, each in ipairs(description and description.measurements or {}) do
    if each.name == field then of = NOT_ADDABLE[each.aggregation] end
  end
  local result = {}
  for place, entry in ipairs(list) do
    if of and entry.rows > 1 then
      bad(call, format("%q: %s of several rows cannot be added", field, of),
        "query it with the dimensions it is drawn by")
    end
    result[place] = { key = entry.key, text = entry.totals[field], unit = entry.units[field] }
  end
  return result, of
end

return chart_groups
