-- finlua.json: text to values and back without loss: null, empty array against object, 64-bit integers, shortest
-- round-trip numbers. Dates are written as their text.
local native = ...
local error, pcall, type = error, pcall, type
local json_encode, json_decode = native.json_encode, native.json_decode
local rows = require "finlua.internal.rows"

local json = {
  null = json_decode("null"), -- what stands for null in tables, which cannot hold nil
  array = native.json_array,  -- marks a table as an array, so that an empty one is written as []
}

-- A complaint of the C function becomes an error of the script's line.
local function checked(call, ok, result)
  if ok then return result end
  if type(result) ~= "string" then error(result, 0) end
  native.fail { code = "bad_argument", call = call, message = call .. ": " .. result }
end

-- The text of a value; { pretty = true } breaks lines and indents. Fails on functions, NaN and infinity.
function json.encode(value, options)
  local pretty = rows.options(options, { "pretty" }, "json.encode").pretty or false
  return checked("json.encode", pcall(json_encode, value, pretty))
end

-- The value of a text: tables, texts, numbers, booleans, and json.null for null.
function json.decode(text)
  if type(text) ~= "string" then checked("json.decode", false, "expected text, got a " .. type(text)) end
  return checked("json.decode", pcall(json_decode, text))
end

return json
