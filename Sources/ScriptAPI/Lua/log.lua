-- finlua.log: lines for people and machines on stderr; log.warn("message", { key = value }).
local native = ...
local type, tostring, pairs = type, tostring, pairs

local function writer(level)
  return function(message, fields)
    if fields ~= nil and type(fields) ~= "table" then
      native.fail {
        code = "bad_argument",
        message = "log." .. level .. ": fields are a table, such as { rows = 12 }, got a " .. type(fields),
      }
    end
    local plain = {}
    for key, value in pairs(fields or {}) do
      local kind = type(value)
      plain[tostring(key)] = (kind == "number" or kind == "boolean") and value or tostring(value)
    end
    native.write(level, tostring(message), plain)
  end
end

return { debug = writer "debug", info = writer "info", warn = writer "warn", error = writer "error" }
