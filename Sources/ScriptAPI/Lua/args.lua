-- finlua.args: declared, typed, checked arguments, which also make the script's --help. A script that calls it reads the
-- command line once and gets the values by name:
--
--   local args = require "finlua.args" {
--     about = "Services whose spend moved most.",
--     days  = { type = "integer", default = 7, min = 1, max = 60, help = "length of a period" },
--     file  = { positional = 1, required = true, value = "PATH" },
--   }
--
-- type: "string", "integer", "number", "boolean", "date", or "list" with of = another and a separator; one_of = { … }
-- lists the values there are; env = "NAME" reads a granted variable where the flag is not given. args.usage(message) ends
-- the run as a wrong command line does, with status 2.
local native = ...
local type, tostring, tonumber, pairs, ipairs, setmetatable =
  type, tostring, tonumber, pairs, ipairs, setmetatable
local tointeger, huge, widest, length = math.tointeger, math.huge, math.max, utf8.len
local concat, sort, remove = table.concat, table.sort, table.remove
local format, gsub, lower, match, rep, sub, gmatch =
  string.format, string.gsub, string.lower, string.match, string.rep, string.sub, string.gmatch
local date = require "finlua.date"

local PROPERTIES = { "type", "default", "min", "max", "help", "required", "env", "positional", "one_of", "of",
  "separator", "value" }
local RESERVED = { about = "string", order = "table", examples = "table" }

-- A mistake in the declaration is the script's error, one in the command line is the user's (native.usage, exit 2).
local function wrong(message, hint)
  native.fail { code = "bad_argument", message = "args: " .. message, hint = hint }
end

local function flag(name) return "--" .. gsub(name, "_", "-") end

-- "from 1 to 60", "1 or more", or nothing.
local function bounds(a)
  if a.min and a.max then return format("from %s to %s", a.min, a.max) end
  if a.min then return format("%s or more", a.min) end
  return a.max and format("%s or less", a.max)
end

local function within(a, value, kind)
  if a.min and value < a.min or a.max and value > a.max then return nil, kind .. " " .. bounds(a) end
  return value
end

-- Each type: text -> value, or nil, what was expected, and a hint where there is one.
local convert = {}

function convert.string(text) return text end

function convert.integer(text, a)
  local kind = "a whole number"
  local value = match(text, "^[+-]?%d+$") and tointeger(tonumber((gsub(text, "^%+", ""))))
  if not value then return nil, kind .. (bounds(a) and " " .. bounds(a) or "") end
  return within(a, value, kind)
end

function convert.number(text, a)
  local value = match(text, "^[+-]?[%d.]") and not match(text, "[xX]") and tonumber((gsub(text, "^%+", "")))
  if not value or value ~= value or value == huge or value == -huge then
    return nil, "a number" .. (bounds(a) and " " .. bounds(a) or "")
  end
  return within(a, value, "a number")
end

local TRUTH = { ["true"] = true, yes = true, on = true, ["1"] = true, ["false"] = false, no = false, off = false,
  ["0"] = false }

function convert.boolean(text)
  local value = TRUTH[lower(text)]
  if value == nil then return nil, "true or false" end
  return value
end

-- A day, "today", "yesterday", or "today-7".
function convert.date(text, a)
  local value = date.try(text)
  if text == "yesterday" then text = "today-1" end
  local back = text == "today" and "0" or match(text, "^today%-(%d+)$")
  if back and #back < 7 then value = date.today() - tointeger(tonumber(back)) end
  local kind = "a day, YYYY-MM-DD or today-N,"
  if not value then return nil, "a day: YYYY-MM-DD, today, yesterday or today-N" end
  return within(a, value, kind)
end

function convert.choice(text, a)
  for _, known in ipairs(a.one_of) do
    if text == known then return text end
  end
  return nil, "one of " .. concat(a.one_of, ", "), native.nearest(text, a.one_of)
end

