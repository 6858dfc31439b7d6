local export, group, date = require "finlua.export", require "finlua.group", require "finlua.date"
local rows = {
  { day = "2026-10-01", service = "EC2, \"big\"", cost = 1234.5, cost_unit = "USD", n = 3 },
  { day = date.parse "2026-10-02", service = "東京\nline", cost = -0.001 },
  {},
}
for _, format in ipairs { "csv", "ndjson", "json", "table" } do
  print("--", format, export[format]("-", rows).rows)
end
export.table("-", rows, { decimals = { cost = 2 }, columns = { "service", "cost" } })
export.csv("-", rows, { columns = { "cost", "day" }, header = false })
export.json("-", {})
export.table("-", {}, { columns = { "service", "cost" } })
export.table("-", group.pivot(rows, { rows = "day", columns = "service", values = "cost" }))
local step = 0
export.ndjson("-", function() step = step + 1 return step < 3 and { step = step } or nil end, { columns = { "step" } })
local function fails(...)
  local _, problem = pcall(...)
  print(problem.code, problem.message, problem.hint or "")
end
fails(export.csv, rows)
fails(export.csv, "x.csv", rows, { columns = { "servce" } })
fails(export.csv, "x.csv", rows, { sep = ";" })
fails(export.csv, "x.csv", { 1 })
fails(export.csv, "-", { { a = 1 }, { a = 0 / 0 } })
fails(export.csv, "-", { { a = print } })
fails(export.csv, "../x.csv", rows)
fails(export.csv, "/etc/x.csv", rows)
fails(export.csv, "missing/x.csv", rows)

-- Markdown shows what it would obey; a table keeps to a width, and never cuts a number.
local named = { columns = { { "name", as = "Na|me" }, { "cost", as = "Cost" } } }
export.markdown("-", { { name = "a|b_c_ *d* \\ [e] <f> & `g` ~h~\ni", cost = 1.5 }, { cost = -2 }, { name = "snake_case" } }, named)
local wide = { { day = "2026-10-01", name = ("long "):rep(9), other = "東京東京東京東京東京", cost = 123456789.123456789 } }
for _, width in ipairs { 60, 45, 10 } do
  export.table("-", wide, { columns = { "day", "name", "other", "cost" }, width = width })
end
for _, columns in ipairs { { "day", { "name", as = "day" } }, { day = "Day" }, { { "day" } }, { { "day", as = "d", at = 1 } }, {}, 7 } do
  fails(export.csv, "-", wide, { columns = columns })
end
fails(export.csv, "-", wide, { line_end = "\r" })
fails(export.csv, "-", wide, { guard = 1 })
fails(export.table, "-", wide, { width = "wide" })
fails(export.markdown, "-", { { a = {} } })
fails(export.table, "-", { { a = 1 / 0 } })
