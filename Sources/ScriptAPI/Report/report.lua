-- finlua.report: a report as one HTML page that needs no network and no script, and the same in a terminal.
--
--   local page = report.page { title = "Cloud costs", subtitle = "Week 46" }   -- also lang = "en", footer =
--   page:text "Costs **rose** by a tenth.\n\n- mostly `AmazonEC2`"     -- paragraphs, lists, **strong**, `code`
--   page:heading "By service"
--   page:figures { { label = "Spend", value = 1234.5, unit = "USD", prior = 1100, better = "lower" } }
--   page:table(rows, { columns = { "service", { "cost", as = "Cost", decimals = 0 } }, total = true })
--   page:line(rows, { x = "day", y = "cost", by = "service", top = 6, anomalies = findings })
--   page:area(rows, { … })   page:bar(rows, { x = "service", y = "cost" })   page:spark(rows, { … })
--   page:save "weekly.html"  page:print()
--
-- Rows are a query, an array or an iterator; charts add them up exactly. Options of every chart: x (default: the interval),
-- y (a field, or several without by), by, top (series, or bars: the rest is one, "other"), title, note, unit, names =
-- { field or value = what is shown }, decimals, anomalies = what anomaly.check gives, or { { day =, label = } }, height.
-- line: zero = false begins the axis near the lowest value. bar: stacked = false sets series side by side; days stand
-- along x, anything else lies, largest first.
-- table: columns (kind = "number", "change" and "percent" with their sign, "share", "text", "trend": an array of numbers as a
-- small line), decimals, total = true, names, or a row such as group.compare's `.total`; title, note. Numbers are rounded half to even; a total is
-- the exact sum, rounded once. What is absent is a dash and a gap, never a zero. Each method gives the page.
local native = ...
local type, ipairs, pairs, setmetatable, tostring, print = type, ipairs, pairs, setmetatable, tostring, print
local format, match, sort = string.format, string.match, table.sort
local rows, date = require "finlua.internal.rows", require "finlua.date"
local output, text = require "finlua.internal.output", require "finlua.internal.page_text"
local chart, tables = require "finlua.internal.chart", require "finlua.internal.page_table"
local figures, sparks = require "finlua.internal.page_figures", require "finlua.internal.page_sparks"
local write_html, terminal = require "finlua.internal.page_html", require "finlua.internal.terminal_page"
local marks = require "finlua.internal.terminal_canvas"

local report, methods, Page = {}, {}, { __name = "report page", __metatable = false }
local bad = rows.bad
local parts_of = setmetatable({}, { __mode = "k" }) -- page -> what is in it

local function check_text(value, what, call)
  if type(value) ~= "string" then
    bad(call, format("%s: expected a text, got %s", what, value == nil and "nothing" or "a " .. type(value)))
  end
  return value
end

-- A new page: { title =, subtitle =, lang = "en", footer = }.
function report.page(options)
  local call = "report.page"
  if type(options) == "string" then options = { title = options } end
  options = rows.options(options, { "title", "subtitle", "lang", "footer" }, call)
  check_text(options.title, "title", call)
  for _, name in ipairs { "subtitle", "footer", "lang" } do
    if options[name] ~= nil then check_text(options[name], name, call) end
  end
  local lang = options.lang or "en"
  if not match(lang, "^%a%a%a?[%w-]*$") then
    bad(call, format("lang: %q is no language, such as \"en\" or \"de-CH\"", lang))
  end
  local page = setmetatable({}, Page)
  parts_of[page] = { title = options.title, subtitle = options.subtitle, lang = lang, footer = options.footer,
    written = tostring(date.today()), blocks = {} }
  return page
end

local function content(page, call)
  local method = match(call, "^page:(.*)$") or "print"
  return parts_of[page] or bad(call, "expected a page, of report.page", format("write page:%s(…)", method))
end

local function add(page, block, call)
  local blocks = content(page, call).blocks
  blocks[#blocks + 1] = block
  return page
end

-- Paragraphs parted by empty lines, lists of lines that begin with "- ", **strong** and `code`; all else as it stands.
function methods.text(self, value)
  return add(self, { kind = "text", text = check_text(value, "text", "page:text") }, "page:text")
end

-- Begins a section.
function methods.heading(self, value)
  return add(self, { kind = "heading", text = check_text(value, "heading", "page:heading") }, "page:heading")
end

-- Large numbers side by side: { label =, value = a number or a text, unit =, prior = the number before, or change = and
-- percent =, better = "lower" or "higher", decimals =, note = } each.
function methods.figures(self, list)
  content(self, "page:figures")
  return add(self, figures.make(list, "page:figures"), "page:figures")
end

-- Rows as a table that sorts: { columns =, decimals =, total =, title =, note = }.
function methods.table(self, source, options)
  content(self, "page:table")
  return add(self, tables.make(source, options, "page:table"), "page:table")
end

local function add_chart(page, kind, source, options)
  local call = "page:" .. kind
  content(page, call)
  return add(page, chart.make(kind, source, options, call), call)
end

-- A line a series over days or numbers.
function methods.line(self, source, options) return add_chart(self, "line", source, options) end

-- The series upon each other; what is negative hangs below zero.
function methods.area(self, source, options) return add_chart(self, "area", source, options) end

-- Bars: upright over days or numbers, lying for anything else.
function methods.bar(self, source, options) return add_chart(self, "bar", source, options) end

-- A small line for each series, in a table with its lowest, highest and last value.
function methods.spark(self, source, options)
  content(self, "page:spark")
  return add(self, sparks.make(source, options, "page:spark"), "page:spark")
end

-- The page as one text of HTML.
function methods.html(self)
  local out = output.memory()
  write_html(content(self, "page:html"), function(piece) out:write(piece) end)
  return out:text()
end

-- Writes the page to a file, whole or not at all, or to "-"; gives { path = }.
function methods.save(self, path)
  local parts = content(self, "page:save")
  local out <close> = output.open(path, "page:save")
  write_html(parts, function(piece) out:write(piece) end)
  return { path = out:commit().path }
end

-- Prints the page as text; options as for report.terminal.
function methods.print(self, options)
  print((report.terminal(self, options):gsub("\n$", "")))
  return self
end

-- The page as text: { width =, color =, unicode = }, each by default what the terminal is.
function report.terminal(page, options)
  local parts = content(page, "report.terminal")
  return terminal(parts, marks.settings(options, "report.terminal"))
end

-- report.sparkline { 1, 5, 3 } is "▂█▅", for a print of one's own.
function report.sparkline(values, options)
  local call = "report.sparkline"
  if type(values) ~= "table" then bad(call, "expected an array of numbers, got a " .. type(values)) end
  return marks.spark(values, marks.settings(options, call), call)
end

local names = {}
for name in pairs(methods) do names[#names + 1] = name end
sort(names)

function Page.__index(_, name)
  if methods[name] then return methods[name] end
  bad("page", format("a page has no %q; it has %s", tostring(name), table.concat(names, ", ")),
    native.nearest(tostring(name), names))
end
function Page.__newindex() bad("page", "a page cannot be changed but by its methods") end

return report
