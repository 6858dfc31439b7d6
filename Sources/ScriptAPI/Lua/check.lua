-- finlua.check: what a monitoring system is told. `finlua check` runs a script and ends with 0, 1, 2 or 3 as the worst of
-- its checks is OK, WARNING, CRITICAL or UNKNOWN; `finlua run` ends with 3 where one is not OK.
--
--   check.value("spend", spent, { warn = 400000, crit = "~:450000", unit = "USD" })
--
-- A threshold is a range of the monitoring-plugins guidelines: 10 (a number or text) alerts below 0 and above 10, "10:"
-- below 10, "~:10" above 10, "10:20" outside and "@10:20" inside of 10 to 20. A value that is nil or no number (NaN) is
-- UNKNOWN. check.ok(text), check.warning(text), check.critical(text) and check.unknown(text) are verdicts of the script's own.
-- Each call gives the state it found: "ok", "warning", "critical" or "unknown".
local native = ...
local type, tostring, ipairs = type, tostring, ipairs
local format, concat = string.format, table.concat
local rows, money = require "finlua.internal.rows", require "finlua.money"

local check = {}
local bad = rows.bad

local function shown(value)
  return value == nil and "nothing" or value == "" and "an empty one" or "a " .. type(value)
end

local function name_of(name, call)
  if type(name) == "string" and name ~= "" then return name end
  bad(call, "a check has a name, got " .. shown(name))
end

-- The number, or nil where there is none.
local function number_of(name, value, call)
  if money.is(value) then return value:number() end
  if value == nil or type(value) == "number" then return value end
  bad(call, format("%s: expected a number, got a %s", name, type(value)),
    type(value) == "string" and "tonumber(text) makes a number of it" or nil)
end

-- check.value(name, value, { warn =, crit =, unit =, min =, max = }): judges a number, of which `warn` or `crit` says when it
-- does not hold; critical goes first. The value is performance data too, with `unit` and the `min` and `max` it can have.
function check.value(name, value, options)
  local call = "check.value"
  options = rows.options(options, { "warn", "crit", "unit", "min", "max" }, call)
  if options.warn == nil and options.crit == nil then
    bad(call, format("%s: neither warn nor crit is given, so nothing is checked", name_of(name, call)),
      "write crit = \"~:100\"; check.data(name, value) only records a number")
  end
  return native.value(name_of(name, call), number_of(name, value, call), options)
end

-- check.data(name, value, { unit =, min =, max = }): performance data, and no check.
function check.data(name, value, options)
  local call = "check.data"
  options = rows.options(options, { "unit", "min", "max" }, call)
  native.data(name_of(name, call), number_of(name, value, call), options)
end

for _, state in ipairs { "ok", "warning", "critical", "unknown" } do
  check[state] = function(text)
    if type(text) ~= "string" or text == "" then
      bad("check." .. state, "say in a text what was found, got " .. shown(text))
    end
    return native.say(state, text)
  end
end

-- check.anomalies(report): judges what anomaly.check gave. A day that is not ready is UNKNOWN; a finding of severity critical
-- is CRITICAL, any other WARNING; muted ones, and a total that its series explain, do not count.
function check.anomalies(report)
  local call = "check.anomalies"
  if type(report) ~= "table" or type(report.ready) ~= "boolean" or report.ready and type(report.findings) ~= "table" then
    bad(call, "expected a report of anomaly.check, got " .. shown(report))
  end
  if not report.ready then return check.unknown("anomalies: " .. tostring(report.reason or "the day is not ready")) end
  local counts, told = { minor = 0, major = 0, critical = 0 }, {}
  for _, finding in ipairs(report.findings) do
    if not finding.muted and not finding.explained then
      counts[finding.severity] = counts[finding.severity] + 1
      told[#told + 1] = format("%s %s (%s%s%s)", finding.series, finding.severity, finding.impact > 0 and "+" or "",
        money.format(finding.impact), finding.percent and format(", %+.0f%%", finding.percent) or "")
    end
  end
  native.data("anomalies", #told, { min = 0 })
  native.data("anomalies critical", counts.critical, { min = 0 })
  local day = tostring(report.day)
  if #told == 0 then return check.ok("no anomaly on " .. day) end
  local text = format("%d %s on %s: %s", #told, #told == 1 and "anomaly" or "anomalies", day, concat(told, "; "))
  return counts.critical > 0 and check.critical(text) or check.warning(text)
end

return check
