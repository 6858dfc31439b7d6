-- finlua.anomaly: which series did not cost what was to be expected. anomaly.check(rows, { by = "service" }) judges one
-- day, `lag` days before `as_of`, by what lies before it, series by series and then the total. Rows are by day.
--
--   value = "cost",           -- the field with the number; a query's only measurement needs no name
--   contributors = "account", -- what to tell the parts of a series apart by; `top` (5) of them stand in a finding
--   method = "weekday",       -- median of the same weekday; also "esd", "ewma", "month_to_date"
--   lag = 2,                  -- days before as_of (today): the last ones are still coming in
--   min_impact = 100, min_percent = 10,  -- what a day must be off at least, in money and in percent
--   weeks = 8, threshold = 3.5,          -- how far back, and how many deviations a normal day may be off
--   min_history = 21,         -- days with costs before a series is judged
--   adopt_after = 14,         -- anomalous days in a row after which they are the new level; false is never
--   month_effects = true,     -- what came at the same place of the month before is expected
--   ready_part = 0.5,         -- a day with fewer of the usual series is not ready
--   smoothing = 0.3, significance = 0.05,  -- of "ewma", and of "esd"
--   mute = { { service = "EC2", through = "2026-12-31" } },  -- nobody wants to hear of it; { total = true, through = … }
--   remember = true           -- or a name: a finding is new once, then ongoing, grown or resolved, between runs too
local native = ...
local type, tostring, ipairs, next = type, tostring, ipairs, next
local concat, format = table.concat, string.format
local rows, sums, date = require "finlua.internal.rows", require "finlua.internal.sums", require "finlua.date"
local store = require "finlua.store"

local CALL = "anomaly.check"
local CHUNK = 8000 -- values handed over at a time, four to a group
local MEMORY = "finlua.anomaly" -- the key in the store; with a name, that follows after a slash
local bad = rows.bad
local judged = {} -- the last day that this run judged, by the key in the store

-- The fields of a finding.
local RESERVED = {}
for _, name in ipairs { "series", "total", "day", "rule", "actual", "expected", "lower", "upper", "impact", "percent",
  "severity", "score", "state", "alert", "muted", "explained", "since", "impact_since", "last", "contributors", "unit",
  "through" } do
  RESERVED[name] = true
end

