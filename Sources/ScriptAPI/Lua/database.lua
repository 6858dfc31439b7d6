-- finlua.internal.database: rows into a table of an SQLite database, which is copied, changed and put in its place whole.
--
--   database.write(out, path, source, options, call)   -- `out` is an output of finlua.internal.output; the commit follows
--   database.keep(path)                                -- after the commit: the run goes on from what it wrote
--
-- With a key, rows whose key is there already replace those; a missing value of a key is a value of its own, so that no
-- row gets in twice. Without one, the rows are all that the table holds. Rows go to a table of their own first, and are
-- checked there: a column must hold what comes as it comes, for SQLite would turn a number in a column of texts into one.
local native = ...
local type, tostring, ipairs, pairs, setmetatable = type, tostring, ipairs, pairs, setmetatable
local concat, find, format, gsub, lower, match, upper = table.concat, string.find, string.format, string.gsub,
  string.lower, string.match, string.upper
local math_type, sort = math.type, table.sort
local rows, columns = require "finlua.internal.rows", require "finlua.internal.columns"

local database = {}
local bad = rows.bad
local LOADING = "finlua_loading"

local function quoted(name) return '"' .. gsub(name, '"', '""') .. '"' end

local function each(list, change, separator)
  local parts = {}
  for place, value in ipairs(list) do parts[place] = change(value, place) end
  return concat(parts, separator or ", ")
end

-- What is wrong with the file, not with the script.
local function refuse(self, problem, hint)
  native.fail { code = "output", call = self.call, message = format("%s: %s: %s", self.call, self.path, problem),
    hint = hint }
end

local writing = {} -- paths of databases that are being written, each by one task

local Database = {}
Database.__index = Database

function Database.__close(self)
  writing[self.path] = nil
  if self.insert then native.sql_close(self.insert) end
  native.sql_shut(self.connection)
end

local function open(path, call)
  if path ~= "-" and writing[path] then
    bad(call, format("%s is being written by another task, and one of both would be lost", path),
      "write its tables one after the other")
  end
  local file, descriptor, is_new = native.open(path)
  local self = { path = path, call = call, file = file, is_new = is_new }
  self.connection = native.sql_open(descriptor)
  writing[path] = true
  return setmetatable(self, Database)
end

function Database:prepare(text, ...)
  local statement, message = native.sql_prepare(self.connection, text, true)
  if not statement then refuse(self, message) end
  for place, value in ipairs { ... } do native.sql_bind(statement, place, value) end
  return statement
end

function Database:execute(text, ...)
  local changed, message = native.sql_execute(self:prepare(text, ...))
  if not changed then refuse(self, message) end
end

