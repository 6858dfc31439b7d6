-- finlua.internal.chart_series: rows as what a chart draws: places along x, and series with a value, or none, at each.
-- Every value is the exact sum of its rows. A row without the field is no value, which is something else than zero.
local type, tostring, tonumber, ipairs, next = type, tostring, tonumber, ipairs, next
local concat, sort, unpack = table.concat, table.sort, table.unpack
local format, match = string.format, string.match
local math_type, huge = math.type, math.huge
local rows, sums, date = require "finlua.internal.rows", require "finlua.internal.sums", require "finlua.date"
local clean = require("finlua.internal.page_text").clean
local money, groups = require "finlua.money", require "finlua.internal.chart_groups"

local chart_series = {}
local bad = rows.bad
local EPOCH = date.parse "1970-01-01"
local INTERVALS = { "day", "week", "month" }
local MOST = 8 -- series that can be told apart; what is beyond them is drawn as one
local MOST_CATEGORIES = 20

-- Days since 1970-01-01 and the text of a day or month; nothing for anything else.
local function parsed(value)
  if type(value) ~= "string" then return nil end
  local text = match(value, "^(%d%d%d%d%-%d%d%-%d%d)$") or match(value, "^(%d%d%d%d%-%d%d%-%d%d)T")
  if not text and match(value, "^%d%d%d%d%-%d%d$") then text = value .. "-01" end
  local day = text and date.try(text)
  if day then return day - EPOCH, #value == 7 and value or text end
end

-- The same for all entries of a chart, each text read once.
local function day_reader()
  local numbers, texts = {}, {}
  return function(value)
    if value == nil then return nil end
    local number = numbers[value]
    if number == nil then
      local day, text = parsed(value)
      number = day or false
      numbers[value], texts[value] = number, text
    end
    return number or nil, texts[value]
  end
end

-- What all x are: "date", "number" or "category".
local function kind_of(entries, day_of)
  local dates, numbers, count = 0, 0, 0
  for _, entry in ipairs(entries) do
    local value = entry.key[1]
    count = count + 1
    if day_of(value) then dates = dates + 1 elseif math_type(value) then numbers = numbers + 1 end
  end
  return count == 0 and "date" or dates == count and "date" or numbers == count and "number" or "category"
end

