-- finlua.internal.terminal_page: a page as text: the same blocks, in the width of a terminal.
local ipairs, type = ipairs, type
local concat = table.concat
local format, gmatch, gsub, match, rep = string.format, string.gmatch, string.gsub, string.match, string.rep
local max, min = math.max, math.min
local canvas, charts = require "finlua.internal.terminal_canvas", require "finlua.internal.terminal_charts"
local text, numbers = require "finlua.internal.page_text", require "finlua.internal.page_numbers"
local tables, figures = require "finlua.internal.page_table", require "finlua.internal.page_figures"
local chart, text_table = require "finlua.internal.chart", require "finlua.internal.text_table"

local width, cut, spaces, printable = text_table.width, text_table.cut, canvas.spaces, text.printable
local TREND = 24 -- cells of a trend in a table

-- A paragraph in lines of at most `limit` columns; an item of a list hangs behind its dash.
local function wrap(out, words, limit)
  local indent = match(words, "^%s*%- ") and "  " or ""
  local line, used = {}, 0
  for word in gmatch(words, "%S+") do
    word = printable(word)
    local size = width(word)
    if used > 0 and used + 1 + size > limit then
      out[#out + 1] = concat(line, " ")
      line, used = { indent .. word }, #indent + size
    else
      line[#line + 1], used = word, used + (used > 0 and 1 or 0) + size
    end
  end
  if #line > 0 then out[#out + 1] = concat(line, " ") end
end

local function prose(out, words, settings)
  local limit = min(settings.width, 100)
  for block in gmatch(gsub(text.plain(words), "\r\n?", "\n") .. "\n\n", "(.-)\n%s*\n") do
    local paragraph = {}
    local function close()
      if #paragraph > 0 then wrap(out, concat(paragraph, " "), limit) end
      paragraph = {}
    end
    for line in gmatch(block, "[^\n]+") do
      if match(line, "^%s*%- ") then close() end
      paragraph[#paragraph + 1] = line
      if match(line, "^%s*%- ") then close() end
    end
    close()
    out[#out + 1] = ""
  end
  out[#out] = nil
end

local function ascii_percent(value) return (gsub(numbers.percent(value), "−", "-")) end

local function figure_lines(out, block, settings)
  local widest, values, wide = 0, {}, 0
  for place, one in ipairs(block.list) do
    local value = one.text or numbers.ascii(one.value, one.decimals)
    values[place] = printable(one.unit and value .. " " .. one.unit or value)
    widest, wide = max(widest, width(printable(one.label))), max(wide, width(values[place]))
  end
  for place, one in ipairs(block.list) do
    local label = printable(one.label)
    local change = figures.change(one, numbers.ascii, ascii_percent)
    out[#out + 1] = format("%s%s  %s%s%s%s", label, spaces(widest - width(label)), spaces(wide - width(values[place])),
      canvas.colored(values[place], "bold", settings), change and "  " .. change or "",
      one.note and "  " .. printable(one.note) or "")
  end
end

local function table_lines(out, block, settings)
  local lines, widths = {}, {}
  local function put(texts)
    lines[#lines + 1] = texts
    for place, each in ipairs(texts) do widths[place] = max(widths[place] or 0, width(each)) end
  end
  local names = {}
  for place, column in ipairs(block.columns) do names[place] = printable(column.name) end
  put(names)
  local function cell(column, value, unit)
    if value == nil then return "-" end
    if column.kind == "trend" then return canvas.spark(value, settings, "trend", TREND) end
    local shown = tables.shown(column, value, numbers.ascii)
    if shown and column.mixed and unit then shown = shown .. " " .. printable(unit) end
    return shown or printable(value)
  end
  for _, line in ipairs(block.cells) do
    local texts = {}
    for place, column in ipairs(block.columns) do
      texts[place] = cell(column, line[place], line.units and line.units[place])
    end
    put(texts)
  end
  if block.totals then
    local texts = {}
    for place, column in ipairs(block.columns) do
      local total = block.totals[place]
      texts[place] = total ~= nil and tables.shown(column, total, numbers.ascii)
        or place == 1 and (block.total_name or "Total") or ""
    end
    put(texts)
  end
  local used = 2 * (#block.columns - 1)
  for _, size in ipairs(widths) do used = used + size end
  -- Texts give way, the widest first; a number is never cut.
  while used > settings.width do
    local widest
    for place, column in ipairs(block.columns) do
      if column.kind == "text" and widths[place] > 10 and (not widest or widths[place] > widths[widest]) then
        widest = place
      end
    end
    if not widest then break end
    widths[widest], used = widths[widest] - 1, used - 1
  end
  for number, texts in ipairs(lines) do
    local parts = {}
    for place, column in ipairs(block.columns) do
      local shown = cut(texts[place], max(widths[place], column.is_numeric and width(texts[place]) or 0))
      local padding = spaces(widths[place] - width(shown))
      parts[place] = column.is_numeric and padding .. shown or shown .. padding
    end
    out[#out + 1] = canvas.colored((gsub(concat(parts, "  "), " +$", "")), number == 1 and "bold" or nil, settings)
    if number == 1 or block.totals and number == #lines - 1 then
      local rules = {}
      for place, size in ipairs(widths) do rules[place] = rep("─", size) end
      out[#out + 1] = concat(rules, "  ")
    end
  end
  if #block.cells == 0 then out[#out + 1] = "No rows." end
end

local function heading(out, words, mark, settings)
  words = printable(words)
  out[#out + 1] = canvas.colored(words, "bold", settings)
  if mark then out[#out + 1] = rep(mark, min(width(words), settings.width)) end
end

-- The text of a page.
return function(page, settings)
  local out = {}
  heading(out, page.title, "=", settings)
  if page.subtitle then out[#out + 1] = printable(page.subtitle) end
  for _, block in ipairs(page.blocks) do
    out[#out + 1] = ""
    if block.kind == "heading" then
      heading(out, block.text, "-", settings)
    elseif block.kind == "text" then
      prose(out, block.text, settings)
    elseif block.kind == "figures" then
      figure_lines(out, block, settings)
    else
      if block.title then heading(out, block.title, nil, settings) end
      if block.kind == "table" then
        table_lines(out, block, settings)
      else
        local about, span, unit = chart.about(block.model), chart.span(block.model), block.model.unit
        about = printable(about .. (unit and ", " .. unit or "") .. (span and ", " .. span or ""))
        out[#out + 1] = canvas.colored(about, "dim", settings)
        charts.add(out, block, settings)
      end
    end
    if block.note then prose(out, block.note, settings) end
  end
  if page.footer then out[#out + 1] = "" out[#out + 1] = printable(page.footer) end
  return canvas.encoded(concat(out, "\n") .. "\n", settings)
end
