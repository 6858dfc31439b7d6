-- finlua.internal.remembered: rows compared with those that the last run remembered under a name.
--
-- They are kept as text: a line with the names of the key and the number of rows, then two lines for each row, its key and
-- the whole of it, both as JSON with the numbers as the API printed them. Rows that are the same have the same text.
local native = ...
local type, error, pcall, pairs, ipairs, tonumber = type, error, pcall, pairs, ipairs, tonumber
local concat, sort = table.concat, table.sort
local byte, format, gmatch, gsub, match = string.byte, string.format, string.gmatch, string.gsub, string.match
local json_encode, json_decode, key_text = native.json_encode, native.json_decode, native.ndjson_record
local rows = require "finlua.internal.rows"

local remembered = {}
local bad = rows.bad
local CALL, DEFAULT_NAME = "store.diff", "rows"
local OBJECT = byte "{"
local compared = {} -- names of this run

local function written(position, write, row, argument)
  local ok, text = pcall(write, row, argument)
  if ok then return text end
  if type(text) ~= "string" then error(text, 0) end
  bad(CALL, format("row %d: %s", position, (gsub(text, "^the value%.?", ""))))
end

-- A key as people read it: service "EC2", day "2026-10-01".
local function shown(key, names)
  local values, parts = json_decode(key), {}
  for index, name in ipairs(names) do parts[index] = name .. " " .. json_encode(values[name]) end
  return concat(parts, ", ")
end

-- A name that no row has is a mistake where it looks like one they have, or where there is none that counts.
local function check_fields(names, found, first, one_needed)
  if not first then return end
  local fields, some = rows.fields(first), not one_needed
  for _, name in ipairs(names) do some = some or found[name] end
  for _, name in ipairs(names) do
    local hint = not found[name] and native.nearest(name, fields) or nil
    if hint or not some then
      bad(CALL, format("no row has a field %q; the first has %s", name, concat(fields, ", ")), hint)
    end
  end
end

-- The rows, their keys and their texts, in the given order, the places by key, and how many.
local function read_rows(source, names)
  local list, keys, texts, places, count, found = {}, {}, {}, {}, 0, {}
  for row in rows.each(source, CALL) do
    count = count + 1
    local key = written(count, key_text, row, names)
    for _, name in ipairs(names) do
      if row[name] ~= nil then found[name] = true end
    end
    if places[key] then
      check_fields(names, found, list[1], true)
      bad(CALL, format("rows %d and %d have the same key: %s", places[key], count, shown(key, names)),
        "add to the key what tells them apart, or add them up with finlua.group")
    end
    local text = written(count, json_encode, row)
    if byte(text) ~= OBJECT then bad(CALL, format("row %d is no table of named fields", count)) end
    list[count], keys[count], texts[count], places[key] = row, key, text, count
  end
  check_fields(names, found, list[1], true)
  return list, keys, texts, places, count
end

local function damaged(name)
  native.fail {
    code = "state", call = CALL, message = format("%s: the rows remembered as %q are damaged", CALL, name),
    hint = "let finlua forget them: finlua store SCRIPT --clear",
  }
end

local function decoded(text, name)
  local ok, row = pcall(json_decode, text)
  if not ok then damaged(name) end
  return row
end

-- The remembered rows: their keys and texts in order. Under another key than they were remembered by they get theirs anew.
local function read_text(text, header, names, name)
  local old_header, total, start = match(text, "^([^\n]*) (%d+)\n()")
  if not old_header then damaged(name) end
  local same_key = old_header == header
  local keys, texts, seen, count = {}, {}, {}, 0
  for key, row in gmatch(text, "([^\n]*\n)([^\n]*)\n", start) do
    if not same_key then
      key = key_text(decoded(row, name), names)
      if seen[key] then
        bad(CALL, format("of the rows remembered as %q several have the key %s", name, shown(key, names)),
          "give the comparison by another key another name: { name = \"…\" }")
      end
      seen[key] = true
    end
    count = count + 1
    keys[count], texts[count] = key, row
  end
  if count ~= tonumber(total) then damaged(name) end
  return keys, texts, count
end

