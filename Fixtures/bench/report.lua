-- Pages for ./scripts/look: ten thousand points, and what a report may meet besides ordinary costs.
local report, date = require "finlua.report", require "finlua.date"

local first, rows, layers, state, cost = date.parse "2000-01-01", {}, {}, 42, 1000
for place = 1, 10000 do
  state = state * 1103515245 + 12345 & 0x7fffffff
  cost = cost + (state / 0x7fffffff - 0.5) * 40
  local day = tostring(first + place - 1)
  rows[place] = { day = day, cost = cost + (place == 7777 and 900 or 0) }
  if place <= 2000 then
    for layer = 1, 8 do
      layers[#layers + 1] = { day = day, name = "layer " .. layer, cost = cost * (layer + math.sin(place / 100 * layer)) / 10 }
    end
  end
end
report.page { title = "Ten thousand points" }
  :line(rows, { y = "cost", unit = "USD", title = "All of them" })
  :area(layers, { y = "cost", by = "name", title = "Eight layers of two thousand days" })
  :save "points.html"

local name = "</script><script>alert(1)</script>]]>-->"
local page = report.page { title = name, subtitle = "a & b \"c\" \1 \xff", footer = "<b>x</b>" }
local function line(title, list) page:line(list, { y = "cost", title = title }) end
page:bar({ { name = name, cost = 5 }, { name = "\u{202e}live", cost = 2 }, { name = "東京", cost = 4 }, { cost = -1 } },
  { x = "name", y = "cost", title = name, note = name })
line("One point", { { day = "2026-01-01", cost = 5 } })
line("A constant", { { day = "2026-01-01", cost = 5 }, { day = "2026-01-02", cost = 5 } })
line("Only zeros", { { day = "2026-01-01", cost = 0 }, { day = "2026-01-02", cost = 0 } })
line("From tiny to huge, with absent days", { { day = "2026-01-01", cost = 1e-9 }, { day = "2026-01-02", cost = 1e12 },
  { day = "2026-01-05", cost = 5e11 }, { day = "2026-01-07" } })
line("A month without costs", { { month = "2026-01", cost = 5 }, { month = "2026-02", cost = 7 }, { month = "2026-04", cost = 6 },
  { month = "2026-05", cost = 6.5 } })
line("Nothing", {})
local signed = { { day = "2026-01-01", name = "a", cost = 5 }, { day = "2026-01-02", name = "a", cost = -5 },
  { day = "2026-01-01", name = "b", cost = 4 }, { day = "2026-01-02", name = "b", cost = 9 },
  { day = "2026-01-05", name = "b", cost = 4 }, { day = "2026-01-07", name = "b", cost = 4 },
  { day = "2026-01-08", name = "b", cost = 4 } }
page:area(signed, { y = "cost", by = "name", title = "A credit, gaps and a day alone" })
page:bar(signed, { y = "cost", by = "name", title = "Stacked" })
page:bar(signed, { y = "cost", by = "name", stacked = false, title = "Side by side" })
page:spark(signed, { y = "cost", by = "name", title = "Small lines" })
page:table({ { name = "x", cost = -0.001, share = -0.04, trend = { 1, 2, 3 } }, { cost = 1e20 }, { name = "y", cost = 12345.675 } },
  { columns = { "name", "cost", { "share", kind = "percent" }, "trend" }, total = true })
page:figures { { label = "Better", value = 1234.5, prior = 2000, better = "lower", unit = "USD" },
  { label = "Worse", value = 0.5, change = -0.1, better = "higher" }, { label = "Unknown" }, { label = "In words", value = "none" } }
page:save "edges.html"
