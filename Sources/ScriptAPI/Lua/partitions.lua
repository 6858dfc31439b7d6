-- finlua.internal.partitions: an export to a folder of days or months, each of which is replaced whole.
--
--   partition_by = "day"       -- costs/day=2026-10-01/part.csv; or "month", made of the day
--   range = { from =, to = }   -- the days that rows of an array stand for; a query knows its own
--   restate = { trailing = 7, previous_month_until = 10, lag = 1, since = "2026-01-01" }
--
-- A partition that the rows give replaces the one that is there, unless that has the same rows in whatever order. A day or
-- month of the asked range that had rows and has none any more becomes an empty file with a header: nothing is ever
-- removed, and nothing outside the range is touched. Whatever would replace a partition by a part of it is refused.
local native = ...
local type, ipairs, pairs, pcall, error, tostring, setmetatable = type, ipairs, pairs, pcall, error, tostring, setmetatable
local sort, concat, number_type = table.sort, table.concat, math.type
local format, gsub, match, sub = string.format, string.gsub, string.match, string.sub
local date, json, money = require "finlua.date", require "finlua.json", require "finlua.money"
local output, columns = require "finlua.internal.output", require "finlua.internal.columns"
local manifest, focus = require "finlua.internal.manifest", require "finlua.internal.focus"
local rows = require "finlua.internal.rows"

local partitions = { options = { "partition_by", "range", "restate" } }
local bad = rows.bad
local PLACE = "^%[finlua [^%]]*%]:%d+: "

local function day(value, call, field)
  if date.is(value) then return value end
  local ok, found = pcall(date.parse, value)
  if ok then return found end
  bad(call, format("%s: expected a day such as \"2026-10-01\"", field))
end

local function count(options, name, default, call, least)
  local value = options[name]
  if value == nil then return default end
  if number_type(value) ~= "integer" or value < least then
    bad(call, format("%s: expected a whole number of at least %d", name, least))
  end
  return value
end

-- The days whose costs may have changed, { from =, to = }: the `trailing` last ones up to `lag` days before the run's day,
-- and the whole previous month until that day of the month. With by = "month" it begins with a month. `last` is the last
-- day that was asked for before, so that days between are not left out; without one it begins with `since`.
function partitions.window(options, call, last)
  options = rows.options(options, { "trailing", "previous_month_until", "lag", "since", "by" }, call)
  local today = date.as_of()
  local to = today - count(options, "lag", 1, call, 0)
  local from = to - count(options, "trailing", 7, call, 1) + 1
  if today.day <= count(options, "previous_month_until", 10, call, 0) and today.previous_month < from then
    from = today.previous_month
  end
  if last and last + 1 < from then
    -- What was asked for then was not final yet, nor was its month where that is asked for again.
    from = last + 2 - (options.trailing or 7)
    if options.previous_month_until ~= 0 then from = from.month_start end
  end
  if not last and options.since then
    local since = day(options.since, call, "since")
    if since < from then from = since end
  end
  if options.by == "month" then from = from.month_start end
  return { from = from, to = to }
end

-- What the folder of a row's partition is called, and its first day.
local function name_of(row, by, position, call)
  local value = row.day
  if value == nil and by == "month" then value = row.month end
  if type(value) == "string" and #value == 7 then value = value .. "-01" end
  local found = value ~= nil and date.try(value)
  if not found then
    bad(call, format("row %d has no day: %s", position, value == nil and "the field is absent" or tostring(value)),
      "partitions are made of the field \"day\", YYYY-MM-DD")
  end
  return by == "day" and "day=" .. tostring(found) or "month=" .. found:format("%Y-%m"), found
end

-- Months are replaced whole, so all of one has to be asked for.
local function check_months(range, kept, call)
  if range.from ~= range.from.month_start then
    bad(call, format("month=%s would be replaced by its days from %s on", range.from:format("%Y-%m"), tostring(range.from)),
      "ask from the first of a month; restate does with partition_by = \"month\"")
  end
  if range.to == range.to.month_end then return end
  local name = "month=" .. range.to:format("%Y-%m")
  if not kept then
    bad(call, format("%s would be replaced by its days to %s, and without a manifest nobody knows what is there", name,
      tostring(range.to)), "ask to the last of a month, or leave out manifest = false")
  end
  local before = kept.last and kept.last.partitions[name]
  local reached = before and before.window and before.window.to
  local last_day = tostring(range.to.month_end)
  if reached and reached > last_day then reached = last_day end
  if reached and reached > tostring(range.to) then
    bad(call, format("%s has days to %s and would be replaced by its days to %s", name, reached, tostring(range.to)))
  end
end