function Database:all(text, ...)
  local statement, list = self:prepare(text, ...), {}
  native.sql_describe(statement)
  while true do
    local row, message = native.sql_next(statement)
    if message then refuse(self, message) end
    if not row then return list end
    list[#list + 1] = row
  end
end

function Database:check_whole()
  local problem = self:all("select quick_check as value from pragma_quick_check(1)")[1].value
  if problem ~= "ok" then
    refuse(self, "the database is damaged: " .. problem, "restore it, or give another name")
  end
end

local function check_options(options, call)
  rows.options(options, { "table", "key", "columns" }, call)
  local name = options.table
  if type(name) ~= "string" or name == "" or find(name, "\0", 1, true) then
    bad(call, "table: the name of the table is missing", format("write %s(\"costs.db\", rows, { table = \"costs\" })", call))
  end
  if find(lower(name), "^sqlite_") or find(lower(name), "^finlua_") then
    bad(call, format("table: %q: names that begin so are taken", name))
  end
  local key = options.key ~= nil and rows.names(options.key, nil, call, "key") or nil
  if key and #key == 0 then bad(call, "key is empty", "leave it out to write the table anew") end
  return name, key
end

-- The columns of the new rows: no two are one name to SQLite, no field has two places.
local function check_columns(table, key, call)
  if #table.fields == 0 then
    bad(call, "there are no rows, and so no columns", "name them: { columns = { \"day\", \"cost\" } }")
  end
  local folded, taken = {}, {}
  for place, name in ipairs(table.names) do
    local field = table.fields[place]
    if find(name, "\0", 1, true) then bad(call, format("the field %q cannot be a column", name)) end
    if folded[lower(name)] then
      bad(call, format("the columns %q and %q are one name in SQL, which does not tell case apart", folded[lower(name)],
        name))
    end
    if taken[field] then bad(call, format("the field %q is chosen twice", field)) end
    folded[lower(name)], taken[field] = name, true
  end
  for _, name in ipairs(key or {}) do
    if folded[lower(name)] ~= name then
      bad(call, format("key: there is no column %q; there are %s", name, concat(table.names, ", ")),
        native.nearest(name, table.names))
    end
  end
end

-- What a column of these values is declared as: nothing where no type holds them all as they are.
local function type_of(list, field)
  local kind
  for _, row in ipairs(list) do
    local value = row[field]
    local this = type(value)
    if this == "number" then
      this = math_type(value) == "integer" and "INTEGER" or "REAL"
    elseif this == "boolean" then
      this = "INTEGER"
    else
      this = value ~= nil and "TEXT" or nil
    end
    if this and kind and this ~= kind then return "" end
    kind = kind or this
  end
  return kind or ""
end

-- The declared type of each column, where it is known before the rows are.
local function types_of(table)
  local types, measured = {}, {}
  for _, measurement in ipairs(table.measurements or {}) do measured[measurement.name] = true end
  for place, field in ipairs(table.fields) do
    if table.query then
      types[place] = measured[field] and "REAL" or "TEXT"
    else
      types[place] = table.list and type_of(table.list, field) or ""
    end
  end
  return types
end

function Database:create(name, table, types)
  self:execute(format("create table %s (%s)", quoted(name), each(table.names, function(column, place)
    local kind = types[place] or ""
    return quoted(column) .. (kind ~= "" and " " .. kind or "")
  end)))
end

local refusals = {
  row = function(position, found) return format("row %d is a %s, not a table", position, found) end,
  name = function(position, found)
    return format("row %d has a field whose name is a %s; columns are named by texts", position, found)
  end,
  value = function(position, name, problem) return format("row %d: %q %s", position, name, problem) end,
  sqlite = function(position, message) return format("row %d: %s", position, message) end,
}

-- All rows into the table; gives how many there are.
function Database:load(name, table, source)
  self.insert = self:prepare(format("insert into %s values (?%s)", quoted(name), (",?"):rep(#table.fields - 1)))
  if table.query then
    local count, message = native.sql_load_query(self.insert, rows.each(source, self.call), table.fields)
    if not count then refuse(self, message) end
    return count
  end
  local places, count = {}, 0
  for place, field in ipairs(table.fields) do places[field] = place end
  local loader = native.sql_loader(self.connection, self.insert, places, true)
  for row in table.each do
    count = count + 1
    local ok, what, at, first, second = native.sql_load_row(loader, row, count)
    if not ok then bad(self.call, refusals[what](at, first, second)) end
  end
  return count
end

-- A missing value stands for itself: SQLite takes one null for another's equal in no other form of an index.
local function key_terms(key)
  return each(key, function(name) return format("ifnull(%s, x'')", quoted(name)) end)
end

-- Rows of one key would overwrite each other, and an amount be lost.
function Database:check_key(name, key)
  local list = each(key, quoted)
  local row = self:all(format("select %s, count(*) as finlua_count from %s group by %s having count(*) > 1 limit 1", list,
    quoted(name), list))[1]
  if not row then return end
  bad(self.call, format("key: %d rows are of %s", row.finlua_count, each(key, function(column)
    return format("%s %s", column, row[column] == nil and "(none)" or tostring(row[column]))
  end)), "add the columns that tell them apart to the key, or add the rows up first")
end

local function index_of(name, key)
  return format("%s on %s (%s)", quoted(name .. "_key"), quoted(name), key_terms(key))
end

-- The index of a new table: it is there if no two rows are of one key.
function Database:make_index(name, key)
  local changed, message = native.sql_execute(self:prepare("create unique index " .. index_of(name, key)))
  if changed then return end
  self:check_key(name, key)
  refuse(self, message)
end

-- The index that the key needs; a table made with another key keeps that.
function Database:ensure_index(name, key)
  local index, definition = name .. "_key", index_of(name, key)
  local found = self:all("select sql from sqlite_schema where type = 'index' and lower(name) = lower(?)", index)[1]
  if found then
    if gsub(found.sql or "", "^[%a ]+ ", "") ~= definition then
      refuse(self, format("the table %q has another key: %s", name, found.sql or "its own"),
        "write with that key, or to another table")
    end
    return
  end
  self:check_stored_key(name, key)
  self:execute("create unique index " .. definition)
end

function Database:check_stored_key(name, key)
  local list = each(key, quoted)
  if self:all(format("select 1 as value from %s group by %s having count(*) > 1 limit 1", quoted(name), list))[1] then
    refuse(self, format("the table %q already has several rows of one key (%s)", name, concat(key, ", ")),
      "remove them, or write to another table")
  end
end

-- SQLite's rules of what a declared type does to values.
local function affinity(declared)
  local text = upper(declared or "")
  if find(text, "INT", 1, true) then return "NUMERIC" end
  if find(text, "CHAR", 1, true) or find(text, "CLOB", 1, true) or find(text, "TEXT", 1, true) then return "TEXT" end
  if text == "" or find(text, "BLOB", 1, true) then return "NONE" end
  if find(text, "REAL", 1, true) or find(text, "FLOA", 1, true) or find(text, "DOUB", 1, true) then return "REAL" end
  return "NUMERIC"
end

-- The columns of the table that stands there; nil where none does.
function Database:described(name)
  local found = self:all("select type, name from sqlite_schema where lower(name) = lower(?) and type <> 'index'", name)[1]
  if not found then return end
  if found.type ~= "table" then refuse(self, format("%q is a %s, not a table", name, found.type)) end
  return self:all("select name, type from pragma_table_info(?)", found.name)
end

function Database:check_drift(name, old, table)
  local missing, known = {}, {}
  for _, column in ipairs(old) do known[column.name] = true end
  for _, column in ipairs(table.names) do
    if not known[column] then missing[#missing + 1] = column end
    known[column] = nil
  end
  local gone = {}
  for column in pairs(known) do gone[#gone + 1] = column end
  sort(gone)
  if #missing + #gone == 0 then return end
  local parts = {}
  if #missing > 0 then parts[1] = "it has no " .. concat(missing, ", ") end
  if #gone > 0 then parts[#parts + 1] = "the rows have no " .. concat(gone, ", ") end
  refuse(self, format("the table %q has other columns than the rows: %s", name, concat(parts, "; ")),
    "choose columns as the table has them, or write to another table")
end

-- Refuses a value that the column of that type would store as another.
function Database:check_values(name, old)
  for _, column in ipairs(old) do
    local kind, term, wrong = affinity(column.type), quoted(column.name), nil
    if kind == "TEXT" then
      wrong = format("typeof(%s) in ('integer', 'real')", term)
    elseif kind == "NUMERIC" then
      wrong = format("typeof(%s) = 'text'", term)
    elseif kind == "REAL" then
      wrong = format("typeof(%s) = 'text' or typeof(%s) = 'integer' and %s not between -9007199254740992 and 9007199254740992",
        term, term, term)
    end
    local row = wrong and self:all(format("select %s as value, typeof(%s) as kind from %s where %s limit 1", term, term,
      LOADING, wrong))[1]
    if row then
      refuse(self, format("the column %q of %q is %s, and would not keep the %s %s as it is", column.name, name,
        column.type, row.kind, tostring(row.value)), "choose other columns, or write to another table")
    end
  end
end

-- From the table of the new rows to the one that stands there.
function Database:merge(name, table, key)
  local list = each(table.names, quoted)
  if not key then
    self:execute("delete from " .. quoted(name))
    self:execute(format("insert into %s (%s) select %s from %s", quoted(name), list, list, LOADING))
    return
  end
  self:ensure_index(name, key)
  local is_key, changes = {}, {}
  for _, column in ipairs(key) do is_key[column] = true end
  for _, column in ipairs(table.names) do
    if not is_key[column] then changes[#changes + 1] = format("%s = excluded.%s", quoted(column), quoted(column)) end
  end
  self:execute(format("insert into %s (%s) select %s from %s where true on conflict (%s) do %s", quoted(name), list, list,
    LOADING, key_terms(key), #changes > 0 and "update set " .. concat(changes, ", ") or "nothing"))
end

local latest -- the database of the last write, until it is kept

function database.write(out, path, source, options, call)
  local name, key = check_options(options, call)
  local table = columns.read(source, options.columns, call)
  check_columns(table, key, call)
  local self <close> = open(path, call)
  if not self.is_new then self:check_whole() end
  local old = self:described(name)
  local target = old and LOADING or name
  if old then
    self:check_drift(name, old, table)
    self:execute("drop table if exists " .. LOADING)
  end
  self:create(target, table, old and {} or types_of(table))
  local count = self:load(target, table, source)
  native.sql_close(self.insert)
  if self:all("select count(*) as value from " .. quoted(target))[1].value ~= count then
    refuse(self, "not all rows could be stored")
  end
  if old then
    if key then self:check_key(target, key) end
    self:check_values(name, old)
    self:merge(name, table, key)
    self:execute("drop table " .. LOADING)
  elseif key then
    self:make_index(name, key)
  end
  self:check_whole()
  native.sql_shut(self.connection)
  native.finish(self.file, out.file)
  out.count = count
  latest = self.file
end

function database.keep(path)
  native.keep(latest, path)
  latest = nil
end

return database
