local group, csv, date, json = require "finlua.group", require "finlua.csv", require "finlua.date", require "finlua.json"
local function show(...)
  local ok, result = pcall(group.join, ...)
  if not ok then return print(result.code .. ": " .. result.message .. (result.hint and " / " .. result.hint or "")) end
  for _, row in ipairs(result) do print(json.encode(row)) end
  print "--"
end
local costs = {
  { day = "2026-10-01", team = "web", cost = 1.5 }, { day = "2026-10-01", team = "data", cost = 2 },
  { day = "2026-10-02", team = "web", cost = 3 }, { day = "2026-10-02", cost = 4 },
}
local heads = "team,headcount,floor\nweb,5,1\ndata,,2\nsales,9,3\n"
local function teams() return csv.parse(heads, { types = { headcount = "number", floor = "number" } }) end

show(costs, teams(), { on = "team" })
show(costs, teams(), { on = "team", fields = "headcount" })
show(costs, { { day = date.parse "2026-10-02", team = "web", rate = 1.1 } }, { on = { "day", "team" } })
show({ { n = 1.0 }, { n = 2 } }, { { n = 1, name = "one" }, { n = 2.0, name = "two" } }, { on = "n" })
show({}, teams(), { on = "team" })
show({ { team = "web" } }, {}, { on = "team" })
print(costs[1].headcount)

show(costs, teams(), {})
show(costs, teams(), { on = "taem" })
show(costs, { { team = "web", rate = 1 }, { team = "web", rate = 2 } }, { on = "team" })
show(costs, { { team = "web", cost = 1 } }, { on = "team" })
show(costs, teams(), { on = "team", fields = { "headcont" } })
show({ { taem = "web" } }, teams(), { on = "team" })
show({ { floor = "1" } }, { { floor = 1, name = "ground" } }, { on = "floor" })
show(costs, 5, { on = "team" })