local function check_declaration(name, a)
  if type(a) ~= "table" then
    wrong(format("%q is declared as a %s", name, type(a)), format("write %s = { type = \"integer\" }", name))
  end
  for property in pairs(a) do
    local known = false
    for _, each in ipairs(PROPERTIES) do known = known or each == property end
    if not known then
      wrong(format("%q has no property %q", name, tostring(property)), native.nearest(tostring(property), PROPERTIES))
    end
  end
  a.type = a.type or a.one_of and "choice" or "string"
  if a.type ~= "list" and not convert[a.type] then
    local types = { "string", "integer", "number", "boolean", "date", "list", "choice" }
    wrong(format("%q has the unknown type %q", name, tostring(a.type)), native.nearest(tostring(a.type), types))
  end
  if a.type == "choice" and (type(a.one_of) ~= "table" or #a.one_of == 0) then
    wrong(format("%q is a choice and needs one_of = { … }", name))
  end
  if a.type == "list" then
    a.of = a.of or a.one_of and "choice" or "string"
    if not convert[a.of] then wrong(format("%q is a list of the unknown type %q", name, tostring(a.of))) end
  end
  if a.type == "date" or a.of == "date" then
    a.min, a.max = a.min and date.parse(a.min), a.max and date.parse(a.max)
  end
end

-- Copies the declaration, so that a script's own tables are not changed.
local function declare(spec)
  if type(spec) ~= "table" then wrong("expected a table of arguments") end
  local all, names = {}, {}
  for name, a in pairs(spec) do
    if RESERVED[name] then
      if type(a) ~= RESERVED[name] then wrong(format("%s must be a %s", name, RESERVED[name])) end
    elseif type(name) ~= "string" or not match(name, "^%a[%w_]*$") then
      wrong(format("%q cannot be the name of an argument", tostring(name)))
    else
      local copy = { name = name }
      for property, value in pairs(type(a) == "table" and a or {}) do copy[property] = value end
      copy.name = nil
      check_declaration(name, type(a) == "table" and copy or a)
      copy.name = name
      all[name], names[#names + 1] = copy, name
    end
  end
  local place = {}
  for index, name in ipairs(spec.order or {}) do
    if not all[name] then wrong(format("order names %q, which is not declared", tostring(name))) end
    place[name] = index
  end
  sort(names, function(x, y)
    local left, right = place[x] or huge, place[y] or huge
    if left ~= right then return left < right end
    return x < y
  end)
  return all, names
end

local function positionals(all, names)
  local list = {}
  for _, name in ipairs(names) do
    if all[name].positional then list[#list + 1] = all[name] end
  end
  sort(list, function(x, y) return tostring(x.positional) < tostring(y.positional) end)
  return list
end

local function describe(a)
  local notes = {}
  if a.one_of and #concat(a.one_of, "|") > 30 then notes[1] = "one of " .. concat(a.one_of, ", ") end
  notes[#notes + 1] = bounds(a)
  if a.type == "list" then notes[#notes + 1] = "may be repeated" end
  if a.required then notes[#notes + 1] = "required" end
  if a.default ~= nil then
    local shown = a.default
    if type(shown) == "table" and not date.is(shown) then
      local items = {}
      for index, item in ipairs(shown) do items[index] = tostring(item) end
      shown = concat(items, ", ")
    end
    if shown ~= "" and not (a.type == "boolean" and shown == false) then
      notes[#notes + 1] = "default " .. tostring(shown)
    end
  end
  if a.env then notes[#notes + 1] = format("else $%s, with --allow-env %s", a.env, a.env) end
  local note = concat(notes, "; ")
  return (a.help or "") .. (note ~= "" and (a.help and " (" or "(") .. note .. ")" or "")
end

local WORDS = { integer = "N", number = "X", date = "DAY", string = "TEXT", choice = "WORD", list = "TEXT" }

local function shape(a)
  if a.positional then return gsub(lower(a.name), "_", "-"):upper() .. (a.type == "list" and "…" or "") end
  if a.type == "boolean" then return (a.default == true and "--no-" .. sub(flag(a.name), 3) or flag(a.name)) end
  local word = a.value or WORDS[a.type == "list" and a.of or a.type]
  local choices = a.one_of and concat(a.one_of, "|")
  if choices and not a.value and #choices <= 30 then word = choices end
  return flag(a.name) .. " " .. word
end

local function usage_line(all, names)
  local parts = { "usage: " .. native.program() }
  for _, name in ipairs(names) do
    local a = all[name]
    if not a.positional then parts[#parts + 1] = a.required and shape(a) or "[" .. shape(a) .. "]" end
  end
  for _, a in ipairs(positionals(all, names)) do
    parts[#parts + 1] = a.required and shape(a) or "[" .. shape(a) .. "]"
  end
  local lines, line = {}, parts[1]
  for index = 2, #parts do
    if length(line) + length(parts[index]) + 1 > 100 then
      lines[#lines + 1], line = line, "       " .. parts[index]
    else
      line = line .. " " .. parts[index]
    end
  end
  lines[#lines + 1] = line
  return concat(lines, "\n")
end

local function help_text(spec, all, names)
  local left, width = {}, #"--help"
  for _, name in ipairs(names) do
    left[name] = shape(all[name])
    width = widest(width, length(left[name]))
  end
  local lines = {}
  if spec.about then lines = { spec.about, "" } end
  lines[#lines + 1] = usage_line(all, names)
  lines[#lines + 1] = ""
  local function entry(title, text)
    local row = "  " .. title .. rep(" ", width - length(title)) .. "  " .. text
    lines[#lines + 1] = gsub(row, "%s+$", "")
  end
  for _, a in ipairs(positionals(all, names)) do entry(left[a.name], describe(a)) end
  for _, name in ipairs(names) do
    if not all[name].positional then entry(left[name], describe(all[name])) end
  end
  entry("--help", "print this text")
  if spec.examples then
    lines[#lines + 1] = ""
    for index, example in ipairs(spec.examples) do
      lines[#lines + 1] = (index == 1 and "examples: " or "          ") .. tostring(example)
    end
  end
  return concat(lines, "\n") .. "\n"
end

local function title(a) return a.positional and shape(a) or flag(a.name) end

local function usage(message, hint)
  native.usage(message .. (hint and "; " .. hint or ""), format("see %s --help", native.program()))
end

local function one(a, text, source)
  local kind = a.type == "list" and a.of or a.type
  local value, expected, hint = convert[kind](text, a)
  if value == nil then
    usage(format("%s: expected %s, got %q", source, expected, text), hint)
  end
  return value
end

local function add(a, values, text, source)
  if a.type ~= "list" then
    if values[a.name] ~= nil then usage(source .. " is given twice") end
    values[a.name] = one(a, text, source)
    return
  end
  local list = values[a.name] or {}
  values[a.name] = list
  if a.separator == false then
    list[#list + 1] = one(a, text, source)
    return
  end
  local separator = gsub(a.separator or ",", "%p", "%%%0")
  for item in gmatch(text, "[^" .. separator .. "]+") do
    list[#list + 1] = one(a, match(item, "^%s*(.-)%s*$"), source)
  end
end

-- The declared default as a value of the declared type; a default that does not fit is the script's mistake.
local function default_of(a)
  local value = a.default
  if value == nil and a.type == "boolean" then return false end
  if value == nil then return a.type == "list" and {} or nil end
  if a.type == "boolean" then
    if type(value) ~= "boolean" then wrong(format("the default of %q is not true or false", a.name)) end
    return value
  end
  if a.type == "list" then
    if type(value) ~= "table" then wrong(format("the default of %q is not a list", a.name)) end
    local copy = {}
    for index, item in ipairs(value) do copy[index] = item end
    return copy
  end
  if a.type == "date" and date.is(value) then return value end
  local fitting, expected = convert[a.type](tostring(value), a)
  if fitting == nil then
    wrong(format("the default of %q is %s; its declaration wants %s", a.name, tostring(value), expected))
  end
  return fitting
end

local function unknown(word, all, names)
  local message, flags = "unknown argument " .. word, { "--help" }
  for _, each in ipairs(names) do
    if not all[each].positional then flags[#flags + 1] = flag(each) end
  end
  for _, own in ipairs(native.own_options()) do
    if word == own then usage(message, "finlua's own options stand before the script") end
    flags[#flags + 1] = own
  end
  usage(message, native.nearest(word, flags))
end

local function read_flag(word, rest, all, names, values)
  local written, text = match(word, "^%-%-([^=]*)=(.*)$")
  written = written or sub(word, 3)
  local name = gsub(written, "-", "_")
  local a = all[name]
  if a and not a.positional then
    local source = flag(name)
    if a.type == "boolean" then return add(a, values, text or "true", source) end
    if not text then
      text = remove(rest, 1)
      if not text or (sub(text, 1, 2) == "--" and #text > 2) then
        usage(format("%s needs a value", source), text and format("%q is the next argument", text))
      end
    end
    return add(a, values, text, source)
  end
  local negated = match(name, "^no_(.*)$")
  if negated and all[negated] and all[negated].type == "boolean" then
    if text then usage(format("--%s takes no value", written)) end
    return add(all[negated], values, "false", flag(negated))
  end
  unknown("--" .. written, all, names)
end

local function read_words(rest, places, values)
  local index = 1
  for _, word in ipairs(rest) do
    local a = places[index]
    if not a then
      usage(format("unexpected argument %q", word),
        #places == 0 and "arguments are given as --name value" or nil)
    end
    add(a, values, word, shape(a))
    if a.type ~= "list" then index = index + 1 end
  end
end

local function finish(all, names, values)
  for _, name in ipairs(names) do
    local a = all[name]
    if values[name] == nil and a.env then
      local text = native.environment(a.env)
      if text and text ~= "" then add(a, values, text, "$" .. a.env) end
    end
    if values[name] == nil then values[name] = default_of(a) end
    if a.required and (values[name] == nil or a.type == "list" and #values[name] == 0) then
      usage(title(a) .. " is required" .. (a.help and ": " .. a.help or ""))
    end
  end
end

local function parse(spec)
  local all, names = declare(spec)
  local values, words, rest = {}, {}, native.arguments()
  while #rest > 0 do
    local word = remove(rest, 1)
    if word == "--" then
      for _, each in ipairs(rest) do words[#words + 1] = each end
      break
    elseif (word == "--help" or word == "-h") and not all.help then
      native.write(help_text(spec, all, names))
      native.exit(0)
    elseif sub(word, 1, 2) == "--" then
      read_flag(word, rest, all, names, values)
    elseif match(word, "^%-%a") then
      usage(format("unknown argument %s", word), "arguments are given as --name value")
    else
      words[#words + 1] = word
    end
  end
  read_words(words, positionals(all, names), values)
  finish(all, names, values)
  return setmetatable(values, {
    __index = function(_, name)
      if all[name] then return nil end
      wrong(format("%q is not declared", tostring(name)), native.nearest(tostring(name), names))
    end,
  })
end

-- Ends the run with exit status 2: the command line asks for what cannot be. `args.usage("--from is after --to")`
return setmetatable({ parse = parse, usage = usage }, { __call = function(_, spec) return parse(spec) end })
