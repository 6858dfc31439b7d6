-- finlua.store: what a script keeps between its runs. A run sees what the last one that ended well left, and what it set
-- itself; what it sets is kept when it ends well, and otherwise gone. One script, by its path, and one account never see
-- what another keeps.
local native = ...
local type, error, pcall = type, error, pcall
local format, length = string.format, utf8.len
local json_encode, json_decode = native.json_encode, native.json_decode
local remembered = require "finlua.internal.remembered"

local store = {}
local LONGEST_NAME, LARGEST_VALUE = native.bounds()

local bad = require "finlua.internal.rows".bad

local function check_name(name, call, what)
  what = what or "a key"
  if type(name) ~= "string" then bad(call, what .. " is a text, got a " .. type(name)) end
  if name == "" or #name > LONGEST_NAME or not length(name) then
    bad(call, format("%s is UTF-8 of 1 to %d bytes", what, LONGEST_NAME))
  end
end

-- The value under a key, a copy of its own each time; `default` where there is none.
function store.get(key, default)
  check_name(key, "store.get")
  local text = native.get(key)
  if text == nil then return default end
  local ok, value = pcall(json_decode, text)
  if ok then return value end
  if type(value) ~= "string" then error(value, 0) end
  native.fail {
    code = "state", call = "store.get", message = format("store.get: the value %q is damaged: %s", key, value),
    hint = "set it again, or delete it with store.delete",
  }
end

-- Keeps a value: anything that finlua.json can write, dates as their text; nil deletes it.
function store.set(key, value)
  check_name(key, "store.set")
  if value == nil then return native.set(key) end
  local ok, text = pcall(json_encode, value)
  if not ok then
    if type(text) ~= "string" then error(text, 0) end
    bad("store.set", format("%q: %s", key, text))
  end
  if #text > LARGEST_VALUE then
    bad("store.set", format("%q: the value takes %d bytes, and one may take %d", key, #text, LARGEST_VALUE),
      "keep it under several keys, or write a file")
  end
  native.set(key, text)
end

-- Forgets what is kept under a key.
function store.delete(key)
  check_name(key, "store.delete")
  native.set(key)
end

-- The keys there are, or those that begin with a text, in the order of their bytes.
function store.keys(prefix)
  if prefix ~= nil and type(prefix) ~= "string" then bad("store.keys", "a prefix is a text, got a " .. type(prefix)) end
  return native.names(prefix or "")
end

-- store.diff(rows, "service") or store.diff(rows, { "day", "service" }, { name =, ignore =, fields = }): what is new, changed
-- and gone since the last run that ended well, and remembers these rows for the next.
function store.diff(rows, key, options)
  if type(options) == "table" and options.name ~= nil then check_name(options.name, "store.diff", "a name") end
  return remembered.diff(rows, key, options)
end

return store