-- Fails where the manifest that is there cannot tell what the folder holds, or tells that it holds something else.
local function check_last(last, kind, by, path, call)
  if not last then return end
  local function wrong(message)
    native.fail { code = "output", call = call, message = format("%s/_manifest.json %s", path, message),
      hint = "export to another folder, or remove this one and export all of it again" }
  end
  if type(last.partitions) ~= "table" then wrong("tells of no partitions") end
  if last.format ~= kind then wrong(format("tells of %s, and this is %s", tostring(last.format), kind)) end
  if last.partition_by ~= by then
    wrong(format("tells of partitions by %s, and these are by %s", tostring(last.partition_by), by))
  end
  local window = last.window
  if window ~= nil and (type(window) ~= "table" or not date.try(window.from) or not date.try(window.to)) then
    wrong("is damaged: window")
  end
  for name, entry in pairs(last.partitions) do
    if type(entry) ~= "table" or number_type(entry.rows) ~= "integer" or type(entry.sums) ~= "table"
      or entry.window ~= nil and (type(entry.window) ~= "table" or type(entry.window.to) ~= "string") then
      wrong("is damaged: " .. tostring(name))
    end
  end
end

local function within(name, by, range)
  local value = match(name, "^[^=]*=(.*)$")
  local length = by == "day" and 10 or by == "month" and 7
  if not range or not length or not value or #value ~= length then return false end
  return value >= sub(tostring(range.from), 1, length) and value <= sub(tostring(range.to), 1, length)
end

local function subtract(after, before)
  local ok, result = pcall(function() return tostring(money.exact(after or "0") - money.exact(before or "0")) end)
  return ok and result or nil
end

-- What became of one partition: { partition =, state =, rows =, rows_before =, sums = { cost = { before =, after =, change = } } }.
local function change_of(name, state, now, before)
  local change = { partition = name, state = state, rows = now.rows, rows_before = before and before.rows, sums = {} }
  for _, sums in ipairs { now.sums, before and before.sums or {} } do
    for field in pairs(sums) do
      local old = before and before.sums and before.sums[field]
      change.sums[field] = { before = old, after = now.sums[field], change = subtract(now.sums[field], old) }
    end
  end
  return change
end

