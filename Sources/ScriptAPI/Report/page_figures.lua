-- finlua.internal.page_figures: key figures: a row of large numbers, each with what it was before.
local type, tostring, ipairs = type, tostring, ipairs
local concat = table.concat
local format = string.format
local rows, sums = require "finlua.internal.rows", require "finlua.internal.sums"
local numbers, text = require "finlua.internal.page_numbers", require "finlua.internal.page_text"
local money = require "finlua.money"

local page_figures = {}
local bad, escape = rows.bad, text.escape
local KNOWN = { "label", "value", "unit", "prior", "change", "percent", "better", "decimals", "note" }
local BETTER = { lower = -1, higher = 1 }

local function number(value, what, call)
  if money.is(value) then return value:number() end
  return numbers.check(value, what, call)
end

-- Each figure: { label =, value = a number or a text, unit =, prior = the number before, or change = and percent =,
-- better = "lower" or "higher", decimals =, note = }.
function page_figures.make(list, call)
  if type(list) ~= "table" then
    bad(call, "expected a list of figures, got " .. (list == nil and "nothing" or "a " .. type(list)))
  end
  if list.label ~= nil then list = { list } end
  local block = { kind = "figures", list = {} }
  for place, one in ipairs(list) do
    local what = format("%s: figure %d", call, place)
    one = rows.options(one, KNOWN, what)
    if type(one.label) ~= "string" then bad(what, "label is missing", "write { label = \"Spend\", value = 12.5 }") end
    for _, name in ipairs { "unit", "note" } do
      if one[name] ~= nil and type(one[name]) ~= "string" then
        bad(what, format("%s: expected a text, got a %s", name, type(one[name])))
      end
    end
    if one.better ~= nil and not BETTER[one.better] then
      bad(what, format("better: expected \"lower\" or \"higher\", got %s", tostring(one.better)))
    end
    local figure = { label = one.label, unit = one.unit, note = one.note }
    figure.decimals = numbers.decimals(one.decimals, nil, what)
    if type(one.value) == "string" then
      figure.text = one.value
    elseif one.value ~= nil then
      figure.value = number(one.value, "value", what)
      figure.decimals = figure.decimals or (math.type(figure.value) == "integer" and 0 or 2)
    end
    if one.prior ~= nil and figure.value then
      figure.prior = number(one.prior, "prior", what)
      figure.change = sums.total { figure.value, -figure.prior }
      if figure.prior ~= 0 then figure.percent = figure.change / math.abs(figure.prior) * 100 end
    else
      figure.change = one.change ~= nil and number(one.change, "change", what) or nil
      figure.percent = one.percent ~= nil and number(one.percent, "percent", what) or nil
    end
    local moved = figure.change or figure.percent
    if one.better and moved and moved ~= 0 then
      figure.is_better = (moved > 0) == (BETTER[one.better] > 0)
    end
    block.list[place] = figure
  end
  rows.whole(list, #block.list, call)
  if #block.list == 0 then bad(call, "there is no figure in the list") end
  return block
end

-- "▲ +1,234.00 (+4.5%)"; nothing where nothing is known.
function page_figures.change(figure, write, percent)
  if not figure.change and not figure.percent then return nil end
  local moved = figure.change or figure.percent
  local parts = { moved > 0 and "▲" or moved < 0 and "▼" or "=" }
  if figure.change then
    local shown = write(figure.change, figure.decimals)
    parts[#parts + 1] = figure.change > 0 and shown:find("[1-9]") and "+" .. shown or shown
  end
  if figure.percent then
    parts[#parts + 1] = figure.change and "(" .. percent(figure.percent) .. ")" or percent(figure.percent)
  end
  return concat(parts, " ")
end

function page_figures.html(block)
  local parts = { "<dl class=\"figures\">" }
  for _, one in ipairs(block.list) do
    local shown = one.text and escape(one.text) or one.value == nil and numbers.ABSENT
      or numbers.data(one.value, numbers.text(one.value, one.decimals))
    parts[#parts + 1] = "<div><dt>" .. escape(one.label) .. "</dt><dd class=\"value\">" .. shown
      .. (one.unit and " <span class=\"unit\">" .. escape(one.unit) .. "</span>" or "") .. "</dd>"
    local change = page_figures.change(one, numbers.text, numbers.percent)
    if change then
      local class = one.is_better == true and " class=\"better\"" or one.is_better == false and " class=\"worse\"" or ""
      parts[#parts + 1] = "<dd" .. class .. ">" .. change .. "</dd>"
    end
    if one.note then parts[#parts + 1] = "<dd>" .. escape(one.note) .. "</dd>" end
    parts[#parts + 1] = "</div>"
  end
  return concat(parts) .. "</dl>"
end

return page_figures