local function same(left, right)
  if left == right then return true end
  if type(left) ~= "table" and type(left) == type(right) and type(left) ~= "number" then return false end
  return json_encode(left) == json_encode(right)
end

-- Which fields differ, sorted; `counts(name)` says whether a field matters.
local function differences(before, after, counts)
  local list = {}
  for name, value in pairs(after) do
    if counts(name) and not same(before[name], value) then list[#list + 1] = name end
  end
  for name in pairs(before) do
    if after[name] == nil and counts(name) then list[#list + 1] = name end
  end
  sort(list)
  return list
end

local function counting(options)
  if options.fields ~= nil and options.ignore ~= nil then bad(CALL, "fields and ignore exclude each other") end
  if options.fields == nil and options.ignore == nil then return function() return true end, {} end
  local names = rows.names(options.fields or options.ignore, nil, CALL, options.fields and "fields" or "ignore")
  local listed, wanted = {}, options.fields ~= nil
  for _, name in ipairs(names) do listed[name] = true end
  return function(name) return (listed[name] or false) == wanted end, names
end

-- A misspelt field would hide changes, or show too many.
local function check_listed(names, list, before, one_needed)
  local found = {}
  for _, name in ipairs(names) do
    for _, row in ipairs(list) do
      if row[name] ~= nil then
        found[name] = true
        break
      end
    end
    if before and before[name] ~= nil then found[name] = true end
  end
  check_fields(names, found, list[1], one_needed)
end

-- { new = rows, changed = { { before =, after =, fields = names } … }, gone = rows, same = count, first = whether nothing was
-- remembered }: new and changed in the order of the rows, gone in that of the remembered ones.
function remembered.diff(source, key, options)
  options = rows.options(options, { "name", "ignore", "fields" }, CALL)
  if key == nil then bad(CALL, "the key that tells rows apart is missing", "write store.diff(rows, \"service\")") end
  local names = rows.names(key, nil, CALL, "key")
  if #names == 0 then bad(CALL, "key: expected a name or a list of names, got an empty list") end
  local counts, listed = counting(options)
  local name = options.name or DEFAULT_NAME
  local function check_new()
    if compared[name] then
      bad(CALL, format("this run has compared rows as %q already", name),
        "give each comparison a name of its own: { name = \"…\" }")
    end
  end
  check_new()
  local list, keys, texts, places, count = read_rows(source, names)
  local missing = rows.object(source) and source.incomplete
  if missing then
    native.fail {
      code = "incomplete", call = CALL, message = format("%s: rows that are missing would look gone: %s", CALL, missing.message),
      hint = "compare only what is whole, or leave out allow_partial",
    }
  end
  check_new() -- reading a query waits, and another task may have been quicker
  local text, header = native.get(name), json_encode(names)
  local result = { new = {}, changed = {}, gone = {}, same = 0, first = text == nil }
  local old_keys, old_texts, old_count = {}, {}, 0
  if text then old_keys, old_texts, old_count = read_text(text, header, names, name) end
  local oldest = old_count > 0 and decoded(old_texts[1], name) or nil
  if #listed > 0 then check_listed(listed, list, oldest, options.fields ~= nil) end

  local before = {}
  for index = 1, old_count do before[old_keys[index]] = old_texts[index] end
  for index = 1, count do
    local old = before[keys[index]]
    if old == nil then
      result.new[#result.new + 1] = list[index]
    elseif old == texts[index] then
      result.same = result.same + 1
    else
      local row = decoded(old, name)
      local fields = differences(row, list[index], counts)
      if #fields == 0 then
        result.same = result.same + 1
      else
        result.changed[#result.changed + 1] = { before = row, after = list[index], fields = fields }
      end
    end
  end
  for index = 1, old_count do
    if not places[old_keys[index]] then result.gone[#result.gone + 1] = decoded(old_texts[index], name) end
  end

  local parts = { header, " " .. count .. "\n" }
  for index = 1, count do
    parts[#parts + 1], parts[#parts + 2], parts[#parts + 3] = keys[index], texts[index], "\n"
  end
  local now = concat(parts)
  if now ~= text then native.set(name, now) end
  compared[name] = true
  return result
end

return remembered