local function sum_text(change)
  local parts, fields = {}, {}
  for field in pairs(change.sums) do fields[#fields + 1] = field end
  sort(fields)
  for _, field in ipairs(fields) do
    local sum = change.sums[field]
    parts[#parts + 1] = format("%s %s to %s", field, sum.before or "none", sum.after or "none")
  end
  return format("%s %s%s", change.partition, change.state, #parts > 0 and ", " .. concat(parts, ", ") or "")
end

local SHOWN = 5 -- partitions that the line for people names

local function text_of(changes, total)
  local parts = { format("%d of %d partitions changed", #changes, total) }
  for place, change in ipairs(changes) do
    if place > SHOWN then
      parts[#parts + 1] = format("and %d more", #changes - SHOWN)
      break
    end
    parts[#parts + 1] = sum_text(change)
  end
  return concat(parts, "; ")
end

-- All files of one export; closing it throws away what is not committed.
local Parts = {}
Parts.__index = Parts
function Parts.__close(self)
  for _, part in pairs(self.open) do
    local discarded <close> = part.out
  end
end

function Parts:part(name)
  local part = self.open[name]
  if part then return part end
  local out = output.open(format("%s/%s/part.%s", self.path, name, self.kind), self.call, true)
  part = { out = out, writer = self.format.new(out, self.options, self.call), count = 0,
    tally = manifest.tally(self.table, self.description) }
  self.open[name] = part
  self.names[#self.names + 1] = name
  part.writer:begin(self.table.fields, self.table.names)
  return part
end

function Parts:row(row, position)
  local name, first = name_of(row, self.by, position, self.call)
  local range = self.range
  if range and (first < range.from and not (self.by == "month" and row.day == nil) or first > range.to) then
    bad(self.call, format("row %d is of %s, outside of the range %s to %s", position, tostring(first), tostring(range.from),
      tostring(range.to)))
  end
  local part = self:part(name)
  part.count = part.count + 1
  local ok, problem = pcall(part.writer.row, part.writer, row)
  if not ok then
    if type(problem) ~= "string" then error(problem, 0) end
    bad(self.call, format("row %d: %s", position, gsub(problem, PLACE, "")))
  end
  part.tally:add(row, position)
end

-- Ends one file; gives its entry in the manifest and what became of the partition.
function Parts:finish(name, range, before, state)
  local part = self.open[name]
  part.writer:finish()
  part.out:flush()
  local digest, bytes, is_same = part.out:finished()
  local entry = { rows = part.count, sums = part.tally:sums(), sha256 = digest, bytes = bytes, window = range }
  if is_same then
    -- The file that stays may have its lines in another order, and nobody may know its digest.
    local is_known = before and before.rows == entry.rows
    for field, sum in pairs(entry.sums) do is_known = is_known and before.sums[field] == sum end
    entry.written, entry.sha256 = is_known and before.written or nil, is_known and before.sha256 or nil
    local discarded <close> = part.out
    state = "unchanged"
  else
    part.out:commit()
  end
  self.open[name] = nil
  return entry, change_of(name, state, entry, before)
end

local function checked_range(source, options, window, call)
  local description = rows.describe(source)
  local own = description and description.from and { from = description.from, to = description.to }
  if options.range ~= nil and (own or window) then
    bad(call, "range: " .. (window and "restate asks for its own days" or "a query knows its own days"), "leave range out")
  end
  local range = own or window or options.range
  if range == nil then return nil, description end
  if type(range) ~= "table" or not range.from or not range.to then
    bad(call, "range: expected { from = \"2026-10-01\", to = \"2026-10-31\" }")
  end
  rows.options(range, { "from", "to" }, call .. ": range")
  range = { from = day(range.from, call, "range.from"), to = day(range.to, call, "range.to") }
  if range.from > range.to then
    bad(call, format("range: from %s is after to %s", tostring(range.from), tostring(range.to)))
  end
  if window and (range.from ~= window.from or range.to ~= window.to) then
    bad(call, format("restate: the query asks for %s to %s, not for the window %s to %s", tostring(range.from),
      tostring(range.to), tostring(window.from), tostring(window.to)), "write date = window")
  end
  local spec = rows.asked(source)
  if type(spec) == "table" and spec.rowLimit ~= nil then
    bad(call, "a query with rowLimit gives a part of its rows, and partitions are replaced whole", "leave rowLimit out")
  end
  return range, description
end

local written = {} -- folders of this run

-- Writes `source` to partitions below `path` in a format of finlua.internal.formats.
function partitions.write(kind, text_format, path, source, options, call)
  local by = options.partition_by
  if by ~= "day" and by ~= "month" then bad(call, "partition_by: expected \"day\" or \"month\"") end
  if type(path) ~= "string" or path == "" or path == "-" then bad(call, "the first argument is the folder of the partitions") end
  path = match(path, "^(.-)/*$")
  if written[path] then
    bad(call, format("this run has exported to %s already", path), "export all of its rows in one call, or to another folder")
  end
  written[path] = true
  local kept = manifest.open(path .. "/_manifest.json", path, options, call, true)
  if kept then kept.makes_folders = true end
  local last = kept and kept.last
  check_last(last, kind, by, path, call)
  local last_parts = last and last.partitions or {}
  local window
  if options.restate ~= nil then
    if type(source) ~= "function" then
      bad(call, "with restate the rows are a function: function(window) return finout.query { date = window, … } end")
    end
    local asked = last and type(last.window) == "table" and last.window.to
    local restate = rows.options(options.restate, { "trailing", "previous_month_until", "lag", "since" }, call)
    window = partitions.window({ trailing = restate.trailing, previous_month_until = restate.previous_month_until,
      lag = restate.lag, since = restate.since, by = by }, call, asked and day(asked, call, "the manifest's window"))
    source = source { from = window.from, to = window.to }
  end
  local range, description = checked_range(source, options, window, call)
  if by == "month" then
    if not range then
      bad(call, "range is missing: nobody knows whether the rows are all of their months",
        "write range = { from = \"2026-10-01\", to = \"2026-10-31\" }")
    end
    check_months(range, kept, call)
  end
  local read = columns.read(source, options.focus == nil and options.columns or nil, call)
  local table = focus.mapped(read, options.focus, call, description and description.columns or read.list and read.fields)
  if #table.fields == 0 and last then
    for place, column in ipairs(last.columns) do table.fields[place], table.names[place] = column.field or column.name, column.name end
  end
  if kept then kept:check(table) end
  local parts <close> = setmetatable({ path = path, kind = kind, format = text_format, options = options, call = call,
    by = by, range = range, table = table, description = description, open = {}, names = {} }, Parts)
  local position = 0
  for row in table.each do
    position = position + 1
    parts:row(row, position)
  end
  local missing = rows.object(source) and source.incomplete
  if missing then
    native.fail { code = "incomplete", call = call,
      message = format("%s: partitions are replaced whole, and rows are missing: %s", call, missing.message),
      hint = "leave out allow_partial" }
  end
  local seen = {}
  for _, name in ipairs(parts.names) do seen[name] = true end
  for name, before in pairs(last_parts) do
    if not seen[name] and within(name, by, range) and before.rows ~= 0 then parts:part(name) end
  end
  sort(parts.names)
  local entries, all, changes = {}, {}, {}
  local span = range and { from = tostring(range.from), to = tostring(range.to) }
  for place, name in ipairs(parts.names) do
    local before = last_parts[name]
    local entry, change = parts:finish(name, span, before, not seen[name] and "emptied" or before and "changed" or "new")
    entries[name], all[place] = entry, change
    if change.state ~= "unchanged" then changes[#changes + 1] = change end
  end
  local text = text_of(changes, #all)
  if kept then
    local total = {}
    for name, entry in pairs(last_parts) do total[name] = entry end
    for name, entry in pairs(entries) do
      entry.written = entry.written or manifest.now()
      total[name] = entry
    end
    if span and last and type(last.window) == "table" then
      local before = last.window
      span = { from = before.from < span.from and before.from or span.from, to = before.to > span.to and before.to or span.to }
    end
    kept:write(source, table, { format = kind, partition_by = by, partitions = total, window = span, rows = position })
  end
  manifest.changed(path, text, json.encode { path = path, partitions = #all, changed = json.array(changes) })
  local warning = focus.warning(table, path)
  if warning then manifest.warn(warning) end
  return { path = path, rows = position, partitions = all, changed = changes, text = text, window = range,
    focus_missing = table.focus and table.focus.missing }
end

return partitions
