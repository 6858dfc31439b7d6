-- finlua.sql: an SQLite database in memory, of this run alone. Rows go in by sql.load and come out as row tables, nulls
-- absent. Sums in SQL are of doubles; exact_sum(x), also as a window function, adds as group.sum does.
local native = ...
local type, tostring, next, pairs, ipairs, select = type, tostring, next, pairs, ipairs, select
local setmetatable, getmetatable, rawget = setmetatable, getmetatable, rawget
local concat, sort = table.concat, table.sort
local find, format, gmatch, gsub = string.find, string.format, string.gmatch, string.gsub
local lower, match, sub = string.lower, string.match, string.sub
local next_row, load_rows, load_row = native.sql_next, native.sql_load_rows, native.sql_load_row
local rows = require "finlua.internal.rows"
local held = require "finlua.internal.held"

local sql = {}
local bad = rows.bad
local database = native.sql_open()
local OWN = "finlua_loading_" -- tables that are being loaded; no statement of a script sees them

local function quoted(name) return '"' .. gsub(name, '"', '""') .. '"' end

-- A statement of the module itself, which cannot fail but for memory.
local function host(text, ...)
  local statement, message = native.sql_prepare(database, text, true)
  if not statement then return nil, message end
  local _, parameters = native.sql_describe(statement)
  for place = 1, #parameters do native.sql_bind(statement, place, (select(place, ...))) end
  return statement
end

local function host_execute(text)
  local statement, message = host(text)
  if not statement then return nil, message end
  return native.sql_execute(statement)
end

