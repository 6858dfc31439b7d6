local store, json, date = require "finlua.store", require "finlua.json", require "finlua.date"

local function fails(...)
  local _, problem = pcall(...)
  print(problem.code, problem.message, problem.hint or "")
end

print("nothing yet", store.get "count", store.get("count", 7), #store.keys())
store.set("count", store.get("count", 0) + 1)
print("staged is seen", store.get "count", math.type(store.get "count"))

-- What comes back is what went in.
store.set("all", {
  big = 9007199254740993, small = math.mininteger, tenth = 0.1, sum = 0.1 + 0.2, huge = 1e300, none = json.null,
  array = json.array {}, object = {}, list = { 1, json.null, "é\n\0" }, yes = true, day = date.parse "2026-10-01",
})
print(json.encode(store.get "all"))
print(store.get("all").none == json.null, math.type(store.get("all").big))
store.set("null", json.null)
print("null is a value", store.get("null", "default") == json.null)
local mine = { 1 }
store.set("mine", mine)
mine[1] = 2
store.get("mine")[1] = 3
print("a copy each time", store.get("mine")[1])

store.set("team/b", false)
store.set("team/a", "x")
print("keys", table.concat(store.keys(), " "), table.concat(store.keys "team/", " "), store.get("team/b", true))
store.delete "team/a"
store.set("team/b", nil)
store.delete "never there"
print("deleted", #store.keys "team/", store.get "team/b")

fails(store.set, "f", { list = { 1, { run = print } } })
fails(store.set, "n", 0 / 0)
fails(store.set, "i", { math.huge })
local cycle = {}
cycle.self = cycle
fails(store.set, "c", cycle)
fails(store.set, "t", "\xff")
fails(store.set, "m", { 1, a = 2 })
fails(store.set, "l", ("x"):rep(16 * 1024 * 1024))
fails(store.set, 5, 1)
fails(store.get, "")
fails(store.get, ("k"):rep(513))
fails(store.get, "\xff")
fails(store.keys, 5)
print("nothing of it", store.get "f", store.get "n", store.get "l", table.concat(store.keys(), " "))
