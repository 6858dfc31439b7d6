local report = require "finlua.report"
local rows = {}
for place, cost in ipairs { 10, 12, 11, 30, 12, 13 } do
  rows[#rows + 1] = { day = ("2026-10-%02d"):format(place), service = "EC2", cost = cost + 0.5 }
  if place ~= 3 then rows[#rows + 1] = { day = ("2026-10-%02d"):format(place), service = "S3", cost = 4.25 } end
end
local page = report.page { title = "Costs of a week", subtitle = "six days" }
page:text "One **strong** paragraph that is too long for a line of forty columns.\n\n- an item\n- `another`"
page:figures { { label = "Spend", value = 113.25, prior = 100, unit = "USD" }, { label = "Days", value = 6 } }
page:line(rows, { y = "cost", title = "All" , anomalies = { { day = "2026-10-04", label = "a spike\27[31m" } } })
page:area(rows, { y = "cost", by = "service", title = "Layers" })
page:bar(rows, { x = "service", y = "cost", title = "Services" })
page:spark(rows, { y = "cost", by = "service", title = "Trends" })
page:table({ { name = "a", cost = -0.001 }, { name = "é日本", cost = 12345.675 }, { cost = 1 } },
  { columns = { "name", "cost" }, total = true })
print(report.terminal(page, { width = 40, color = false, unicode = true }))
print(report.terminal(page, { width = 40, color = false, unicode = false }))
local colored = report.terminal(page, { width = 40, color = true, unicode = true })
print((colored:gsub("\27%[[%d;]*m", "")):len() < #colored, not colored:find("\27[31m", 1, true) or "an escape came through")
print(report.sparkline({ 1, 5, 3, 2.5 }, { unicode = true }), report.sparkline({ 1, 5, 3 }, { unicode = false }))

-- The series of an anomaly is drawn, however small it is.
local many = {}
for place = 1, 12 do many[place] = { day = "2026-10-01", service = "s" .. place, cost = 100 - place } end
local few = report.page { title = "Few" }
few:line(many, { y = "cost", by = "service", top = 3, anomalies = { { day = "2026-10-01", series = "s12", actual = 88 } } })
for name in report.terminal(few, { width = 40 }):gmatch("\n  %l  (%S+)") do print(name) end
