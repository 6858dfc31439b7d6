-- finout: the account. keys and values tell what can be asked, query asks. What must wait, waits by itself.
local native = ...
local type, tostring, next, setmetatable = type, tostring, next, setmetatable
local format = string.format
local date, json, held = require "finlua.date", require "finlua.json", require "finlua.internal.held"

local finout, Query = {}, { __name = "query", __metatable = false }
local object_of = setmetatable({}, { __mode = "k" }) -- query handle -> the host's object

local spec_of = setmetatable({}, { __mode = "k" })   -- query handle -> what was asked, for manifests

local bad = require "finlua.internal.rows".bad

-- A plain copy: dates as text, and nothing that would loop.
local function plain(value, call, depth)
  if type(value) ~= "table" then return value end
  if date.is(value) then return tostring(value) end
  if depth > 64 then bad(call, "tables nest deeper than 64 levels, or one holds itself") end
  local copy = {}
  for key, item in next, value do
    if date.is(key) then key = tostring(key) end
    copy[key] = plain(item, call, depth + 1)
  end
  return copy
end

-- Keys of the account: finout.keys { costCenter = "AWS", type = "tag", match = "team" }. All filters are optional.
function finout.keys(filters)
  if filters ~= nil and type(filters) ~= "table" then
    bad("finout.keys", "expected { costCenter =, type =, match = }, got a " .. type(filters))
  end
  return native.keys(filters or {})
end

-- Values of a key: finout.values("AWS/service"), or by cost center, key and type.
function finout.values(...) return native.values(...) end

-- Submits at once and gives a handle; the answer is waited for where it is read. Whatever the API takes is taken, and
-- these short forms:
--
--   date = { from = "2026-10-01", to = "2026-10-31" },  -- days of UTC, both included; { last = "30d", lag = 2 },
--                                                       -- { month = "2026-10" }
--   timeInterval = "day",                                -- "week", "month"
--   dimensions = { service = "AWS/service" },            -- names of the rows' fields = keys, or keys alone
--   measurements = { cost = "netAmortizedCost", peak = { type = "usageAmount", operator = "max" } },
--   filters = { ["AWS/region"] = { "us-east-1", "us-east-2" }, ["AWS/service"] = { notOneOf = { "Tax" } } },
--   rowLimit = 10,                                       -- the top 10; without it all rows there are
--   allow_partial = true                                 -- an answer that is not whole is given, and q.incomplete says why
--
-- A row is a table with the interval (row.day), each dimension and each measurement; an absent value is nil. A handle has
-- total_rows, columns, ids and incomplete, and the methods below.
function finout.query(spec)
  if type(spec) ~= "table" then
    bad("finout.query", "expected a table, such as { date = { last = \"30d\" } }, got " ..
      (spec == nil and "nothing" or "a " .. type(spec)))
  end
  local handle = setmetatable({}, Query)
  local copy = plain(spec, "finout.query", 0)
  object_of[handle], spec_of[handle] = native.query(copy), copy
  return handle
end

-- Filters of which any one must hold; takes what `filters` takes.
function finout.any(filters)
  if type(filters) ~= "table" then bad("finout.any", "expected a table of filters, got a " .. type(filters)) end
  return { OR = plain(filters, "finout.any", 0) }
end

-- Filters that must all hold; for use inside finout.any.
function finout.all(filters)
  if type(filters) ~= "table" then bad("finout.all", "expected a table of filters, got a " .. type(filters)) end
  return { AND = plain(filters, "finout.all", 0) }
end

-- Any other route: finout.request { method = "GET", path = "/v1/view" } gives the body and the status.
function finout.request(request)
  if type(request) ~= "table" then
    bad("finout.request", "expected { method =, path =, query =, body = }, got a " .. type(request))
  end
  local copy = {}
  for name, value in next, request do
    if name == "body" then copy.body = json.encode(value) else copy[name] = plain(value, "finout.request", 0) end
  end
  return native.request(copy)
end

-- What is left of each limit: array of { route, limit, used, left, window, … }.
function finout.limits() return native.limits() end

local methods = {}

local function object(handle, method)
  local found = object_of[handle]
  if found then return found end
  bad("query:" .. method, "this is no query handle", format("write q:%s() with a colon", method))
end

-- The rows, from the first, each time it is called.
function methods.rows(self) return native.rows(object(self, "rows")) end

-- All rows as an array.
function methods.collect(self)
  local list, count, room = {}, 0, 0
  for row in methods.rows(self) do
    if count == room then room = held(list, count) end
    count = count + 1
    list[count] = row
  end
  held(list, count, true)
  return list
end

-- Until the answer is complete; gives the handle.
function methods.wait(self)
  native.wait(object(self, "wait"))
  return self
end

-- Gives up: what was submitted is not waited for any more.
function methods.cancel(self) native.cancel(object(self, "cancel")) end

-- What can be read from a handle; each waits for what it needs.
local fields = { total_rows = native.total_rows, columns = native.columns, ids = native.ids,
  incomplete = native.incomplete }

local names = { "rows", "collect", "wait", "cancel", "total_rows", "columns", "ids", "incomplete" }

function Query.__index(self, name)
  local method = methods[name]
  if method then return method end
  local field = fields[name]
  if field then return field(object_of[self]) end
  bad("query", format("a query has no field %q", tostring(name)), native.nearest(tostring(name), names))
end

function Query.__newindex() bad("query", "a query handle cannot be changed") end
function Query.__tostring(self) return native.text(object_of[self]) end
function Query.__await(self) return methods.wait(self) end
function Query.__close(self) native.cancel(object_of[self]) end
function Query.__len() bad("query", "the number of rows is q.total_rows; the rows are q:rows()") end

-- For the toolbox; see finlua.internal.rows.
function Query.__rows(self) return native.rows(object_of[self]) end
function Query.__describe(self) return native.describe(object_of[self]) end
function Query.__object(self) return object_of[self] end
function Query.__asked(self) return spec_of[self], native.ids(object_of[self]), native.request_ids(object_of[self]) end

return finout
