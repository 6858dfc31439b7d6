local anomaly, date, store = require "finlua.anomaly", require "finlua.date", require "finlua.store"

local function fails(...)
  local ok, problem = pcall(...)
  print(ok and "no error" or problem.code, ok and "" or problem.message, ok and "" or problem.hint or "")
end

-- Twelve weeks to the 18th of November, two days before today: EC2 costs 500 a day, S3 300. `more` are other rows.
local last = date.today() - 2
local function costs(more, to)
  local list = {}
  for day in date.range(last - 83, to or last) do
    for _, one in ipairs { { "EC2", "a", 300 }, { "EC2", "b", 200 }, { "S3", "a", 100 }, { "S3", "b", 200 } } do
      list[#list + 1] = { day = tostring(day), service = one[1], account = one[2], cost = one[3], cost_unit = "USD" }
    end
  end
  for _, one in ipairs(more or {}) do
    list[#list + 1] = { day = tostring(one[1]), service = one[2], account = one[3], cost = one[4], cost_unit = "USD" }
  end
  return list
end

local function show(report)
  local checked = report.checked
  print(report.day, report.ready and "ready" or report.reason, checked.series, checked.days, #report.learning, report.unit)
  for _, f in ipairs(report.findings) do
    print("", f.series, f.service, f.total, f.day, f.rule, f.actual, f.expected, f.lower, f.upper, f.impact, f.percent)
    print("", "", f.severity, f.score, f.state, f.alert, f.muted, f.explained, f.since, f.impact_since)
    for _, c in ipairs(f.contributors) do print("", "", c.name, c.actual, c.expected, c.change) end
  end
  for _, r in ipairs(report.resolved) do
    print("", r.series, r.service, r.total, r.state, r.since, r.last, r.severity, r.impact_since)
  end
end

local by = { by = "service", value = "cost", contributors = "account" }
local function with(extra)
  local options = {}
  for name, value in pairs(by) do options[name] = value end
  for name, value in pairs(extra or {}) do options[name] = value end
  return options
end
local function check(rows, extra) return anomaly.check(rows, with(extra)) end

print "nothing"
show(check(costs()))
print "a spike: 700 where 500 were expected, and 400 to 600 would pass"
show(check(costs { { last, "EC2", "a", 200 } }))
print "cents stay cents"
print(check(costs { { last, "EC2", "a", 200.1 }, { last, "EC2", "b", 0.05 } }).findings[1].impact)
print "new spend has no percent; the total knows it by its series"
show(check(costs { { last, "RDS", "c", 150 } }))
print "gone spend"
show(check(costs { { last, "EC2", "a", -300 }, { last, "EC2", "b", -200 } }))
print "the knobs"
local spike = costs { { last, "EC2", "a", 200 } }
for _, extra in ipairs { { min_impact = 200 }, { min_percent = 40 }, { min_percent = 39 }, { lag = 3 }, { top = 1 },
  { mute = { { service = "EC2", through = last } } }, { mute = { { service = "EC2", through = last - 1 } } },
  { mute = { { total = true, through = "2026-12-31" } } } } do
  local report = check(spike, extra)
  local first = report.findings[1] or {}
  print(next(extra), report.day, #report.findings, first.alert, first.muted)
end
for _, method in ipairs { "weekday", "esd", "ewma", "month_to_date" } do
  local report = check(spike, { method = method })
  local first = report.findings[1] or {}
  print(method, #report.findings, first.actual, first.expected, first.upper, first.score)
end
-- 18 days of 500 and 1,500 in the month, 9,000 in as many of the month before
print(check(costs { { last, "EC2", "a", 1500 } }, { method = "month_to_date" }).findings[1].percent)

print "other series: two columns, none, a missing value"
local pairs_of = anomaly.check(spike, { by = { "service", "account" }, value = "cost" })
print(pairs_of.findings[1].series, pairs_of.findings[1].service, pairs_of.findings[1].account, pairs_of.checked.series,
  pairs_of.findings[2].contributors[1].name)
local whole = anomaly.check(spike, { by = {}, value = "cost", contributors = { "service", "account" } })
print(whole.findings[1].series, whole.findings[1].total, whole.findings[1].actual, whole.checked.series,
  whole.findings[1].contributors[1].name, #whole.findings)
local missing = check(costs { { last, nil, nil, 150 } }).findings[1]
print(missing.series, missing.service, missing.rule, missing.contributors[1].name)

print "not ready is not the same as nothing found"
show(check(costs(nil, last - 1)))
show(check {})
show(check(costs(), { as_of = last - 70 }))
show(check(costs(), { as_of = "2026-11-05", method = "month_to_date" }))
local thin = costs(nil, last - 1)
thin[#thin + 1] = { day = last, service = "EC2", account = "a", cost = 500 }
show(check(thin, { ready_part = 0.6 }))
show(check(thin))

print "from day to day: each check knows what the one before it found"
local history = costs { { last - 4, "EC2", "a", 80 }, { last - 3, "EC2", "a", 90 }, { last - 2, "EC2", "a", 140 },
  { last - 1, "EC2", "a", 300 } }
for as_of in date.range(last - 3, last + 2) do
  local report = check(history, { as_of = as_of, remember = "service", min_impact = 50 })
  local line = { report.day }
  for _, f in ipairs(report.findings) do
    line[#line + 1] = ("%s %s %s %s %g"):format(f.series, f.state, f.severity, f.alert, f.impact_since)
  end
  for _, r in ipairs(report.resolved) do line[#line + 1] = ("%s %s %g"):format(r.series, r.state, r.impact_since) end
  print(table.concat(line, "; "))
end
print(table.concat(store.keys(), " "))
fails(check, history, { remember = "service" })
print "an earlier day knows nothing of it and changes nothing"
store.set("finlua.anomaly", store.get "finlua.anomaly/service")
print(check(history, { remember = true, as_of = last, min_impact = 50 }).findings[1].state, store.get("finlua.anomaly").day)
print "the same day once more, in another run: nobody is told twice"
store.set("finlua.anomaly/again", { about = "cost by service", day = last, entries = { { series = "string3:EC2", above = true,
  first = last, last = last, state = "new", severity = 1, impact = 200, announced = true } } })
local again = check(spike, { remember = "again" }).findings[1]
print(again.state, again.alert, again.since)

print "what cannot be meant"
fails(check, spike, { method = "weekdy" })
fails(check, spike, { min_money = 5 })
fails(check, spike, { min_impact = "5" })
fails(check, spike, { min_impact = 0 / 0 })
fails(check, spike, { lag = 1.5 })
fails(check, spike, { lag = 61 })
fails(check, spike, { weeks = 2 })
fails(check, spike, { adopt_after = true })
fails(check, spike, { month_effects = 1 })
fails(check, spike, { top = 0 })
fails(check, spike, { smoothing = 0.5 })
fails(check, spike, { method = "month_to_date", weeks = 4 })
fails(check, spike, { as_of = "tomorrow" })
fails(check, spike, { remember = 5 })
fails(check, spike, { mute = { service = "EC2" } })
fails(check, spike, { mute = { { service = "EC2" } } })
fails(check, spike, { mute = { { through = last } } })
fails(check, spike, { mute = { { servce = "EC2", through = last } } })
fails(check, spike, { by = "servce" })
fails(check, spike, { by = "account" })
fails(check, spike, { value = "cots" })
fails(anomaly.check, spike, { by = "service" })
fails(anomaly.check, spike, { value = "cost" })
fails(anomaly.check, { { month = "2026-10", service = "EC2", cost = 1 } }, { by = "service", value = "cost" })
fails(anomaly.check, { { day = "2026-10", service = "EC2", cost = 1 } }, { by = "service", value = "cost" })
fails(anomaly.check, { { day = "10/2026", service = "EC2", cost = 1 } }, { by = "service", value = "cost" })
fails(anomaly.check, { { day = "2026-10-01", state = "x", cost = 1 } }, { by = "state", value = "cost" })
fails(anomaly.check, { { day = "2026-10-01", service = "EC2", cost = 0 / 0 } }, { by = "service", value = "cost" })
fails(anomaly.check, { { day = "2026-10-01", service = "EC2", cost = "1" } }, { by = "service", value = "cost" })
fails(anomaly.check, { { day = "2026-10-01", service = "EC2", cost = 1, cost_unit = "USD" },
  { day = "2026-10-01", service = "S3", cost = 1, cost_unit = "EUR" } }, { by = "service", value = "cost" })
fails(anomaly.check, nil, { by = "service", value = "cost" })
fails(anomaly.check, spike, 5)
fails(anomaly.check, spike, { "service" })
store.set("finlua.anomaly/other", { about = "cost by account", day = last, entries = {} })
fails(check, spike, { remember = "other" })
store.set("finlua.anomaly/broken", { 1, 2 })
fails(check, spike, { remember = "broken" })
store.set("finlua.anomaly/torn", { about = "cost by service", day = last, entries = { { series = "EC2" } } })
fails(check, spike, { remember = "torn" })