local function columns_of(options, description)
  local others = rows.names(options.contributors, {}, CALL, "contributors")
  local taken, default = {}, nil
  for _, name in ipairs(others) do taken[name] = true end
  if description then
    if description.interval ~= "day" then
      bad(CALL, format("the query has its rows by %s, and days are what is judged", description.interval),
        "write timeInterval = \"day\"")
    end
    default = {}
    for _, name in ipairs(description.dimensions) do
      if not taken[name] then default[#default + 1] = name end
    end
  end
  local by = rows.names(options.by, default, CALL, "by")
  local known = sums.measured(description)
  local of = options.value or known and #known == 1 and known[1]
  if type(of) ~= "string" then bad(CALL, "value is missing", "write value = \"cost\", the field with the number") end
  taken[of] = true
  for _, name in ipairs(by) do
    if taken[name] then bad(CALL, format("by: %q also stands in contributors or value", name)) end
    if RESERVED[name] then bad(CALL, format("by: %q is a field of a finding; rename the dimension", name)) end
  end
  return by, others, of
end

local function label(key, first, last)
  local parts = {}
  for place = first, last do
    parts[#parts + 1] = key[place] == nil and sums.NO_VALUE or tostring(key[place])
  end
  return #parts > 0 and concat(parts, ", ") or "total"
end

-- Part of a key as one text, noted in `index` with what it stands for.
local function noted(index, key, first, last)
  local part = {}
  for place = first, last do part[place - first + 1] = key[place] end
  local text = sums.identity(part, last - first + 1)
  if not index[text] then index[text] = { key = part, label = label(key, first, last) } end
  return text
end

-- Hands over the rows, a group for each day, series and contributor; what the series and contributors are, and the unit.
local function hand_over(box, source, by, others, of)
  local names, count = { "day" }, #by
  for _, name in ipairs(by) do names[#names + 1] = name end
  for _, name in ipairs(others) do names[#names + 1] = name end
  local list = sums.aggregate(source, names, { of }, CALL, nil, true)
  local series, parts, chunk, size, unit = {}, {}, {}, 0, nil
  for _, entry in ipairs(list) do
    local key = entry.key
    if key[1] == nil then bad(CALL, "a row has no day", "rows need a field \"day\", as those of a query by day have") end
    local its = entry.units[of]
    if its ~= nil and unit ~= nil and its ~= unit then
      bad(CALL, format("%q is in %s and in %s, which make no total", of, unit, its),
        "filter for one unit, and check each on its own")
    end
    unit = unit or its
    chunk[size + 1], chunk[size + 2] = tostring(key[1]), noted(series, key, 2, count + 1)
    chunk[size + 3] = #others > 0 and noted(parts, key, count + 2, #names)
    chunk[size + 4] = entry.totals[of]
    size = size + 4
    if size >= CHUNK then
      native.add(box, chunk)
      chunk, size = {}, 0
    end
  end
  native.add(box, chunk)
  return series, parts, unit
end

local function mutes_of(list, by)
  local result = {}
  if list == nil then return result end
  local example = format("write mute = { { %s = \"…\", through = \"2026-12-31\" } }", by[1] or "total")
  if type(list) ~= "table" then bad(CALL, "mute: expected a list, got a " .. type(list), example) end
  local known = { "total", "through" }
  for _, name in ipairs(by) do known[#known + 1] = name end
  if #list == 0 and next(list) ~= nil then bad(CALL, "mute: expected a list of tables", example) end
  for place, mute in ipairs(list) do
    local what, key = format("%s: mute[%d]", CALL, place), {}
    rows.options(mute, known, what)
    local through, problem = date.try(mute.through)
    if not through then bad(what, "through: " .. problem, "a mute has a last day") end
    for index, name in ipairs(by) do
      key[index] = mute[name]
      if key[index] == nil and not mute.total or key[index] ~= nil and mute.total then
        bad(what, "it names neither one series nor the total", example)
      end
    end
    local is_total = mute.total and #by > 0
    result[place] = { series = not is_total and sums.identity(key, #by) or nil, through = tostring(through) }
  end
  return result
end

-- The key in the store, and what it holds; a name stands for one check.
local function memory_of(remember, about, day)
  if remember == nil or remember == false then return nil, {} end
  if remember ~= true and (type(remember) ~= "string" or remember == "") then
    bad(CALL, "remember: expected true or a name, got a " .. type(remember))
  end
  local key = remember == true and MEMORY or MEMORY .. "/" .. remember
  local hint = "give each check a name of its own: remember = \"…\""
  if judged[key] and judged[key] >= day then
    bad(CALL, format("remember: this run has judged %s under the same name already", tostring(judged[key])), hint)
  end
  local kept = store.get(key)
  if kept == nil then return key, {} end
  if type(kept) ~= "table" or type(kept.entries) ~= "table" or not date.try(kept.day) then
    native.fail {
      code = "state", call = CALL, message = format("%s: what was remembered as %q is damaged", CALL, key),
      hint = "delete it with store.delete",
    }
  end
  if kept.about ~= about then
    bad(CALL, format("remember: the name holds what a check of %s found, and this is one of %s", kept.about, about), hint)
  end
  -- What a later check remembered is nothing that one of an earlier day could have known.
  if date.parse(kept.day) > day then return nil, {} end
  return key, kept.entries
end

-- Puts a series' own values in the place of the text that stands for it.
local function named(entry, by, series, unit)
  local one = entry.series and series[entry.series]
  entry.series, entry.unit = one and one.label or "total", unit
  entry.total = (one == nil or #by == 0) or nil
  for place, name in ipairs(by) do entry[name] = one and one.key[place] end
  return one
end

local anomaly = {}

-- { ready =, reason = why not, day =, findings =, resolved =, learning = series with too little history, checked = { series =,
-- days = }, unit = }. Without `ready` nothing is known of the day: that is not the same as no finding. A finding has the
-- fields of `by` and series, day, rule ("above", "below", "new_spend", "gone_spend"), actual, expected, lower, upper, impact,
-- percent (absent where nothing was expected), severity ("minor", "major", "critical"), score, contributors, state, since,
-- impact_since and alert: whether somebody is to be told. `total` marks the total; it is explained where series account for it.
function anomaly.check(source, options)
  if options ~= nil and type(options) ~= "table" then bad(CALL, "options are a table, got a " .. type(options)) end
  options = options or {}
  local box, lag = native.read(options)
  local as_of, problem = options.as_of or date.as_of(), nil
  as_of, problem = date.try(as_of)
  if not as_of then bad(CALL, "as_of: " .. problem) end
  local day = as_of - lag
  local description = rows.describe(source)
  local by, others, of = columns_of(options, description)
  if description and description.to and day > description.to then
    bad(CALL, format("the query ends on %s, before the day that is judged: %s, %d days before %s", description.to,
      tostring(day), lag, tostring(as_of)), "query up to that day, or give as_of")
  end
  local mutes = mutes_of(options.mute, by)
  local about = of .. (#by > 0 and " by " .. concat(by, ", ") or "")
  local series, parts, unit = hand_over(box, source, by, others, of)
  -- From here on nothing waits, so that no other task comes between the memory and what is made of it.
  local key, entries = memory_of(options.remember, about, day)
  local report = native.judge(box, tostring(as_of), mutes, entries)
  if key then
    judged[key] = day
    if report.ready then store.set(key, { about = about, day = day, entries = report.memory }) end
  end
  report.memory, report.unit = nil, unit
  for place, text in ipairs(report.learning) do report.learning[place] = series[text].label end
  for _, finding in ipairs(report.findings) do
    local names = named(finding, by, series, unit) and parts or series
    for _, contributor in ipairs(finding.contributors) do contributor.name = names[contributor.name].label end
  end
  for _, entry in ipairs(report.resolved) do named(entry, by, series, unit) end
  return report
end

return anomaly
