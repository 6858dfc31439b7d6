-- finlua.internal.chart: a chart of rows as a figure of a page: the picture, wide and narrow, its words, and its data.
local type, tostring, ipairs, next = type, tostring, ipairs, next
local concat = table.concat
local format = string.format
local rows, money = require "finlua.internal.rows", require "finlua.money"
local series, marks = require "finlua.internal.chart_series", require "finlua.internal.chart_marks"
local svg, calendar = require "finlua.internal.chart_svg", require "finlua.internal.chart_calendar"
local numbers, text = require "finlua.internal.page_numbers", require "finlua.internal.page_text"
local frames = require "finlua.internal.chart_frame"
local lines, stacks = require "finlua.internal.chart_lines", require "finlua.internal.chart_stack"
local columns, bars = require "finlua.internal.chart_columns", require "finlua.internal.chart_bars"

local chart = {}
local bad, escape = rows.bad, text.escape
local MOST_COLUMNS = 400
local EXACTLY = { exact = true }
local KNOWN = {
  line = { "x", "y", "by", "top", "title", "note", "unit", "names", "decimals", "anomalies", "height", "zero" },
  area = { "x", "y", "by", "top", "title", "note", "unit", "names", "decimals", "anomalies", "height" },
  bar = { "x", "y", "by", "top", "title", "note", "unit", "names", "decimals", "anomalies", "height", "stacked" },
}
local NAMES = { line = "Line chart", area = "Stacked area chart", bar = "Bar chart" }

local function check_text(value, name, call)
  if value ~= nil and type(value) ~= "string" then
    bad(call, format("%s: expected a text, got a %s", name, type(value)))
  end
end

local function check(options, kind, call)
  options = rows.options(options, KNOWN[kind], call)
  for _, name in ipairs { "title", "note", "unit" } do check_text(options[name], name, call) end
  for _, name in ipairs { "zero", "stacked" } do
    if options[name] ~= nil and type(options[name]) ~= "boolean" then
      bad(call, format("%s: expected true or false, got a %s", name, type(options[name])))
    end
  end
  if options.names ~= nil and type(options.names) ~= "table" then
    bad(call, "names: expected a table, such as { cost = \"Cost\" }, got a " .. type(options.names))
  end
  local height = options.height
  if height ~= nil and (type(height) ~= "number" or not (height >= 120 and height <= 1200)) then
    bad(call, format("height: expected a number from 120 to 1200, got %s", tostring(height)))
  end
  return options
end

-- What stands in a page for one chart. Reads the rows.
function chart.make(kind, source, options, call)
  options = check(options, kind, call)
  local model = series.read(source, options, call)
  local decimals = numbers.decimals(options.decimals, model.y, call) or (model.is_whole and 0 or 2)
  local block = { kind = "chart", shape = kind, model = model, title = options.title, note = options.note,
    decimals = decimals, height = options.height, zero = options.zero }
  function block.show(value) return numbers.text(value, decimals) end
  if model.kind == "category" and kind ~= "bar" then
    bad(call, format("x: %q has neither days nor numbers, and a line between names says nothing", model.x),
      "use page:bar")
  end
  if kind == "bar" then
    block.is_lying = model.kind == "category"
    block.is_stacked = options.stacked == nil and model.by ~= nil or options.stacked or false
    if not block.is_lying and model.count > 1 and (model.to - model.from) / model.gap > MOST_COLUMNS then
      bad(call, format("there is room for %d bars, and %s goes from %s to %s", MOST_COLUMNS, model.x, model.names[1],
        model.names[model.count]), "use page:line, or a longer interval")
    end
  end
  if model.not_addable and (kind == "area" or block.is_stacked) and #model.list > 1 then
    bad(call, format("y: %s cannot be added, and a stack adds", model.not_addable), "use page:line")
  end
  block.marks = marks.read(options.anomalies, model, block.show, call)
  return block
end

