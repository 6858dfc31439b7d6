-- finlua.internal.chart_marks: what is to be seen on a chart: findings of finlua.anomaly, or events of a script's own,
-- { day = "2026-10-01", label = "moved to Graviton" }. Each has a number on the chart and a line of text below it.
local type, tostring, ipairs = type, tostring, ipairs
local concat, sort = table.concat, table.sort
local format, abs, min = string.format, math.abs, math.min
local rows, numbers = require "finlua.internal.rows", require "finlua.internal.page_numbers"
local calendar, date = require "finlua.internal.chart_calendar", require "finlua.date"
local svg, clean = require "finlua.internal.chart_svg", require("finlua.internal.page_text").clean

local chart_marks = {}
local bad = rows.bad
local EPOCH = date.parse "1970-01-01"

-- 1,234.00 instead of 400.00 (+208.5%), critical.
local function told(finding, show, call, what)
  if finding.label ~= nil then return clean(tostring(finding.label)) end
  local parts = {}
  if type(finding.actual) == "number" then
    parts[1] = show(numbers.check(finding.actual, what .. ": actual", call))
    if type(finding.expected) == "number" then
      parts[1] = format("%s, expected %s", parts[1], show(numbers.check(finding.expected, what .. ": expected", call)))
    end
    if type(finding.percent) == "number" then
      local percent = numbers.check(finding.percent, what .. ": percent", call)
      parts[1] = format("%s (%s)", parts[1], numbers.percent(percent, 0))
    end
  end
  if finding.rule == "new_spend" then parts[#parts + 1] = "new spend" end
  if finding.rule == "gone_spend" then parts[#parts + 1] = "spend that is gone" end
  if finding.severity then parts[#parts + 1] = tostring(finding.severity) end
  if finding.muted then parts[#parts + 1] = "muted" end
  return clean(concat(parts, ", "))
end

-- The series of the chart that a finding is of, or nil.
local function series_of(finding, model)
  if #model.list == 1 and not model.by then return 1 end
  for place, one in ipairs(model.list) do
    if one.name ~= nil and one.name == finding.series and not finding.total then return place end
  end
end

-- The marks of a chart in order of day: { number, position = place along x, place = series, title, text }.
function chart_marks.read(findings, model, show, call)
  if findings == nil then return {} end
  if type(findings) ~= "table" then bad(call, "anomalies: expected findings, got a " .. type(findings)) end
  if findings.findings then findings = findings.findings end -- what anomaly.check gives
  local index, list = {}, {}
  for position, at in ipairs(model.at) do index[at] = position end
  for number, finding in ipairs(findings) do
    local what = format("anomalies[%d]", number)
    if type(finding) ~= "table" then bad(call, format("%s is a %s, not a finding", what, type(finding))) end
    local day, problem = date.try(finding.day)
    if not day then bad(call, format("%s: day: %s", what, problem)) end
    if model.kind ~= "date" then bad(call, "anomalies: they are of days, and " .. model.x .. " has none") end
    local at = day - EPOCH
    local name = finding.total and "total" or finding.series or "total"
    local series = finding.label == nil and clean(tostring(name)) or nil
    list[number] = {
      at = at, position = index[at], place = series_of(finding, model), order = number,
      title = calendar.text(at) .. (series and ", " .. series or ""), text = told(finding, show, call, what),
    }
  end
  rows.whole(findings, #list, call)
  sort(list, function(left, right)
    if left.at ~= right.at then return left.at < right.at end
    return left.order < right.order
  end)
  for number, mark in ipairs(list) do mark.number = number end
  return list
end

-- Rings on the lines, or triangles at the axis for what has no line of its own.
function chart_marks.draw(parts, marks, model, frame)
  local places, order = {}, {}
  for _, mark in ipairs(marks) do
    local x, y
    if mark.position and mark.place then x, y = frame.where(mark.place, mark.position) end
    local on_line = x ~= nil
    if not x and mark.at >= model.from and mark.at <= model.to then x, y = frame.x(mark.at), frame.bottom end
    if x then
      local id = svg.coordinate(x) .. " " .. svg.coordinate(y)
      if not places[id] then
        places[id], order[#order + 1] = { x = x, y = y, numbers = {}, on_line = on_line }, id
      end
      local of = places[id].numbers
      of[#of + 1] = tostring(mark.number)
    end
  end
  for _, id in ipairs(order) do
    local place = places[id]
    if place.on_line then
      parts[#parts + 1] = svg.element("circle", { "cx", place.x, "cy", place.y, "r", 5.5, "class", "mark" })
    else
      parts[#parts + 1] = svg.element("path", { "class", "mark full", "d", format("M%s %sl4 7h-8Z",
        svg.coordinate(place.x), svg.coordinate(place.y - 7)) })
    end
  end
  -- Marks that stand close have their numbers in one text.
  local labels = {}
  for _, id in ipairs(order) do
    local place, near = places[id], nil
    for _, label in ipairs(labels) do
      if abs(label.x - place.x) < 14 and abs(label.y - place.y) < 16 then near = label end
    end
    if not near then
      near = { x = place.x, y = place.y, numbers = {} }
      labels[#labels + 1] = near
    end
    near.y = min(near.y, place.y)
    for _, number in ipairs(place.numbers) do near.numbers[#near.numbers + 1] = number end
  end
  for _, label in ipairs(labels) do
    parts[#parts + 1] = svg.text(label.x, label.y - 11, concat(label.numbers, ", "), "t mark-n", "middle")
  end
end

return chart_marks
