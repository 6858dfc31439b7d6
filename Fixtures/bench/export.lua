-- Seconds for 300,000 rows in each format, rows made on the way; export.py does the same.
local export = require "finlua.export"
local ROWS = 300000

local function source()
  local place = -1
  return function()
    place = place + 1
    if place == ROWS then return nil end
    return {
      day = ("2026-%02d-%02d"):format(place // 28000 % 12 + 1, place // 1000 % 28 + 1), account = "account " .. place % 1000,
      service = place % 7 > 0 and "Amazon Service " .. place % 40 or nil, cost = place / 7,
    }
  end
end

local options = { columns = { "day", "account", "service", "cost" } }
for _, format in ipairs { "csv", "ndjson", "json", "xlsx", "sqlite" } do
  local began = os.clock()
  local done
  if format == "sqlite" then
    done = export.sqlite("out.sqlite", source(), { columns = options.columns, table = "costs", key = { "day", "account" } })
  else
    done = export[format]("out." .. format, source(), options)
  end
  assert(done.rows == ROWS)
  print(("%s\t%.3f"):format(format, os.clock() - began))
end
