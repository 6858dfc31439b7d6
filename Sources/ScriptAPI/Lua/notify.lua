-- finlua.notify: tells people, through the endpoints that the configuration file names. notify.send("team", "It is done")
--
--   notify.send("team", {
--     title = "Anomalies of " .. report.day, text = "…",
--     severity = "major",               -- "info", "minor", "major" or "critical"; of findings the worst
--     findings = report.findings,       -- of finlua.anomaly, or tables with series, severity, actual, expected, impact …
--     resolved = report.resolved,       -- what is over
--     fields = { { "Budget", 4000.5 }, { "Used", "81 %" } },  -- or { Budget = 4000.5 }, in the order of the names
--     rows = query, columns = { "service", "cost" },          -- any rows; the first of them are shown, all are counted
--     link = "https://…",               -- where to read on
--     key = "budget-2026-11",           -- what it is told once by, for 90 days or `remember_days`
--     resolve = true,                   -- that key is over: told to those who were told of it
--   })
--
-- A message is sent when the run has ended well, after its files are in place: a failed run tells nothing. Each finding is
-- told once, and again when it is one of another day or has grown by a severity; those without `alert` are not told. An
-- empty list of findings sends nothing. A message without a key is sent once a run. Gives whether there is anything to tell.
local native = ...
local type, tostring, ipairs, pairs, next, getmetatable = type, tostring, ipairs, pairs, next, getmetatable
local error, pcall = error, pcall
local math_type, huge = math.type, math.huge
local format, gsub, sub = string.format, string.gsub, string.sub
local sort = table.sort
local rows, columns = require "finlua.internal.rows", require "finlua.internal.columns"
local text_table, date = require "finlua.internal.text_table", require "finlua.date"

local CALL = "notify.send"
local KNOWN = { "title", "text", "severity", "findings", "resolved", "fields", "rows", "columns", "link", "key", "resolve",
  "remember_days" }
local MOST_ROWS = 1000 -- rows that are handed over; no service shows more
local bad = rows.bad

local function shown(value, what)
  local kind = type(value)
  if kind == "string" then return value end
  if math_type(value) == "integer" or kind == "boolean" then return tostring(value) end
  if kind == "number" then
    if value ~= value or value == huge or value == -huge then bad(CALL, what .. ": the number is NaN or infinite") end
    return native.amount(value)
  end
  local metatable = kind == "table" and getmetatable(value)
  if type(metatable) == "table" and metatable.__tostring then return tostring(value) end
  bad(CALL, format("%s: expected a text, a number or a date, got a %s", what, kind))
end

local function fields_of(value)
  if value == nil then return nil end
  if type(value) ~= "table" then bad(CALL, "fields: expected a table, got a " .. type(value)) end
  local list = {}
  if #value > 0 then
    for place, field in ipairs(value) do
      if type(field) ~= "table" or type(field[1]) ~= "string" or field[2] == nil then
        bad(CALL, format("fields[%d]: expected a name and a value", place), "write fields = { { \"Budget\", 4000 } }")
      end
      list[place] = { field[1], shown(field[2], format("fields[%d]", place)) }
    end
    rows.whole(value, #list, CALL)
    return list
  end
  for name, each in pairs(value) do list[#list + 1] = { tostring(name), shown(each, "fields." .. tostring(name)) } end
  sort(list, function(left, right) return left[1] < right[1] end)
  return list
end

-- Rows as aligned text: the head, the first lines, and how many rows there are.
local function table_of(source, wanted)
  if source == nil then return nil end
  local chosen = columns.read(source, wanted, CALL)
  local layout, count = text_table.new(), 0
  layout:begin(chosen.fields, chosen.names, 2)
  for row in chosen.each do
    count = count + 1
    if count <= MOST_ROWS then
      local ok, problem = pcall(layout.row, layout, row)
      if not ok then
        if type(problem) ~= "string" then error(problem, 0) end
        bad(CALL, format("rows: row %d: %s", count, (gsub(problem, "^%[finlua [^%]]*%]:%d+: ", ""))))
      end
    end
  end
  if count == 0 then return nil end
  local head, lines = {}, {}
  for place, line in ipairs(layout:lines(true)) do
    local list = place <= 2 and head or lines
    list[#list + 1] = sub(line, 1, -2)
  end
  return { head = head, lines = lines, count = count }
end

-- Findings without what finlua.anomaly says nobody is to be told of.
local function told(list, what)
  if list == nil then return nil end
  if type(list) ~= "table" or getmetatable(list) then
    bad(CALL, format("%s: expected a list, got a %s", what, type(list)), "write findings = report.findings")
  end
  if #list == 0 and next(list) ~= nil then
    bad(CALL, format("%s: expected a list, got a table with names", what), format("write %s = report.%s", what, what))
  end
  local result = {}
  for place, finding in ipairs(list) do
    if type(finding) ~= "table" then bad(CALL, format("%s[%d] is a %s, not a table", what, place, type(finding))) end
    if finding.alert ~= false then
      local plain = {}
      for key, value in next, finding do plain[key] = date.is(value) and tostring(value) or value end
      result[#result + 1] = plain
    end
  end
  rows.whole(list, #list, CALL)
  return result
end

local notify = {}

-- Has an endpoint told: a text, or a table as above. Gives whether there is anything to tell.
function notify.send(name, message)
  if type(name) ~= "string" then
    bad(CALL, "the first argument is the name of an endpoint, got a " .. type(name), "write notify.send(\"team\", \"…\")")
  end
  if type(message) == "string" then message = { text = message } end
  if type(message) ~= "table" then bad(CALL, "a message is a text or a table, got a " .. type(message)) end
  rows.options(message, KNOWN, CALL)
  local given = {}
  for _, field in ipairs { "title", "text", "severity", "link", "key", "resolve", "remember_days" } do
    given[field] = message[field]
  end
  if message.title ~= nil then given.title = shown(message.title, "title") end
  if message.text ~= nil then given.text = shown(message.text, "text") end
  if message.key ~= nil then given.key = shown(message.key, "key") end
  given.findings, given.resolved = told(message.findings, "findings"), told(message.resolved, "resolved")
  given.fields = fields_of(message.fields)
  if message.columns ~= nil and message.rows == nil then bad(CALL, "columns: there are no rows", "write rows = …") end
  given.table = table_of(message.rows, message.columns)
  return native.send(name, given)
end

return notify
