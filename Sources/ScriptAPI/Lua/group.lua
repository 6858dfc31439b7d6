-- finlua.group: sums, comparisons, tops, filled calendars, pivots and joins of rows. Rows are a query, an array of row
-- tables or an iterator. Sums are exact decimals: neither order nor number of the rows changes a digit. A missing
-- dimension value is a group of its own, whose field is absent.
local native = ...
local type, tostring, pairs, ipairs, setmetatable = type, tostring, pairs, ipairs, setmetatable
local abs, concat, sort, unpack = math.abs, table.concat, table.sort, table.unpack
local format, match = string.format, string.match
local number_type = math.type
local rows, sums, date = require "finlua.internal.rows", require "finlua.internal.sums", require "finlua.date"
local held = require "finlua.internal.held"

local group = {}
local bad = rows.bad
local aggregate, before, before_all, finished, identity, index_of, measured, note_unit, total =
  sums.aggregate, sums.before, sums.before_all, sums.finished, sums.identity, sums.index, sums.measured, sums.note_unit,
  sums.total

-- Something beside the array that pairs, # and the exports do not see.
local function with(list, extra) return setmetatable(list, { __index = extra }) end

-- group.sum(rows, { by = "service", of = "cost" }): one row per group, ordered by group. Without `by`, one row.
function group.sum(source, options)
  local call = "group.sum"
  options = rows.options(options, { "by", "of" }, call)
  local description = rows.describe(source)
  local by = rows.names(options.by, {}, call, "by")
  local of = rows.names(options.of, measured(description), call, "of")
  for _, name in ipairs(of) do
    for _, other in ipairs(by) do
      if other == name then bad(call, format("%q stands both in by and in of", name)) end
    end
  end
  local list = aggregate(source, by, of, call)
  local result = {}
  for position, entry in ipairs(list) do result[position] = finished(entry, by, of) end
  held(list, 0, true) -- the result takes its place
  held(result, #result, true)
  if #by == 0 and #result == 0 then
    result[1] = {}
    for _, name in ipairs(of) do result[1][name] = 0.0 end
  end
  return result
end

-- What `by` and `value` mean when the caller leaves them out: a query's dimensions and its only measurement.
local function one_value(source, options, call)
  local description = rows.describe(source)
  local by = rows.names(options.by, description and description.dimensions, call, "by")
  local of = options.value
  if of == nil then
    local known = measured(description)
    if known and #known > 1 then bad(call, "value is missing; the query measures " .. concat(known, ", ")) end
    of = known and known[1]
  end
  if type(of) ~= "string" then
    bad(call, "value is missing", "write value = \"cost\", the field with the number")
  end
  return by, of, description
end

local function check_count(count, name, call)
  if count ~= nil and (number_type(count) ~= "integer" or count < 1) then
    bad(call, format("%s: expected a whole number from 1, got %s", name, tostring(count)))
  end
end

local function change(row, now, prior)
  row.now, row.prior, row.change = now, prior, total { now, -prior }
  if prior ~= 0 then row.percent = row.change / abs(prior) * 100 end
  return row
end

local RESERVED = { now = true, prior = true, change = true, percent = true, share = true, new = true, gone = true,
  unit = true }

-- group.compare(now, prior, { by = "service", value = "cost", top = 10 }): rows with now, prior, change, percent (absent
-- where prior is zero), share (percent of the whole change; absent where that is zero), new, gone; largest change first.
-- `.total` compares everything, whatever `top` is.
function group.compare(now, prior, options)
  local call = "group.compare"
  options = rows.options(options, { "by", "value", "top" }, call)
  local by, of = one_value(now, options, call)
  check_count(options.top, "top", call)
  for _, name in ipairs(by) do
    if RESERVED[name] then bad(call, format("by: %q is the name of a result; rename the dimension", name)) end
  end
  local count, result, now_terms, prior_terms = #by, {}, {}, {}
  local current, before_list = aggregate(now, by, { of }, call), aggregate(prior, by, { of }, call)
  local current_index, before_index = index_of(current, count), index_of(before_list, count)
  local function entry(one, other)
    local unit = one and one.units[of]
    if other then
      if unit then note_unit(other, of, unit, by, call) end
      unit = unit or other.units[of]
    end
    local a, b = one and one.totals[of] or 0.0, other and other.totals[of] or 0.0
    now_terms[#now_terms + 1], prior_terms[#prior_terms + 1] = a, b
    local key = (one or other).key
    local row = change({ unit = unit, new = not other or nil, gone = not one or nil }, a, b)
    for place, name in ipairs(by) do row[name] = key[place] end
    result[#result + 1] = { key = key, row = row, size = abs(row.change) }
  end
  for _, each in ipairs(current) do entry(each, before_index[identity(each.key, count)]) end
  for _, each in ipairs(before_list) do
    if not current_index[identity(each.key, count)] then entry(nil, each) end
  end
  sort(result, function(left, right)
    if left.size ~= right.size then return left.size > right.size end
    return before_all(left.key, right.key, count)
  end)
  local list = {}
  for position = 1, options.top and options.top < #result and options.top or #result do
    list[position] = result[position].row
  end
  local whole = change({}, total(now_terms), total(prior_terms))
  if whole.change ~= 0 then
    for _, row in ipairs(list) do row.share = row.change / whole.change * 100 end
  end
  return with(list, { total = whole })
end

-- group.top(rows, { by = "service", value = "cost", n = 10 }): the n largest groups and a last row "other" with the sum
-- of the rest (its field `other` counts them), so that the rows still add up.
function group.top(source, options)
  local call = "group.top"
  options = rows.options(options, { "by", "value", "n", "other" }, call)
  local by, of = one_value(source, options, call)
  check_count(options.n, "n", call)
  local list = aggregate(source, by, { of }, call)
  for _, entry in ipairs(list) do entry.row = finished(entry, by, { of }) end
  sort(list, function(left, right)
    if left.row[of] ~= right.row[of] then return left.row[of] > right.row[of] end
    return before_all(left.key, right.key, #by)
  end)
  local keep = options.n or 10
  local result, rest, terms = {}, { key = {}, units = {}, totals = {} }, {}
  for position, entry in ipairs(list) do
    if position <= keep then
      result[position] = entry.row
    else
      note_unit(rest, of, entry.units[of], {}, call)
      terms[#terms + 1] = entry.row[of]
    end
  end
  if #list > keep then
    rest.totals[of] = total(terms)
    local row = finished(rest, {}, { of })
    for _, name in ipairs(by) do row[name] = options.other or "other" end
    row.other = #list - keep
    result[#result + 1] = row
  end
  return result
end

-- How each interval divides the calendar: the first day of a day's bucket, and of the one after.
local CALENDAR = {
  day = { start = function(d) return d end, after = function(d) return d + 1 end },
  week = { start = function(d) return d.week_start end, after = function(d) return d + 7 end },
  month = { start = function(d) return d.month_start end, after = function(d) return d.next_month end },
}

local function parse_bucket(value, interval, position, call)
  if date.is(value) then return CALENDAR[interval].start(value) end
  local text = type(value) == "string" and match(value, "^%d%d%d%d%-%d%d%-%d%d") or value
  if interval == "month" and type(value) == "string" and match(value, "^%d%d%d%d%-%d%d$") then text = value .. "-01" end
  local day, problem = date.try(text)
  if not day then
    bad(call, format("row %d: its %s is %s: %s", position, interval, value == nil and "missing" or tostring(value),
      problem))
  end
  return CALENDAR[interval].start(day)
end

local function calendar_interval(options, description, source, call)
  local interval = options.interval or description and description.interval
  if not interval and type(source) == "table" then
    local first = source[1] or {}
    interval = first.day and "day" or first.week and "week" or first.month and "month"
  end
  interval = interval or "day"
  return CALENDAR[interval] and interval or
    bad(call, format("interval: expected day, week or month, got %q", tostring(interval)))
end

-- The first and last day asked for, or nothing to take the rows' own.
local function calendar_edges(options, description)
  local days = options.days
  if days ~= nil then
    if options.from or options.to then bad("group.fill", "give either days or from and to") end
    if type(days) ~= "table" then bad("group.fill", "days: expected date.range(first, last)") end
    local from, to = days.from or days[1], days.to or days[#days]
    return from and date.parse(from), to and date.parse(to)
  end
  local from, to = options.from or description and description.from, options.to or description and description.to
  return from and date.parse(from), to and date.parse(to)
end

-- group.fill(rows, { by = "service", value = "cost", from =, to =, interval = }): a row for every group and every day
-- (week, month) of the calendar, zero where there was none; several rows of one group and day are added up. The
-- calendar is from..to, or the query's own, or from the first row to the last. A row outside it is an error.
function group.fill(source, options)
  local call = "group.fill"
  options = rows.options(options, { "by", "value", "days", "from", "to", "interval" }, call)
  local description = rows.describe(source)
  local interval = calendar_interval(options, description, source, call)
  local by = { interval }
  for _, name in ipairs(rows.names(options.by, description and description.dimensions or {}, call, "by")) do
    if name ~= interval then by[#by + 1] = name end
  end
  local of = rows.names(options.value, measured(description), call, "value")
  local from, to = calendar_edges(options, description)
  local first, last, short_months
  local list = aggregate(source, by, of, call, function(value, position)
    local day = parse_bucket(value, interval, position, call)
    short_months = short_months or type(value) == "string" and #value == 7
    if from and day < CALENDAR[interval].start(from) or to and day > to then
      bad(call, format("row %d is of %s, outside the calendar from %s to %s", position, tostring(value),
        tostring(from or "the first row"), tostring(to or "the last row")), "widen from and to, or filter the rows")
    end
    if not first or day < first then first = day end
    if not last or day > last then last = day end
    return day
  end)
  local index = index_of(list, #by)
  first, last = from and CALENDAR[interval].start(from) or first, to or last
  if not first or not last then return {} end

  local groups, known = {}, {}
  for _, entry in ipairs(list) do
    local key = { unpack(entry.key, 2, #by) }
    local id = identity(key, #by - 1)
    if not known[id] then
      known[id] = { key = key, units = {} }
      groups[#groups + 1] = known[id]
    end
    for name, unit in pairs(entry.units) do note_unit(known[id], name, unit, by, call) end
  end
  if #groups == 0 and #by == 1 then groups[1] = { key = {}, units = {} } end
  sort(groups, function(left, right) return before_all(left.key, right.key, #by - 1) end)

  local result, size, room = {}, 0, 0
  held(list, 0, true) -- the result takes its place
  for _, each in ipairs(groups) do
    local day = first
    while day <= last do
      local key = { day, unpack(each.key, 1, #by - 1) }
      local entry = index[identity(key, #by)] or { totals = {} }
      local row = {}
      for place = 2, #by do row[by[place]] = each.key[place - 1] end
      row[interval] = short_months and day:format("%Y-%m") or tostring(day)
      for _, name in ipairs(of) do
        row[name] = entry.totals[name] or 0.0
        row[name .. "_unit"] = each.units[name]
      end
      if size == room then room = held(result, size) end
      size = size + 1
      result[size] = row
      day = CALENDAR[interval].after(day)
    end
  end
  held(result, size, true)
  return result
end

-- group.pivot(rows, { rows = "service", columns = "day", values = "cost", missing = 0 }): one row per `rows`, one field
-- per value of `columns`. `.columns` lists the fields in order, as the exports want them. An empty cell is absent, or
-- `missing`.
function group.pivot(source, options)
  local call = "group.pivot"
  options = rows.options(options, { "rows", "columns", "values", "missing" }, call)
  local description = rows.describe(source)
  local down = rows.names(options.rows, nil, call, "rows")
  local across = options.columns
  if type(across) ~= "string" then bad(call, "columns is missing", "write columns = \"day\"") end
  local known = measured(description)
  local of = options.values or known and #known == 1 and known[1]
  if type(of) ~= "string" then bad(call, "values is missing", "write values = \"cost\", the field with the number") end
  local by = { unpack(down) }
  for _, name in ipairs(by) do
    if name == across then bad(call, format("%q stands both in rows and in columns", across)) end
  end
  by[#by + 1] = across
  local list, has_column = aggregate(source, by, { of }, call), false
  for _, entry in ipairs(list) do has_column = has_column or entry.key[#by] ~= nil end
  if list[1] and not has_column then bad(call, format("no row has a field %q", across)) end
  local result, index, columns, place, units = {}, {}, {}, {}, { key = {}, units = {} }
  for _, entry in ipairs(list) do
    note_unit(units, of, entry.units[of], {}, call)
    local id, value = identity(entry.key, #down), entry.key[#by]
    local name = value == nil and sums.NO_VALUE or tostring(value)
    if place[name] == nil then
      columns[#columns + 1], place[name] = { name = name, value = value }, { value }
    elseif place[name][1] ~= value then
      bad(call, format("two values of %s would both be the column %q", across, name))
    end
    local row = index[id]
    if not row then
      row = {}
      for position, field in ipairs(down) do row[field] = entry.key[position] end
      index[id], result[#result + 1] = row, row
    end
    row[name] = entry.totals[of]
  end
  sort(columns, function(left, right) return before(left.value, right.value) end)
  local names = { unpack(down) }
  for _, field in ipairs(down) do
    if place[field] then bad(call, format("a value of %s is %q, the name of a row field", across, field)) end
  end
  for _, column in ipairs(columns) do
    names[#names + 1] = column.name
    if options.missing ~= nil then
      for _, row in ipairs(result) do
        if row[column.name] == nil then row[column.name] = options.missing end
      end
    end
  end
  return with(result, { columns = names })
end

-- What a join goes by, as one text; nil where a value is absent. A date is the same as its text, 1.0 the same as 1.
local function join_key(row, on)
  local key = {}
  for place, name in ipairs(on) do
    local value = row[name]
    if value == nil then return nil end
    key[place] = date.is(value) and tostring(value) or value
  end
  return identity(key, #on)
end

local function joined_fields(options, list, on, call)
  local taken, seen, names = {}, {}, {}
  for _, name in ipairs(on) do taken[name] = true end
  for _, row in ipairs(list) do
    for name in pairs(row) do
      if not seen[name] and not taken[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  sort(names)
  if options.fields == nil then return names end
  local chosen = rows.names(options.fields, nil, call, "fields")
  for _, name in ipairs(chosen) do
    if #list > 0 and not seen[name] then
      bad(call, format("fields: no row of the table has a field %q to take", name), native.nearest(name, names))
    end
  end
  return chosen
end

-- What differs in kind can never be equal: numbers of an account against the texts of a file.
local function check_kinds(left, right, on, call)
  for _, name in ipairs(on) do
    local one, other = left[name], right[name]
    if one ~= nil and type(one) ~= type(other) and not date.is(one) and not date.is(other) then
      bad(call, format("nothing matches: %q is a %s in the rows and a %s in the table", name, type(one), type(other)),
        format("csv.read(path, { types = { %s = \"number\" } }) reads numbers", name))
    end
  end
end

-- group.join(rows, table, { on = "team", fields = { "headcount" } }): each row with the fields of the table's row that
-- has the same `on`; without one they are absent. The table, rows too, has no two rows of one key. Every field is taken
-- unless `fields` names some; one that the rows have already is an error.
function group.join(source, other, options)
  local call = "group.join"
  options = rows.options(options, { "on", "fields" }, call)
  local on = rows.names(options.on, nil, call, "on")
  local list, index = {}, {}
  for row in rows.each(other, call) do
    list[#list + 1] = row
    local key = join_key(row, on)
    if not key then bad(call, format("row %d of the table lacks %s", #list, concat(on, " or "))) end
    if index[key] then
      local values = {}
      for place, name in ipairs(on) do values[place] = format("%s %s", name, tostring(row[name])) end
      bad(call, format("two rows of the table are of %s", concat(values, ", ")))
    end
    index[key] = row
  end
  local fields = joined_fields(options, list, on, call)
  local result, count, room = {}, 0, 0
  local first, matched, keyed = nil, false, #list == 0
  for row in rows.each(source, call) do
    if count == room then room = held(result, count) end
    local key, copy = join_key(row, on), {}
    for name, value in pairs(row) do copy[name] = value end
    local found = key and index[key]
    for _, name in ipairs(fields) do
      if copy[name] ~= nil then
        bad(call, format("row %d has a field %q already", count + 1, name),
          "choose with fields, or rename one of the two")
      end
      if found then copy[name] = found[name] end
    end
    first, matched, keyed = first or row, matched or found, keyed or key
    count = count + 1
    result[count] = copy
  end
  held(result, count, true)
  if first and not keyed then
    local known = rows.fields(first)
    bad(call, format("no row has %s to join by; the first has %s", concat(on, " and "), concat(known, ", ")),
      native.nearest(on[1], known))
  end
  if first and not matched and list[1] then check_kinds(first, list[1], on, call) end
  return result
end

return group