-- Where along x the chart begins and ends, in words.
function chart.span(model)
  if model.count == 0 or model.kind == "category" then return nil end
  if model.kind == "date" then return calendar.span(model.from, model.to, #model.names[1] == 7) end
  return format("%s from %s to %s", model.x, numbers.text(model.from), numbers.text(model.to))
end

-- What is drawn: "cost by service".
function chart.about(model)
  local names = {}
  for place, one in ipairs(model.list) do names[place] = one.label end
  local what = model.y or concat(names, ", ")
  local by = model.kind == "category" and model.x .. (model.by and " and " .. model.by or "") or model.by
  return what .. (by and " by " .. by or "")
end

local function x_name(model, position)
  local name = model.names[position]
  return type(name) == "number" and numbers.text(name) or tostring(name)
end
chart.x_name = x_name

-- The chart in words, for who does not see it.
local function description(block)
  local model, show, parts = block.model, block.show, {}
  for _, one in ipairs(model.list) do
    local first, last, low, high
    for place = 1, model.count do
      local value = one.values[place]
      if value then
        first, last = first or place, place
        if not low or value < one.values[low] then low = place end
        if not high or value > one.values[high] then high = place end
      end
    end
    if not first then
      parts[#parts + 1] = one.label .. ": no value."
    elseif first == last then
      parts[#parts + 1] = format("%s: %s (%s).", one.label, show(one.values[first]), x_name(model, first))
    elseif model.kind == "category" then
      parts[#parts + 1] = format("%s: highest %s (%s), lowest %s (%s).", one.label, show(one.values[high]),
        x_name(model, high), show(one.values[low]), x_name(model, low))
    else
      parts[#parts + 1] = format("%s: from %s (%s) to %s (%s), lowest %s (%s), highest %s (%s).", one.label,
        show(one.values[first]), x_name(model, first), show(one.values[last]), x_name(model, last),
        show(one.values[low]), x_name(model, low), show(one.values[high]), x_name(model, high))
    end
  end
  if model.unit then parts[#parts + 1] = "In " .. text.clean(model.unit) .. "." end
  return concat(parts, " ")
end

local function picture(block, id, is_wide)
  local model, parts = block.model, {}
  local width, height = is_wide and 760 or 360, block.height or (is_wide and 300 or 240)
  local options = {
    width = width, height = height, is_wide = is_wide, is_stacked = block.is_stacked, zero = block.zero,
  }
  local frame, is_reduced, is_signed
  if block.is_lying then
    height = bars(parts, model, options, block.show)
  else
    if block.shape == "line" then
      frame, is_reduced = lines(parts, model, options)
    elseif block.shape == "area" then
      frame, is_reduced, is_signed = stacks.draw(parts, model, options)
    else
      frame, is_reduced, is_signed = columns(parts, model, options)
    end
    marks.draw(parts, block.marks, model, frame)
    if #model.list > 1 and not is_wide then
      height = height + 14
      height = height + frames.legend(parts, model, 0, height, width, block.shape == "line") - 4
    end
  end
  local name = id .. (is_wide and "" or "n")
  local title = block.title or chart.about(model)
  local head = svg.element("title", { "id", name .. "t" }, escape(format("%s: %s", NAMES[block.shape], title)))
    .. svg.element("desc", { "id", name .. "d" }, escape(description(block)))
  return svg.element("svg", { "class", is_wide and "wide" or "narrow",
    "viewBox", format("0 0 %d %d", width, height // 1), "role", "img", "aria-labelledby", name .. "t",
    "aria-describedby", name .. "d" }, head .. concat(parts)), is_reduced, is_signed
end

-- What the picture cannot say by itself.
local function notes(block, is_reduced, is_signed)
  local model, list = block.model, {}
  if is_reduced then
    list[#list + 1] = format("Drawn from %s points: of each column of the picture the first, the lowest, the highest "
      .. "and the last. The data below has all of them.", numbers.text(model.count))
  end
  if is_signed and block.shape == "area" then
    list[#list + 1] = "What is negative hangs below zero; the line is what is left of both."
  end
  local has_gap, is_partial = false, false
  for _, one in ipairs(model.list) do
    if #series.runs(model, one.values) > 1 then has_gap = true end
    for place = 1, model.count do is_partial = is_partial or one.values[place] == nil end
  end
  if block.shape == "line" and has_gap then list[#list + 1] = "Where a line is broken there are no values." end
  if (block.shape == "area" or block.is_stacked) and is_partial and #model.list > 1 then
    list[#list + 1] = "A part without a value takes no room."
  end
  return list
end

local function number_cell(value, show)
  if value == nil then return "<td>" .. numbers.ABSENT .. "</td>" end
  return "<td>" .. numbers.data(value, show(value)) .. "</td>"
end

-- All values, as a table.
local function data_table(block)
  local model, show, parts = block.model, block.show, {}
  local has_total = model.by and #model.list > 1 and not model.not_addable
  parts[1] = "<table class=\"data\"><thead><tr><th scope=\"col\">" .. escape(model.x) .. "</th>"
  for _, one in ipairs(model.list) do
    parts[#parts + 1] = "<th scope=\"col\" class=\"n\">" .. escape(one.label) .. "</th>"
  end
  parts[#parts + 1] = (has_total and "<th scope=\"col\" class=\"n\">Total</th>" or "") .. "</tr></thead>\n<tbody>\n"
  for position = 1, model.count do
    parts[#parts + 1] = "<tr><th scope=\"row\">" .. escape(x_name(model, position)) .. "</th>"
    local terms = {}
    for _, one in ipairs(model.list) do
      local value = one.values[position]
      terms[#terms + 1] = value
      parts[#parts + 1] = number_cell(value, show)
    end
    if has_total then parts[#parts + 1] = number_cell(#terms > 0 and money.sum(terms, EXACTLY) or nil, show) end
    parts[#parts + 1] = "</tr>\n"
  end
  parts[#parts + 1] = "</tbody>"
  if model.count > 1 and not model.not_addable then
    local terms = {}
    parts[#parts + 1] = "<tfoot><tr><th scope=\"row\">Total</th>"
    for place, one in ipairs(model.list) do
      terms[place] = one.total
      parts[#parts + 1] = number_cell(one.total, show)
    end
    parts[#parts + 1] = (has_total and number_cell(money.sum(terms, EXACTLY), show) or "") .. "</tr></tfoot>"
  end
  return concat(parts) .. "</table>"
end

-- The table, folded away.
function chart.data(block)
  return "<details><summary>Data</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\""
    .. escape("Data: " .. (block.title or chart.about(block.model))) .. "\">" .. data_table(block)
    .. "</div></details>\n"
end

-- The figure. `id` is its own in the page.
function chart.html(block, id)
  local model = block.model
  local sub = chart.about(model)
  if model.unit then sub = sub .. ", " .. text.clean(model.unit) end
  if chart.span(model) then sub = sub .. ", " .. chart.span(model) end
  local parts = { "<figure class=\"chart\">\n<figcaption>" }
  if block.title then parts[#parts + 1] = "<span class=\"title\">" .. escape(block.title) .. "</span> " end
  parts[#parts + 1] = "<span class=\"sub\">" .. escape(model.count > 0 and sub or "No rows: there is nothing to draw.")
    .. "</span></figcaption>\n"
  if model.count > 0 then
    local wide, is_reduced, is_signed = picture(block, id, true)
    parts[#parts + 1] = wide .. "\n" .. picture(block, id, false) .. "\n"
    if #block.marks > 0 then
      parts[#parts + 1] = "<ol class=\"marks\">"
      for _, mark in ipairs(block.marks) do
        local outside = mark.at < model.from or mark.at > model.to
        parts[#parts + 1] = format("<li><strong>%s</strong> %s%s</li>", escape(mark.title), escape(mark.text),
          outside and " <em>(outside the chart)</em>" or "")
      end
      parts[#parts + 1] = "</ol>\n"
    end
    local list = notes(block, is_reduced, is_signed)
    if #list > 0 then parts[#parts + 1] = "<p class=\"note\">" .. escape(concat(list, " ")) .. "</p>\n" end
  end
  if block.note then parts[#parts + 1] = "<div class=\"note\">" .. text.paragraphs(block.note) .. "</div>\n" end
  if model.count > 0 then parts[#parts + 1] = chart.data(block) end
  return concat(parts) .. "</figure>"
end

return chart
