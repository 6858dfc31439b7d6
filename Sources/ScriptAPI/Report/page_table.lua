-- finlua.internal.page_table: rows as a table of a page. Cells are rounded for show; a total is the exact sum of its
-- column, rounded once.
local native = ...
local type, tostring, ipairs, getmetatable, next = type, tostring, ipairs, getmetatable, next
local concat = table.concat
local format = string.format
local rows, columns = require "finlua.internal.rows", require "finlua.internal.columns"
local numbers, text = require "finlua.internal.page_numbers", require "finlua.internal.page_text"
local money, held = require "finlua.money", require "finlua.internal.held"
local spark = require "finlua.internal.chart_spark"

local page_table = {}
local bad, escape = rows.bad, text.escape
local KINDS = { "number", "change", "percent", "share", "text", "trend" }
local BY_NAME = { change = "change", percent = "percent", share = "share" }
local FORM = "columns = { \"service\", { \"cost\", as = \"Cost\", decimals = 0 } }"
local OF_UNIT = { now = true, prior = true, change = true, actual = true, expected = true, impact = true }

-- What a script chose of the columns: { field =, title =, decimals =, kind = } each.
local function chosen(list, call)
  if type(list) == "string" then list = { list } end
  if type(list) ~= "table" then bad(call, "columns: expected a list, got a " .. type(list), "write " .. FORM) end
  local result = {}
  for place, item in ipairs(list) do
    local at = format("%s: columns[%d]", call, place)
    if type(item) == "string" then item = { item } end
    if type(item) ~= "table" then bad(at, "expected a field's name or a table", "write " .. FORM) end
    local own = {}
    for name, value in next, item do
      if name ~= 1 then own[name] = value end
    end
    rows.options(own, { "as", "decimals", "kind" }, at)
    if type(item[1]) ~= "string" then bad(at, "the field's name stands first", "write " .. FORM) end
    if item.as ~= nil and type(item.as) ~= "string" then bad(at, "as: expected a text, got a " .. type(item.as)) end
    local known = item.kind == nil
    for _, kind in ipairs(KINDS) do known = known or kind == item.kind end
    if not known then
      bad(at, format("kind: %q is none of %s", tostring(item.kind), concat(KINDS, ", ")),
        native.nearest(tostring(item.kind), KINDS))
    end
    result[place] = { field = item[1], title = item.as, kind = item.kind }
    result[place].decimals = numbers.decimals(item.decimals, item[1], at)
  end
  rows.whole(list, #result, call)
  if #result == 0 then bad(call, "columns is empty", "leave it out to show every field") end
  return result
end

-- A value with the unit it carries.
local function plain(value, row, field)
  if type(value) == "table" and not money.is(value) and value.amount ~= nil then return value.amount, value.unit end
  if type(value) ~= "number" and not money.is(value) then return value end
  local unit = row[field .. "_unit"]
  if unit == nil and OF_UNIT[field] then unit = row.unit end
  return value, type(unit) == "string" and unit or nil
end

local function is_number(value) return type(value) == "number" or money.is(value) end

local function check_cell(value, what, call)
  if type(value) == "number" then
    numbers.check(value, what, call)
  elseif type(value) == "table" and not money.is(value) then
    local metatable = getmetatable(value)
    if type(metatable) == "table" and metatable.__tostring or metatable == false then return end
    for place, each in next, value do
      if type(place) ~= "number" then
        bad(call, what .. " is a table, which is no cell", "an array of numbers is a trend")
      end
      numbers.check(each, format("%s[%s]", what, tostring(place)), call)
    end
  elseif type(value) == "function" or type(value) == "userdata" or type(value) == "thread" then
    bad(call, what .. " is a " .. type(value) .. ", which is no cell")
  end
end

local function is_trend(value)
  return type(value) == "table" and not money.is(value) and getmetatable(value) == nil
end

-- What a column holds, and how many decimals its numbers have: none where all are whole.
local function settle(column, cells)
  local has_number, has_other, has_trend, whole = false, false, false, true
  for _, line in ipairs(cells) do
    local value = line[column.place]
    if is_number(value) then
      has_number = true
      if math.type(value) ~= "integer" then whole = false end
    elseif is_trend(value) then
      has_trend = true
    elseif value ~= nil then
      has_other = true
    end
  end
  local named = BY_NAME[column.field] or "number"
  column.kind = column.kind or has_trend and not has_other and not has_number and "trend"
    or has_number and not has_other and not has_trend and named or "text"
  column.is_percent = column.kind == "percent" or column.kind == "share"
  column.decimals = column.decimals or (column.is_percent and 1 or whole and 0 or 2)
  column.is_numeric = column.kind == "number" or column.kind == "change" or column.is_percent
end

local function total_of(column, cells, call)
  local terms = {}
  if column.mixed then
    bad(call, format("total: %q is in %s and in %s, which cannot be added", column.field, column.unit, column.mixed))
  end
  for _, line in ipairs(cells) do terms[#terms + 1] = line[column.place] end
  return #terms > 0 and money.sum(terms, { exact = true }) or nil
end

local function add_totals(block, wanted, call)
  local named
  if type(wanted) == "string" or type(wanted) == "table" and wanted[1] ~= nil then
    named = {}
    for _, name in ipairs(rows.names(wanted, nil, call, "total")) do named[name] = true end
  elseif type(wanted) ~= "boolean" and type(wanted) ~= "table" then
    bad(call, "total: expected true, names of columns or a row, got a " .. type(wanted))
  end
  if wanted == false then return end
  block.totals = {}
  if type(wanted) == "table" and next(wanted) ~= nil and wanted[1] == nil then
    block.total_name = "All"
    for _, column in ipairs(block.columns) do
      local value, unit = plain(wanted[column.field], wanted, column.field)
      check_cell(value, format("total: %q", column.field), call)
      if unit and column.unit and unit ~= column.unit then
        bad(call, format("total: %q is in %s, and the column in %s", column.field, unit, column.unit))
      end
      if is_number(value) and column.is_numeric then block.totals[column.place] = value end
    end
    return
  end
  for _, column in ipairs(block.columns) do
    local is_addable = column.kind == "number" or column.kind == "change"
    if named and named[column.field] and not is_addable then
      bad(call, format("total: %q holds no numbers to add", column.field))
    end
    if is_addable and (not named or named[column.field]) then
      block.totals[column.place] = total_of(column, block.cells, call)
    end
    if named then named[column.field] = nil end
  end
  local missing = named and next(named)
  if missing then bad(call, format("total: there is no column %q", missing)) end
end

-- What stands in a page for a table. Reads the rows.
function page_table.make(source, options, call)
  options = rows.options(options, { "columns", "title", "note", "decimals", "total" }, call)
  for _, name in ipairs { "title", "note" } do
    if options[name] ~= nil and type(options[name]) ~= "string" then
      bad(call, format("%s: expected a text, got a %s", name, type(options[name])))
    end
  end
  local block = { kind = "table", title = options.title, note = options.note, cells = {} }
  local each
  if options.columns ~= nil then
    block.columns, each = chosen(options.columns, call), rows.each(source, call)
  else
    local read = columns.read(source, nil, call)
    block.columns, each = {}, read.each
    local present = {}
    for _, field in ipairs(read.fields) do present[field] = true end
    for _, field in ipairs(read.fields) do
      local of = field:match("^(.*)_unit$")
      if not (of and present[of]) then block.columns[#block.columns + 1] = { field = field } end
    end
  end
  for place, column in ipairs(block.columns) do
    column.place = place
    column.decimals = column.decimals or numbers.decimals(options.decimals, column.field, call)
  end
  local room, count, first, seen = 0, 0, nil, {}
  for row in each do
    if count == room then room = held(block.cells, count) end
    count = count + 1
    first = first or row
    local line = {}
    for place, column in ipairs(block.columns) do
      local value, unit = plain(row[column.field], row, column.field)
      check_cell(value, format("row %d: %q", count, column.field), call)
      if value ~= nil then seen[place] = true end
      if unit then
        if column.unit and column.unit ~= unit then column.mixed = column.mixed or unit end
        column.unit = column.unit or unit
      end
      line[place] = value
      if unit then line.units = line.units or {} line.units[place] = unit end
    end
    block.cells[count] = line
  end
  held(block.cells, count, true)
  for place, column in ipairs(block.columns) do
    local hint = first and not seen[place] and native.nearest(column.field, rows.fields(first))
    if hint then bad(call, format("no row has a field %q", column.field), hint) end
    settle(column, block.cells)
    column.name = text.clean(column.title or column.field)
    if column.unit and not column.mixed and not column.title and column.is_numeric and not column.is_percent then
      column.name = format("%s (%s)", column.name, text.clean(column.unit))
    end
  end
  if options.total ~= nil then add_totals(block, options.total, call) end
  return block
end

-- How a value is shown in a column; `write` makes a number's text from it and its decimals.
function page_table.shown(column, value, write)
  if value == nil then return write(nil) end
  if not column.is_numeric or not is_number(value) then return nil end
  local shown = write(value, column.decimals)
  local is_signed = column.kind == "change" or column.kind == "percent"
  if is_signed and shown:find("^%d") and shown:find("[1-9]") then shown = "+" .. shown end
  return column.is_percent and shown .. "%" or shown
end

-- A trend in words.
function page_table.told(values, decimals)
  local low, high, last, count = nil, nil, nil, 0
  for place, value in next, values do
    count = count + 1
    if not low or value < low then low = value end
    if not high or value > high then high = value end
    if not last or place > last then last = place end
  end
  if count == 0 then return "no values", 0 end
  return format("%d values, lowest %s, highest %s, last %s", count, numbers.text(low, decimals),
    numbers.text(high, decimals), numbers.text(values[last], decimals)), last
end

local function cell_html(column, value, unit)
  if column.kind == "trend" and value ~= nil then
    local told, last = page_table.told(value, column.decimals > 0 and column.decimals or 2)
    return "<td class=\"trend\">" .. spark(value, last, told) .. "</td>"
  end
  local shown = page_table.shown(column, value, numbers.text)
  if column.is_numeric and shown then
    if value ~= nil then
      shown = numbers.data(value, shown)
      if column.mixed and unit then shown = shown .. " " .. escape(unit) end
    end
    return "<td class=\"n\">" .. shown .. "</td>"
  end
  local content = value == nil and numbers.ABSENT or escape(value)
  if column.place == 1 then return "<th scope=\"row\">" .. content .. "</th>" end
  return "<td>" .. content .. "</td>"
end

local function head_html(block)
  local parts = {}
  for place, column in ipairs(block.columns) do
    local class = column.is_numeric and " class=\"n\"" or column.kind == "trend" and " class=\"plain\"" or ""
    parts[place] = "<th scope=\"col\"" .. class .. ">" .. escape(column.name) .. "</th>"
  end
  return "<thead><tr>" .. concat(parts) .. "</tr></thead>\n"
end

function page_table.html(block, id)
  local parts, caption, named = {}, "", "aria-labelledby=\"" .. id .. "\""
  if block.title then
    caption = format("<caption id=\"%s\"><span class=\"title\">%s</span></caption>", id, escape(block.title))
  else
    local names = {}
    for place, column in ipairs(block.columns) do names[place] = column.name end
    named = "aria-label=\"" .. escape("Table of " .. concat(names, ", ")) .. "\""
  end
  parts[1] = format("<div class=\"%s\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" %s><table%s>%s\n",
    #block.cells <= 24 and "tabled short" or "tabled", named, block.title and "" or " " .. named, caption)
  parts[2] = head_html(block) .. "<tbody>\n"
  for _, line in ipairs(block.cells) do
    local cells = {}
    for place, column in ipairs(block.columns) do
      cells[place] = cell_html(column, line[place], line.units and line.units[place])
    end
    parts[#parts + 1] = "<tr>" .. concat(cells) .. "</tr>\n"
  end
  if #block.cells == 0 then
    parts[#parts + 1] = format("<tr><td colspan=\"%d\">No rows.</td></tr>\n", #block.columns)
  end
  parts[#parts + 1] = "</tbody>"
  if block.totals then
    local cells = {}
    for place, column in ipairs(block.columns) do
      local total = block.totals[place]
      if total ~= nil then
        local shown = page_table.shown(column, total, numbers.text)
        cells[place] = "<td class=\"n\">" .. numbers.data(total, shown) .. "</td>"
      else
        cells[place] = place == 1 and "<th scope=\"row\">" .. (block.total_name or "Total") .. "</th>" or "<td></td>"
      end
    end
    parts[#parts + 1] = "\n<tfoot><tr>" .. concat(cells) .. "</tr></tfoot>"
  end
  parts[#parts + 1] = "</table></div>"
  if block.note then parts[#parts + 1] = "\n<div class=\"note\">" .. text.paragraphs(block.note) .. "</div>" end
  return concat(parts) .. (block.data or "") .. "</div>"
end

return page_table
