-- finlua.internal.rows: what the toolbox means by "rows": a query, an array of row tables, or an iterator over them.
-- A query is known by its metatable: __rows(q) iterates it, __describe(q) tells its columns, __object(q) is the host's.
local native = ...
local type, tostring, pairs, ipairs, next, getmetatable = type, tostring, pairs, ipairs, next, getmetatable
local math_type = math.type
local format, concat, sort = string.format, table.concat, table.sort

local rows = {}

function rows.bad(call, message, hint)
  native.fail { code = "bad_argument", call = call, message = call .. ": " .. message, hint = hint }
end

local function query_part(source, name)
  local metatable = type(source) == "table" and getmetatable(source)
  return type(metatable) == "table" and metatable[name] or nil
end

-- The host object of a query, or nil.
function rows.object(source)
  local object = query_part(source, "__object")
  return object and object(source)
end

-- What a query asked, the API's ids of it and of the answers; nil for anything else.
function rows.asked(source)
  local asked = query_part(source, "__asked")
  if asked then return asked(source) end
end

-- What a query says of itself: interval, from, to, dimensions, measurements; nil for anything else. Waits.
function rows.describe(source)
  local describe = query_part(source, "__describe")
  return describe and describe(source)
end

-- Refuses an array that goes on behind the hole after `count`: what stands there would be left out without a word.
function rows.whole(list, count, call)
  for key in next, list do
    if math_type(key) == "integer" and key > count then
      rows.bad(call, format("row %d is missing, though there is a row %d", count + 1, key),
        "an array ends at its first nil; leave such rows out when you build it")
    end
  end
end

-- An iterator over rows, whatever they are in; `call` names the function in errors.
function rows.each(source, call)
  local iterate = query_part(source, "__rows")
  if iterate then return iterate(source) end
  local position, control = 0, nil
  local function checked(row)
    if type(row) == "table" then return row end
    rows.bad(call, format("row %d is a %s, not a table", position, type(row)))
  end
  if type(source) == "function" then
    return function()
      position, control = position + 1, source(nil, control)
      if control == nil then return nil end
      return checked(control)
    end
  end
  if type(source) ~= "table" then
    rows.bad(call, format("expected a query, an array of rows or an iterator, got %s",
      source == nil and "nothing" or "a " .. type(source)))
  end
  return function()
    position = position + 1
    local row = source[position]
    if row == nil then
      rows.whole(source, position - 1, call)
      return nil
    end
    return checked(row)
  end
end

-- "a" or {"a", "b"} as a list; nil as `default`.
function rows.names(value, default, call, field)
  if value == nil then value = default end
  if value == nil then rows.bad(call, format("%s is missing", field), format("write %s = \"…\"", field)) end
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" then
    rows.bad(call, format("%s: expected a name or a list of names, got a %s", field, type(value)))
  end
  local list, seen = {}, {}
  for index, name in ipairs(value) do
    if type(name) ~= "string" then
      rows.bad(call, format("%s[%d]: expected a name, got a %s", field, index, type(name)))
    end
    if seen[name] then rows.bad(call, format("%s names %q twice", field, name)) end
    list[index], seen[name] = name, true
  end
  return list
end

-- Refuses options that the function does not know: a misspelt one would silently change the numbers.
function rows.options(value, known, call)
  if value == nil then return {} end
  if type(value) ~= "table" then rows.bad(call, "options are a table, got a " .. type(value)) end
  for name in pairs(value) do
    local found = false
    for _, each in ipairs(known) do found = found or each == name end
    if not found then
      rows.bad(call, format("no option %q; there are %s", tostring(name), concat(known, ", ")),
        native.nearest(tostring(name), known))
    end
  end
  return value
end

-- The fields of a row, sorted, for messages.
function rows.fields(row)
  local list = {}
  for name in pairs(row) do list[#list + 1] = tostring(name) end
  sort(list)
  return list
end

return rows
