-- finlua.internal.page_sparks: a table of series, each with its course as a small line.
local ipairs, max, min = ipairs, math.max, math.min
local rows, series = require "finlua.internal.rows", require "finlua.internal.chart_series"
local numbers, tables = require "finlua.internal.page_numbers", require "finlua.internal.page_table"
local chart = require "finlua.internal.chart"

local page_sparks = {}

function page_sparks.make(source, options, call)
  options = rows.options(options, { "x", "y", "by", "top", "title", "note", "unit", "names", "decimals" }, call)
  local model = series.read(source, options, call)
  if model.kind == "category" then
    rows.bad(call, ("x: %q has neither days nor numbers, and a line between names says nothing"):format(model.x),
      "use page:bar")
  end
  local list = {}
  for place, one in ipairs(model.list) do
    local trend, low, high, last, base = {}, nil, nil, nil, model.at[1]
    -- One place a step, so that what is left out is a gap.
    local step = model.kind == "date" and model.step < 28 and model.step or nil
    for position = 1, model.count do
      local value = one.values[position]
      if value then
        trend[step and (model.at[position] - base) // step + 1 or position] = value
        low, high, last = min(low or value, value), max(high or value, value), value
      end
    end
    list[place] = { name = one.label, trend = trend, low = low, high = high, last = last }
  end
  local decimals = numbers.decimals(options.decimals, model.y, call) or (model.is_whole and 0 or 2)
  local unit = model.unit and " (" .. model.unit .. ")" or ""
  local block = tables.make(list, {
    title = options.title or chart.about(model), note = options.note, decimals = decimals,
    columns = { { "name", as = model.by or "series" }, { "trend", as = chart.span(model) or "trend", kind = "trend" },
      { "low", as = "lowest" .. unit, kind = "number" }, { "high", as = "highest" .. unit, kind = "number" },
      { "last", as = "last" .. unit, kind = "number" } },
  }, call)
  block.data = model.count > 0 and chart.data { model = model, title = options.title,
    show = function(value) return numbers.text(value, decimals) end } or nil
  return block
end

return page_sparks