local function label_of(key, count, shown)
  local parts = {}
  for place = 2, count do
    parts[#parts + 1] = key[place] == nil and sums.NO_VALUE or tostring(groups.plain(key[place]))
  end
  local label = concat(parts, ", ")
  return label, clean(shown[label] or label)
end

local function sum(texts)
  if #texts == 1 then return tonumber(texts[1]) end
  return money.sum(texts)
end

local EXACTLY = { exact = true }
local function exact(texts) return money.sum(texts, EXACTLY) end

-- Groups under their series, largest first: { label =, name = before renaming, cells = { [x] = { text… } }, texts = }.
local function gather(entries, measures, by, shown)
  local index, list, count = {}, {}, #by
  for place = 1, #measures do index[place] = {} end
  for _, entry in ipairs(entries) do
    local key = entry.key
    local id = key[2]
    if count > 1 then id = sums.identity({ unpack(key, 2, count + 1) }, count) elseif id == nil then id = index end
    local one = index[entry.measure][id]
    if not one then
      one = { cells = {}, texts = {}, place = #list + 1 }
      if #by == 0 then
        one.name = measures[entry.measure]
        one.label = clean(shown[one.name] or one.name)
      else
        one.name, one.label = label_of(entry.key, #by + 1, shown)
      end
      index[entry.measure][id], list[#list + 1] = one, one
    end
    local cell = one.cells[entry.x]
    if not cell then
      cell = {}
      one.cells[entry.x] = cell
    end
    cell[#cell + 1], one.texts[#one.texts + 1] = entry.text, entry.text
  end
  for _, one in ipairs(list) do one.total = exact(one.texts) end
  if #by > 0 then
    sort(list, function(left, right)
      if left.total ~= right.total then return left.total > right.total end
      return left.place < right.place
    end)
  else
    sort(list, function(left, right) return left.place < right.place end)
  end
  return list
end

-- The names of series that anomalies are of.
local function told_of(anomalies)
  local names = {}
  local findings = type(anomalies) == "table" and (anomalies.findings or anomalies) or {}
  for _, finding in ipairs(type(findings) == "table" and findings or {}) do
    if type(finding) == "table" and finding.series ~= nil and not finding.total then names[finding.series] = true end
  end
  return names
end

-- All but `keep` as one, if they are more than one: those that anomalies are of stay, then the largest.
local function merged(list, keep, names)
  if #list <= keep + 1 then return list end
  local stays, left = {}, keep
  for pass = 1, 2 do
    for _, one in ipairs(list) do
      if left > 0 and not stays[one] and (pass == 2 or names[one.name]) then stays[one], left = true, left - 1 end
    end
  end
  local result, rest = {}, { label = format("other (%d)", #list - keep), other = #list - keep, cells = {}, texts = {} }
  for _, one in ipairs(list) do
    if stays[one] then
      result[#result + 1] = one
    else
      for x, texts in next, one.cells do
        local cell = rest.cells[x] or {}
        rest.cells[x] = cell
        for _, text in ipairs(texts) do cell[#cell + 1], rest.texts[#rest.texts + 1] = text, text end
      end
    end
  end
  rest.total = exact(rest.texts)
  result[#result + 1] = rest
  return result
end

-- The places along x in order, and each entry's.
local function place_x(model, entries, day_of)
  local at, index = {}, {}
  if model.kind == "category" then
    local totals = {}
    for _, entry in ipairs(entries) do
      local value = entry.key[1]
      local label = value == nil and sums.NO_VALUE or tostring(value)
      local id = value == nil and index or value
      local one = index[id]
      if not one then
        one = { label = label, texts = {}, place = #totals + 1 }
        index[id], totals[#totals + 1] = one, one
      end
      one.texts[#one.texts + 1], entry.category = entry.text, one
    end
    for _, one in ipairs(totals) do one.total = exact(one.texts) end
    sort(totals, function(left, right)
      if left.total ~= right.total then return left.total > right.total end
      return left.place < right.place
    end)
    local keep = model.keep
    if #totals <= keep + 1 then keep = #totals end
    for place, one in ipairs(totals) do
      one.x = place <= keep and place or keep + 1
      if place <= keep then model.names[place], model.at[place] = clean(model.shown[one.label] or one.label), place end
    end
    if #totals > keep then
      model.names[keep + 1], model.at[keep + 1] = format("other (%d)", #totals - keep), keep + 1
      model.other = #totals - keep
    end
    for _, entry in ipairs(entries) do entry.x = entry.category.x end
    return
  end
  local text_of = {}
  for _, entry in ipairs(entries) do
    local number, text = entry.key[1], nil
    if model.kind == "date" then number, text = day_of(number) end
    if not index[number] then
      index[number], at[#at + 1], text_of[number] = true, number, text or number
    end
    entry.at = number
  end
  sort(at)
  for place, number in ipairs(at) do index[number], model.names[place] = place, text_of[number] end
  model.at = at
  for _, entry in ipairs(entries) do entry.x = index[entry.at] end
end

local function least_gap(at)
  local least = huge
  for place = 2, #at do
    if at[place] - at[place - 1] < least then least = at[place] - at[place - 1] end
  end
  return least
end

-- Days from one place to the next where none is left out; months differ in length.
local function step_of(least)
  return least >= 28 and least < 366 and least * 31 // 28 or least >= 366 and huge or least
end

-- What there is of x where the caller does not say.
local function default_x(source, description, call)
  if description and description.interval then return description.interval end
  local first = type(source) == "table" and source[1]
  if type(first) == "table" then
    for _, name in ipairs(INTERVALS) do
      if first[name] ~= nil then return name end
    end
  end
  if type(source) == "table" and first == nil and not description then return "day" end
  bad(call, "x is missing", "write x = \"day\", the field along the axis")
end

-- The model of a chart. `options`: x, y, by, top, unit, names.
function chart_series.read(source, options, call)
  if type(source) ~= "table" and type(source) ~= "function" then rows.each(source, call) end -- which refuses it
  local description = rows.describe(source)
  if not description and type(source) == "function" then source = groups.listed(source, call) end
  local x = options.x or default_x(source, description, call)
  if type(x) ~= "string" then bad(call, "x: expected the name of a field, got a " .. type(x)) end
  local measures = rows.names(options.y, sums.measured(description), call, "y")
  local by = rows.names(options.by, {}, call, "by")
  if #by > 0 and #measures > 1 then
    bad(call, "y: with `by`, one field is drawn", "write y = \"" .. measures[1] .. "\"")
  end
  local most = #by > 0 and MOST or MOST_CATEGORIES
  local top = options.top
  if top ~= nil and (math_type(top) ~= "integer" or top < 1 or top > most) then
    bad(call, format("top: expected a whole number from 1 to %d, got %s", most, tostring(top)))
  end
  if #measures > MOST then bad(call, format("y: at most %d fields can be told apart", MOST)) end
  local keys = { x, unpack(by) }
  if description then
    for _, name in ipairs(keys) do groups.check_known(name, description.columns, name == x and "x" or "by", call) end
    for _, name in ipairs(measures) do groups.check_known(name, description.columns, "y", call) end
  elseif source and source[1] then
    local found = {}
    for _, row in ipairs(source) do
      for _, name in ipairs(keys) do
        if type(row) == "table" and row[name] ~= nil then found[name] = true end
      end
      if #keys == 1 and found[x] then break end
    end
    for place, name in ipairs(keys) do
      if not found[name] then groups.check_known(name, rows.fields(source[1]), place == 1 and "x" or "by", call) end
    end
  end
  if #measures > 1 then source = groups.listed(source, call) end

  local day_of = day_reader()
  local entries, unit, not_addable = {}, nil, nil
  for place, field in ipairs(measures) do
    local list, of = groups.measure(source, keys, field, description, call)
    not_addable = not_addable or of
    for _, entry in ipairs(list) do
      if entry.unit and unit and entry.unit ~= unit then
        bad(call, format("one part is in %s and one in %s, which no axis shows together", unit, entry.unit),
          "filter for one unit")
      end
      unit = unit or entry.unit
      entry.measure = place
      entries[#entries + 1] = entry
    end
  end
  local model = {
    kind = kind_of(entries, day_of), x = x, names = {}, at = {}, list = {}, shown = options.names or {},
    not_addable = not_addable, -- what the values are, where no sum of them means anything
    y = #measures == 1 and (options.names and options.names[measures[1]] or measures[1]) or nil,
    by = #by > 0 and concat(by, ", ") or nil, unit = options.unit or unit, measures = #measures,
    keep = #by == 0 and top or MOST_CATEGORIES,
  }
  if model.kind ~= "category" then
    for _, entry in ipairs(entries) do
      if entry.key[1] == nil then bad(call, format("a row has no %s", x)) end
    end
  end
  place_x(model, entries, day_of)
  local keep = #by > 0 and (top or MOST - 1) or #measures
  local list = merged(gather(entries, measures, by, model.shown), keep, told_of(options.anomalies))
  local is_whole, rest = true, model.other
  for place, one in ipairs(list) do
    rest = rest or one.other
    local values = {}
    for position, texts in next, one.cells do
      values[position] = sum(texts)
      if values[position] % 1 ~= 0 then is_whole = false end
    end
    model.list[place] = { label = one.label, name = one.name, total = one.total, values = values, other = one.other }
  end
  if rest and not_addable then
    bad(call, format("y: %s cannot be added, and there are too many to show each", not_addable), "filter for fewer")
  end
  model.is_whole, model.count, model.gap = is_whole, #model.at, least_gap(model.at)
  if model.kind == "date" then
    local is_daily = x == "day" or description and description.interval == "day"
    model.step = is_daily and 1 or step_of(model.gap)
    -- Of a query by day, the days asked for: those without costs are part of the picture.
    local is_query = description and description.interval == "day"
    model.from = is_query and day_of(tostring(description.from)) or model.at[1]
    model.to = is_query and day_of(tostring(description.to)) or model.at[#model.at]
  else
    model.from, model.to = model.at[1], model.at[#model.at]
  end
  return model
end

-- The stretches of a series without a gap, as { first, last } places: none goes over a missing value or a missing day.
function chart_series.runs(model, values)
  local result, first, previous = {}, nil, nil
  for place = 1, model.count do
    local gap = values[place] == nil
      or previous and model.kind == "date" and model.at[place] - model.at[previous] > model.step
    if gap and first then result[#result + 1], first = { first, previous }, nil end
    if values[place] ~= nil then
      first, previous = first or place, place
    end
  end
  if first then result[#result + 1] = { first, previous } end
  return result
end

return chart_series
