-- finlua.allocate: who bears what. allocate(rows, { of = "cost", rules = {…}, pools = {…} }) gives every row to the target
-- of the first rule that holds, passes on the costs of shared pools, and proves to the last digit that nothing was lost
-- or made up; a result that cannot be proved is an error. Rules are written as Finout's virtual tags are, on columns:
--
--   rules = { { to = "Web", filters = { service = { "EC2", "EKS" } }, timeframe = { from = "2026-10-01" } },
--             { to = { column = "team" } }, { to = "Platform", filters = { service = { contains = "Support" } } } },
--   pools = { Platform = "proportional",                            -- or "even", or one of
--             Tools    = { fixed = { Web = 60, Shop = 40 } },        -- percentages; rest = names who takes what is left
--             Data     = { weights = { Web = 12, Shop = 3 } } },     -- numbers from elsewhere: a table by target, or
--                                                                   -- { rows =, target = "team", of = "hours" }
--   default = "Other",          -- a target for rows that no rule takes; without it they are a row of their own
--   chain = "step_down",        -- how pools that serve each other pass on: also "direct", "reciprocal", { step_down = order }
--   period = "month",           -- within what time pools are divided: also "day", "whole"
--   scale = 2, zero = "keep", negative = "clamp" -- as money.split has them
local native = ...
local type, tostring, pairs, ipairs, setmetatable = type, tostring, pairs, ipairs, setmetatable
local format = string.format
local rows, sums = require "finlua.internal.rows", require "finlua.internal.sums"

local Result = { __name = "allocation", __metatable = false }
local box_of = setmetatable({}, { __mode = "k" }) -- a result -> the host's object
local CALL = "allocate"
local CHUNK = 2000 -- groups handed over at a time
local bad = rows.bad

-- What a row says of its time: the query's interval, or the field that the first row has.
local function interval_of(source, description)
  if description then return description.interval end
  local first = type(source) == "table" and source[1]
  if type(first) ~= "table" then return nil end
  return first.day and "day" or first.week and "week" or first.month and "month"
end

local function plain(value)
  if value == nil then return false end
  return type(value) == "string" and value or tostring(value)
end

-- Hands over the rows, those alike in all that matters as one.
local function hand_over(box, source, interval, columns, of)
  local by = { interval }
  for _, name in ipairs(columns) do by[#by + 1] = name end
  local list, first = sums.aggregate(source, by, { of }, CALL, nil, true), interval and 1 or 0
  local chunk, size = {}, 0
  local function send()
    native.add(box, chunk)
    chunk, size = {}, 0
  end
  for _, entry in ipairs(list) do
    chunk[size + 1] = interval and plain(entry.key[1]) or false
    for place = 1, #columns do chunk[size + 1 + place] = plain(entry.key[first + place]) end
    size = size + #columns + 4
    chunk[size - 2], chunk[size - 1], chunk[size] = entry.totals[of], entry.units[of] or false, entry.rows
    if size >= CHUNK * (#columns + 4) then send() end
  end
  send()
end

-- A pool's weights that stand in rows: { rows =, target =, of = } becomes a list of names, days and exact sums.
local function weights_of(pool, weights)
  if type(weights) ~= "table" or weights.rows == nil then return weights end
  rows.options(weights, { "rows", "target", "of" }, format("%s: pools.%s.weights", CALL, pool))
  local description = rows.describe(weights.rows)
  local interval = interval_of(weights.rows, description)
  local known = sums.measured(description)
  local of = weights.of or known and #known == 1 and known[1]
  local target = weights.target or description and #description.dimensions == 1 and description.dimensions[1]
  if type(of) ~= "string" or type(target) ~= "string" then
    bad(CALL, format("pools.%s.weights: target and of are missing", pool), "name the field of the target and of the number")
  end
  local list = {}
  for _, entry in ipairs(sums.aggregate(weights.rows, { target, interval }, { of }, CALL, nil, true)) do
    if entry.key[1] == nil then bad(CALL, format("pools.%s.weights: a row has no %s", pool, target)) end
    list[#list + 1] = { target = plain(entry.key[1]), day = entry.key[2] and plain(entry.key[2]), weight = entry.totals[of] }
  end
  return { list = list, name = of }
end

local function specification(options)
  local pools = options.pools
  if type(pools) ~= "table" then return options end
  local copy, resolved = {}, {}
  for name, value in pairs(options) do copy[name] = value end
  for name, pool in pairs(pools) do
    if type(pool) == "table" and pool.weights ~= nil then
      local one = {}
      for field, value in pairs(pool) do one[field] = value end
      one.weights = weights_of(tostring(name), pool.weights)
      pool = one
    end
    resolved[name] = pool
  end
  copy.pools = resolved
  return copy
end

local function allocate(source, options)
  if type(options) ~= "table" then bad(CALL, "expected rows and a table with rules, got a " .. type(options)) end
  local description = rows.describe(source)
  local known = sums.measured(description)
  local of = options.of or known and #known == 1 and known[1]
  if type(of) ~= "string" then bad(CALL, "of is missing", "write of = \"cost\", the field with the number") end
  local box, columns = native.read(specification(options))
  local interval = interval_of(source, description)
  for _, name in ipairs(columns) do
    if name == interval then bad(CALL, format("rules cannot ask for %q; give a rule a timeframe", name)) end
  end
  native.begin(box)
  hand_over(box, source, interval, columns, of)
  native.run(box)
  local result = setmetatable({}, Result)
  box_of[result] = box
  return result
end

local methods = {}

-- What each target bears in each period: rows with month (or day), target, kind, direct, shared and cost.
function methods.rows(self) return native.lines(box_of[self]) end
-- The same for all periods together, the greatest first.
function methods.totals(self) return native.totals(box_of[self]) end
-- total, allocated, unallocated, kept, shared, allocated_share, shared_share (of the allocated).
function methods.coverage(self) return native.coverage(box_of[self]) end
-- How each amount of a target came there: received and passed, lists of moves.
function methods.explain(self, target)
  if type(target) ~= "string" then bad(CALL, "explain: expected the name of a target, got a " .. type(target)) end
  return native.explain(box_of[self], target)
end
-- Adds up everything again; gives what was counted.
function methods.prove(self) return native.prove(box_of[self]) end
-- What each rule took, with the problem of one that took nothing.
function methods.rules(self) return native.rules(box_of[self]) end
-- What another result changes against this one, by target, and its total.
function methods.diff(self, after)
  if not box_of[after] then bad(CALL, "diff: expected another result of allocate, got a " .. type(after)) end
  return native.diff(box_of[self], box_of[after])
end
-- The body that makes a virtual tag of the rules, and a list of what the API has no words for: virtual_tag { name =,
-- keys = { service = { costCenter = "AWS", key = "service", type = "col" } } }. Nothing is sent.
function methods.virtual_tag(self, options)
  options = rows.options(options, { "name", "keys", "description" }, CALL)
  return native.virtual_tag(box_of[self], options)
end

local names = { "rows", "totals", "coverage", "explain", "prove", "rules", "diff", "virtual_tag" }

function Result.__index(_, name)
  if methods[name] then return methods[name] end
  bad(CALL, format("a result has no field %q", tostring(name)), native.nearest(tostring(name), names))
end
function Result.__newindex() bad(CALL, "a result cannot be changed") end

return setmetatable({ diff = function(before, after)
  if not box_of[before] then bad(CALL, "diff: expected two results of allocate, got a " .. type(before)) end
  return methods.diff(before, after)
end }, { __call = function(_, source, options) return allocate(source, options) end })
