local json, date = require "finlua.json", require "finlua.date"
local text = [[{"a":[],"b":{},"c":null,"d":9007199254740993,"e":0.1,"f":"\u00e9\n","g":[1,null,true]}]]
local value = json.decode(text)
print(value.c == json.null, math.type(value.d), value.d, value.e, #value.g, value.g[2] == json.null)
print(json.encode { n = 1e21, s = 0.30000000000000004, i = 5, f = 5.0, t = true })
print(json.encode(json.decode(text)))
print(json.encode { day = date.parse "2026-10-01", list = { date.parse "2026-10-02", 3 } })
print(json.encode { empty = json.array {}, none = json.null, object = {} })
print(json.encode({ { a = 1 } }, { pretty = true }))
print(select(2, pcall(json.encode, { list = { 1, { f = print } } })).message)
print(select(2, pcall(json.encode, { n = 0 / 0 })).message)
local deep = { n = 0 / 0 }
for _ = 1, 11 do deep = { deep } end
print(select(2, pcall(json.encode, deep)).message)
for _ = 1, 100000 do deep = { a = deep } end
print(select(2, pcall(json.encode, deep)).message)
print(select(2, pcall(json.decode, "{\"a\":1,}")))
print(select(2, pcall(json.decode, 5)).code)