local function host_values(text, ...)
  local statement, list = host(text, ...), {}
  for row in next_row, statement do list[#list + 1] = row.value end
  return list
end

local function tables()
  return host_values([[
    select name as value from sqlite_schema where type in ('table', 'view') and name not like 'finlua\_%' escape '\'
    order by name]])
end

local function columns_of(name)
  if name then return host_values("select name as value from pragma_table_info(?) order by cid", name) end
  local list = {}
  for _, each in ipairs(tables()) do
    for _, column in ipairs(columns_of(each)) do list[#list + 1] = column end
  end
  return list
end

-- What somebody may have meant where SQLite knows no such name.
local function hint_for(message)
  local name = match(message, "^no such table: (.*)$")
  if name then
    local known = tables()
    return native.nearest(match(name, "^main%.(.*)$") or name, known)
      or (#known > 0 and "there are " .. concat(known, ", ") or "sql.load(name, rows) makes a table")
  end
  local of, column = match(message, "^table (.*) has no column named (.*)$")
  if of then return native.nearest(column, columns_of(of)) end
  name = match(message, "^no such column: (.*)$")
  if name then return native.nearest(match(name, "([^.]*)$"), columns_of()) end
  name = match(message, "^no such function: (.*)$")
  if name then return native.nearest(name, host_values "select distinct name as value from pragma_function_list") end
  if find(message, "database table is locked", 1, true) then
    return "a loop over rows of a statement is still going on; end it, or use sql.all there"
  end
end

-- The line of the SQL and what stands there, for a message.
local function place_of(text, offset)
  if not offset or offset > #text then return "" end
  local line, start = 1, 1
  for position in gmatch(sub(text, 1, offset), "()\n") do line, start = line + 1, position + 1 end
  local shown = gsub(match(text, "^[^\r\n]*", offset + 1), "%c", " ")
  if #shown > 60 then shown = sub(shown, 1, 60) .. "…" end
  if shown == "" then return format(", at the end of line %d", line) end
  return format(", at line %d column %d: %s", line, offset + 2 - start, shown)
end

local function refuse(call, text, message, offset, denied)
  if denied then
    native.fail { code = "denied", call = call, message = format("%s: %s%s", call, message, place_of(text, offset)) }
  end
  bad(call, message .. place_of(text, offset), hint_for(message))
end

local function named_parameters(statement, parameters, call, values, ...)
  local given = type(values) == "table" and select("#", ...) == 0
  local metatable = given and getmetatable(values)
  if not given or type(metatable) == "table" and metatable.__tostring then
    bad(call, "the statement has named parameters, so one table with their values must follow it",
      format("write %s(\"…\", { %s = … })", call, sub(parameters[1], 2)))
  end
  for place, parameter in ipairs(parameters) do
    local name = sub(parameter, 2)
    if values[name] == nil then
      local known = {}
      for key in pairs(values) do known[#known + 1] = tostring(key) end
      bad(call, format("no value for the parameter %s", parameter),
        native.nearest(name, known) or "require \"finlua.json\".null stands for NULL")
    end
    local ok, problem = native.sql_bind(statement, place, values[name])
    if not ok then bad(call, format("the parameter %s %s", parameter, problem)) end
  end
end

local function bind(statement, parameters, call, ...)
  local count, named = select("#", ...), 0
  for _, name in ipairs(parameters) do
    if find(name, "^[:@$]") then named = named + 1 end
  end
  if named > 0 then
    if named < #parameters then bad(call, "the statement mixes named parameters and ?; use one kind") end
    return named_parameters(statement, parameters, call, ...)
  end
  if count ~= #parameters then
    bad(call, format("the statement has %d parameter%s, and %d value%s %s given", #parameters,
      #parameters == 1 and "" or "s", count, count == 1 and "" or "s", count == 1 and "was" or "were"))
  end
  for place = 1, count do
    local ok, problem = native.sql_bind(statement, place, (select(place, ...)))
    if not ok then bad(call, format("the value of parameter %d %s", place, problem)) end
  end
end

-- A statement ready to run, the names of its columns, and whether it only reads.
local function prepare(call, text, ...)
  if type(text) ~= "string" then
    bad(call, "expected SQL, got " .. (text == nil and "nothing" or "a " .. type(text)))
  end
  local statement, message, offset, denied = native.sql_prepare(database, text)
  if not statement then refuse(call, text, message, offset, denied) end
  local columns, parameters, reads_only = native.sql_describe(statement)
  bind(statement, parameters, call, ...)
  return statement, columns, reads_only
end

local function prepare_rows(call, text, ...)
  local statement, columns, reads_only = prepare(call, text, ...)
  if #columns == 0 then bad(call, "the statement gives no rows", "use sql.execute") end
  local seen = {}
  for _, name in ipairs(columns) do
    if seen[name] then
      bad(call, format("two columns are named %q, and a row has room for one", name),
        format("name them in the SQL: … as another_%s", match(name, "^[%w_]+$") or "name"))
    end
    seen[name] = true
  end
  return statement, columns, reads_only
end

local function each(call, text, statement)
  return function()
    local row, message, offset, denied = next_row(statement)
    if row == nil and message then refuse(call, text, message, offset, denied) end
    return row
  end
end

local function all(call, text, ...)
  local statement, columns = prepare_rows(call, text, ...)
  local list, count, room = {}, 0, 0
  for row in each(call, text, statement) do
    if count == room then room = held(list, count) end
    count = count + 1
    list[count] = row
  end
  held(list, count, true)
  -- Exports keep the order of the columns.
  return setmetatable(list, { __index = { columns = columns } })
end

-- for row in sql.rows("select day, sum(cost) as cost from costs where team = ? group by day", "web") do … end
-- Parameters are bound: ? from the values that follow, :name from one table.
function sql.rows(text, ...)
  local call = "sql.rows"
  local statement, _, reads_only = prepare_rows(call, text, ...)
  if not reads_only then
    native.sql_close(statement)
    return rows.each(all(call, text, ...), call)
  end
  return each(call, text, statement), nil, nil, statement
end

-- The same rows as an array; `.columns` lists its fields in order.
function sql.all(text, ...) return all("sql.all", text, ...) end

local function at_most_one(call, text, ...)
  local statement <close>, columns = prepare_rows(call, text, ...)
  local following = each(call, text, statement)
  local row = following()
  if row and following() then bad(call, "the statement gives more than one row", "use sql.rows, or limit 1") end
  return row, columns
end

-- The only row, or nil if there is none.
function sql.row(text, ...) return (at_most_one("sql.row", text, ...)) end

-- The only column of the only row; nil if there is none.
function sql.value(text, ...)
  local row, columns = at_most_one("sql.value", text, ...)
  if #columns ~= 1 then
    bad("sql.value", format("the statement gives %d columns: %s", #columns, concat(columns, ", ")))
  end
  return row and row[columns[1]]
end

-- Runs a statement that gives no rows, such as an update, an index or a view; gives how many rows it changed.
function sql.execute(text, ...)
  local call = "sql.execute"
  local statement, columns = prepare(call, text, ...)
  if #columns > 0 then bad(call, "the statement gives rows, which nobody would see", "use sql.rows or sql.all") end
  local changed, message, offset, denied = native.sql_execute(statement)
  if not changed then refuse(call, text, message, offset, denied) end
  return changed
end

-- A table while it is loaded, under a name of its own: it appears whole or not at all.
local Target = {}
Target.__index = Target

local made, leftovers, loading = 0, {}, {}

-- A loop that goes on elsewhere may forbid it, and then it is done later.
local function drop(own)
  if host_execute("drop table if exists " .. quoted(own)) then
    leftovers[own] = nil
  else
    leftovers[own] = true
    host_execute("delete from " .. quoted(own))
  end
end

function Target.__close(self)
  loading[lower(self.name)] = nil
  if self.insert then native.sql_close(self.insert) end
  if self.own then drop(self.own) end
end

local function check_name(name, call)
  if type(name) ~= "string" then
    bad(call, "the first argument is the name of the table to make", format("write %s(\"costs\", rows)", call))
  end
  if name == "" or find(name, "\0", 1, true) then bad(call, format("%q is no name for a table", name)) end
  if find(lower(name), "^sqlite_") or find(lower(name), "^finlua_") then
    bad(call, format("the table cannot be named %q: names that begin so are taken", name))
  end
  if host_values("select name as value from sqlite_schema where lower(name) = lower(?)", name)[1] then
    bad(call, format("there is a table %q already", name), format("sql.execute('drop table %s') first", quoted(name)))
  end
  if loading[lower(name)] then bad(call, format("the table %q is being loaded by another task", name)) end
end

local function open(name, call)
  check_name(name, call)
  for own in next, leftovers do drop(own) end
  loading[lower(name)] = true
  return setmetatable({ name = name, call = call, columns = {}, places = {}, known = {}, count = 0 }, Target)
end

function Target:check_column(column)
  if column == "" or find(column, "\0", 1, true) then
    bad(self.call, format("the field %q cannot be a column", column))
  end
  local folded = lower(column)
  if self.known[folded] then
    bad(self.call, format("the fields %q and %q are one name in SQL, which does not tell case apart",
      self.known[folded], column))
  end
  self.known[folded] = column
end

-- Makes the table, or adds the columns to it.
function Target:add(columns)
  local definitions = {}
  for place, column in ipairs(columns) do
    self:check_column(column)
    self.columns[#self.columns + 1], definitions[place] = column, quoted(column)
    self.places[column] = #self.columns
  end
  local ok, message
  if not self.own then
    made = made + 1
    ok, message = host_execute(format("create table %s (%s)", quoted(OWN .. made), concat(definitions, ", ")))
    if ok then self.own = OWN .. made end
  else
    native.sql_close(self.insert)
    for _, definition in ipairs(definitions) do
      ok, message = host_execute(format("alter table %s add column %s", quoted(self.own), definition))
      if not ok then break end
    end
  end
  if not ok then bad(self.call, message) end
  local insert, problem = host(format("insert into %s values (?%s)", quoted(self.own), (",?"):rep(#self.columns - 1)))
  if not insert then bad(self.call, problem) end
  self.insert = insert
  self.loader = native.sql_loader(database, insert, self.places, self.is_fixed)
end

-- Whether the loader takes { amount =, unit = }, the API's own, as two fields.
local function has_unit(value)
  if type(value) ~= "table" then return false end
  local metatable = getmetatable(value)
  if type(metatable) == "table" and metatable.__tostring then return false end
  return rawget(value, "amount") ~= nil and rawget(value, "unit") ~= nil
end

-- Makes columns of the fields of a row that have none yet.
function Target:add_fields_of(row, position)
  local new, taken = {}, {}
  local function note(name)
    if self.places[name] or taken[name] then return end
    new[#new + 1], taken[name] = name, true
  end
  for name, value in next, row do
    if type(name) == "string" then
      note(name)
      if has_unit(value) then note(name .. "_unit") end
    end
  end
  if #new == 0 then bad(self.call, format("row %d has no fields with names, and so makes no columns", position)) end
  sort(new)
  self:add(new)
end

local refusals = {
  row = function(position, found) return format("row %d is a %s, not a table", position, found) end,
  name = function(position, found)
    return format("row %d has a field whose name is a %s; columns are named by texts", position, found)
  end,
  value = function(position, name, problem) return format("row %d: %q %s", position, name, problem) end,
  sqlite = function(position, message) return format("row %d: %s", position, message) end,
}

function Target:refuse(what, position, ...) bad(self.call, refusals[what](position, ...)) end

function Target:load_array(list)
  local position = 1
  while true do
    local count, what, at, first, second = load_rows(self.loader, list, position)
    if count then
      rows.whole(list, count, self.call)
      return count
    end
    if what ~= "new" then self:refuse(what, at, first, second) end
    self:add_fields_of(list[at], at)
    position = at
  end
end

function Target:load_each(source)
  local count = 0
  for row in source do
    count = count + 1
    if not self.loader then self:add_fields_of(row, count) end
    local ok, what, at, first, second = load_row(self.loader, row, count)
    if not ok and what == "new" then
      self:add_fields_of(row, count)
      ok, what, at, first, second = load_row(self.loader, row, count)
    end
    if not ok then self:refuse(what, at, first, second) end
  end
  return count
end

-- A column that no row fills is a mistake when it looks like a field they have.
function Target:check_chosen(first)
  if not first then return end
  local fields = rows.fields(first)
  for _, column in ipairs(self.columns) do
    if first[column] == nil then
      local hint = native.nearest(column, fields)
      if hint and not host_values(format("select 1 as value from %s where %s is not null limit 1", quoted(self.own),
            quoted(column)))[1] then
        bad(self.call, format("no row has a field %q", column), hint)
      end
    end
  end
end

function Target:add_keys(keys)
  local list = {}
  for place, key in ipairs(keys) do
    if not self.places[key] then
      bad(self.call, format("keys: no row has a field %q; there are %s", key, concat(self.columns, ", ")),
        native.nearest(key, self.columns))
    end
    list[place] = quoted(key)
  end
  local text = concat(list, ", ")
  local ok, message = host_execute(format("create unique index %s on %s (%s)", quoted(self.name .. "_keys"),
    quoted(self.own), text))
  if ok then return end
  local twice = host(format("select %s from %s group by %s having count(*) > 1 limit 1", text, quoted(self.own), text))
  native.sql_describe(twice)
  local row = next_row(twice)
  native.sql_close(twice)
  if not row then bad(self.call, message) end
  local values = {}
  for place, key in ipairs(keys) do values[place] = format("%s %s", key, tostring(row[key])) end
  bad(self.call, format("keys: two rows are of %s", concat(values, ", ")))
end

-- Under its name, if every row is there.
function Target:commit(count)
  local found = host_values("select count(*) as value from " .. quoted(self.own))[1]
  if found ~= count then
    bad(self.call, format("%d of %d rows were lost when memory ran out meanwhile; the table was not made",
      count - (found or 0), count))
  end
  local ok, message = host_execute(format("alter table %s rename to %s", quoted(self.own), quoted(self.name)))
  if not ok then bad(self.call, message) end
  self.own = nil
end

-- sql.load("costs", rows, { columns = { "day", "cost" }, keys = "day" }): rows (a query, an array or an iterator) as a
-- new table; gives how many there are. Every field of any row is a column, or those of `columns` alone. Values keep
-- their types, booleans are 0 and 1, dates their text. `keys`: the columns that tell rows apart; they get an index.
function sql.load(name, source, options)
  local call = "sql.load"
  options = rows.options(options, { "columns", "keys" }, call)
  local columns = options.columns and rows.names(options.columns, nil, call, "columns")
  local keys = options.keys and rows.names(options.keys, nil, call, "keys")
  local target <close> = open(name, call)
  local description = rows.describe(source)
  for _, column in ipairs(description and columns or {}) do
    local known = false
    for _, each in ipairs(description.columns) do known = known or each == column end
    if not known then
      bad(call, format("the query has no column %q; it has %s", column, concat(description.columns, ", ")),
        native.nearest(column, description.columns))
    end
  end
  target.is_fixed = columns ~= nil
  local first = not description and type(source) == "table" and source[1] or nil
  columns = columns or (description or type(source) == "table" and source or {}).columns
  if columns and #columns > 0 then target:add(columns) end
  local count
  if type(source) == "table" and not description then
    if not target.loader and type(first) == "table" then target:add_fields_of(first, 1) end
    count = target.loader and target:load_array(source) or target:load_each(rows.each(source, call))
  else
    count = target:load_each(rows.each(source, call))
  end
  if not target.own then
    bad(call, "there are no rows, and so no columns", "name them: { columns = { \"day\", \"cost\" } }")
  end
  if target.is_fixed then target:check_chosen(first) end
  if keys then target:add_keys(keys) end
  target:commit(count)
  return count
end

return sql
