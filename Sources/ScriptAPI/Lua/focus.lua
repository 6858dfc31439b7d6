-- finlua.internal.focus: rows as columns of FOCUS 1.0, the FinOps Open Cost and Usage Specification.
--
--   focus = { currency = "USD", BilledCost = "cost", ServiceName = "service", ProviderName = { "AWS" }, x_Team = "team" }
--
-- A column takes a field of the rows, or { text }, the same in every row; x_… are columns of one's own. The currency, and
-- the charge and billing periods of daily or monthly rows, are filled by themselves. Mandatory columns that nothing fills
-- are named in a warning and in the manifest, and are not written: none is made up.
local native = ...
local type, ipairs, next, pairs, tostring = type, ipairs, next, pairs, tostring
local sort, concat = table.sort, table.concat
local format, match, find = string.format, string.match, string.find
local date, rows = require "finlua.date", require "finlua.internal.rows"

local focus = { option = "focus" }
local bad = rows.bad

-- FOCUS 1.0, "Columns": those of the feature level Mandatory, and the others.
local MANDATORY = { "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
  "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart",
  "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName",
  "PublisherName", "ServiceCategory", "ServiceName" }
local OTHERS = { "AvailabilityZone", "ChargeFrequency", "CommitmentDiscountCategory", "CommitmentDiscountId",
  "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit",
  "ContractedUnitPrice", "ListUnitPrice", "PricingCategory", "RegionId", "RegionName", "ResourceId", "ResourceName",
  "ResourceType", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags" }
local COSTS = { BilledCost = true, ContractedCost = true, EffectiveCost = true, ListCost = true }

local names, known = {}, {}
for _, list in ipairs { MANDATORY, OTHERS } do
  for _, name in ipairs(list) do names[#names + 1], known[name] = name, true end
end

local function start_of(day) return tostring(day) .. "T00:00:00Z" end

-- The first day of a row's charge period, and that after its last; nil for rows of neither days nor months.
local function period(row)
  local day = row.day and tostring(row.day)
  if day and match(day, "^%d%d%d%d%-%d%d%-%d%d$") then
    local first = date.parse(day)
    return first, first + 1
  end
  local month = row.month and tostring(row.month)
  if month and match(month, "^%d%d%d%d%-%d%d") then
    local first = date.parse(month:sub(1, 7) .. "-01")
    return first, first.next_month
  end
end

local function checked(options, call)
  local fields, constants = {}, {}
  if type(options) ~= "table" then bad(call, "focus: expected a table, such as { currency = \"USD\", BilledCost = \"cost\" }") end
  local currency = options.currency
  if type(currency) ~= "string" or not find(currency, "^%u%u%u$") then
    bad(call, "focus.currency: expected the ISO 4217 code of the costs, such as \"USD\"")
  end
  for name, value in pairs(options) do
    if name ~= "currency" then
      if type(name) ~= "string" or not known[name] and not find(name, "^x_.") then
        bad(call, format("focus: FOCUS 1.0 has no column %q; one of your own begins with x_", tostring(name)),
          native.nearest(tostring(name), names))
      end
      if type(value) == "string" then
        fields[name] = value
      elseif type(value) == "table" and type(value[1]) == "string" and next(value, 1) == nil then
        constants[name] = value[1]
      else
        bad(call, format("focus.%s: expected the name of a field, or { text }", name))
      end
    end
  end
  return currency, fields, constants
end

-- A table of finlua.internal.columns as FOCUS wants it. `available` are the fields there are, where that is known.
function focus.mapped(table, options, call, available)
  if options == nil then return table end
  local currency, fields, constants = checked(options, call)
  constants.BillingCurrency = currency
  local filled, columns = {}, {}
  for name, field in pairs(fields) do
    local found = not available
    for _, one in ipairs(available or {}) do found = found or one == field end
    if not found then
      bad(call, format("focus.%s: the rows have no field %q", name, field), native.nearest(field, available))
    end
    filled[name] = true
  end
  for name in pairs(constants) do filled[name] = true end
  local has_period = table.interval == "day" or table.interval == "month"
  for _, name in ipairs(available or {}) do has_period = has_period or name == "day" or name == "month" end
  if has_period then
    for _, name in ipairs { "ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd" } do
      filled[name] = true
    end
  end
  for name in pairs(filled) do columns[#columns + 1] = name end
  sort(columns)
  local missing = {}
  for _, name in ipairs(MANDATORY) do
    if not filled[name] then missing[#missing + 1] = name end
  end
  local each, position = table.each, 0
  return {
    fields = columns, names = columns, interval = table.interval, focus = { missing = missing },
    each = function()
      local row = each()
      if not row then return end
      position = position + 1
      local copy = {}
      for name, value in next, row do copy[name] = value end
      for name, value in next, constants do copy[name] = value end
      if has_period then
        local first, after = period(row)
        if first then
          copy.ChargePeriodStart, copy.ChargePeriodEnd = start_of(first), start_of(after)
          copy.BillingPeriodStart, copy.BillingPeriodEnd = start_of(first.month_start), start_of(first.next_month)
        end
      end
      for name, field in next, fields do
        copy[name] = row[field]
        local unit = row[field .. "_unit"]
        if COSTS[name] and unit ~= nil and unit ~= currency then
          bad(call, format("row %d: %q is in %s, and focus.currency is %s", position, field, tostring(unit), currency))
        end
      end
      return copy
    end,
  }
end

-- Names what FOCUS asks for and the rows cannot give.
function focus.warning(table, path)
  local missing = table.focus and table.focus.missing
  if not missing or #missing == 0 then return end
  return format("%s lacks %d mandatory columns of FOCUS 1.0, which nothing fills: %s", path, #missing,
    concat(missing, ", "))
end

return focus
