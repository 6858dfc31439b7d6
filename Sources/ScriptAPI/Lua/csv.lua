-- finlua.csv: CSV text to rows and back. Values are texts unless `types` says otherwise, so nothing is lost: leading
-- zeros stay, an unquoted empty field is absent and "" is the empty text. What a reader could only guess is an error.
local native = ...
local type, pairs, ipairs, tostring = type, pairs, ipairs, tostring
local concat, sort = table.concat, table.sort
local find, format = string.find, string.format
local number_type = math.type
local csv_next = native.csv_next
local rows, date, export = require "finlua.internal.rows", require "finlua.date", require "finlua.export"

local csv = {}
local bad = rows.bad
local TYPES = { text = true, number = true, date = true }

local function check_separator(separator, call)
  if separator == nil then return "," end
  if type(separator) ~= "string" or not find(separator, "^[^%w\"\r\n\0\128-\255]$") then
    bad(call, "separator: expected one character, such as \";\" or \"\\t\"")
  end
  return separator
end

local function name_of(source, names, column)
  local name = names and names[column]
  return name and format("%s, column %q", source, name) or format("%s, column %d", source, column)
end

-- What the parser says is wrong, in words. `names` are those of the columns, or nil.
local function refuse(call, source, parser, names, what, line, column, text)
  local place = format("%s, line %d", source, line)
  if what == "ragged" then
    local _, count = native.csv_place(parser)
    bad(call, format("%s has %d field%s, and the first line %d", place, column, column == 1 and "" or "s", count),
      "a separator or a line break inside a field needs quotes around the field")
  end
  place = name_of(place, names, column)
  if what == "unterminated" then bad(call, place .. ": the quotes that open here are never closed") end
  if what == "after" then bad(call, place .. ": after the closing quote stands more than a separator") end
  if what == "quote" then
    bad(call, place .. ": a quote inside a field that does not begin with one",
      "write the field in quotes, and each quote in it twice")
  end
  bad(call, format("%s: %q is not a number", place, text), "numbers are written 1234.5, -3 or 1e6")
end

-- The names in the first line, each of them there and there once.
local function read_names(call, source, parser, separator)
  local header, what, line, column = csv_next(parser)
  if not header then
    if what then refuse(call, source, parser, nil, what, line, column) end
    bad(call, source .. " is empty: it has no line with the names of its columns",
      "write header = false for one without")
  end
  local names, seen = {}, {}
  for place = 1, header.n do
    local name = header[place]
    if name == nil or name == "" then bad(call, format("%s: column %d has no name", source, place)) end
    if seen[name] then bad(call, format("%s: columns %d and %d are both named %q", source, seen[name], place, name)) end
    names[place], seen[name] = name, place
  end
  local other = #names == 1 and separator == "," and (find(names[1], ";", 1, true) and ";"
    or find(names[1], "\t", 1, true) and "\\t")
  if other then
    bad(call, format("%s has one column named %q", source, names[1]), format("write separator = \"%s\"", other))
  end
  return names
end

-- Which columns are numbers and dates: by place, and by the field of the row.
local function read_types(call, source, types, names, width)
  local numbers, dates = {}, {}
  if types == nil then return numbers, dates end
  if type(types) ~= "table" then bad(call, "types: expected a table, such as { cost = \"number\" }") end
  local places = {}
  for place = 1, width do places[names and names[place] or place] = place end
  for name, kind in pairs(types) do
    if not places[name] then
      local known = names or {}
      bad(call, format("types: %s has no column %s%s", source, names and format("%q", tostring(name)) or tostring(name),
          names and "; it has " .. concat(names, ", ") or format("; it has %d", width)),
        native.nearest(tostring(name), known))
    end
    if not TYPES[kind] then
      bad(call, format("types: %s is %s; there are text, number, date", tostring(name), tostring(kind)))
    end
    if kind == "number" then numbers[places[name]] = true end
    if kind == "date" then dates[#dates + 1] = name end
  end
  sort(dates, function(left, right) return places[left] < places[right] end)
  return numbers, dates
end

local function with_dates(call, source, parser, dates, following)
  local known = {}
  return function()
    local row = following()
    if not row then return nil end
    for _, name in ipairs(dates) do
      local text = row[name]
      if text ~= nil then
        local day = known[text]
        if not day then
          local problem
          day, problem = date.try(text)
          if not day then
            bad(call, format("%s, line %d, column %s: %s", source, (native.csv_place(parser)),
              number_type(name) and name or format("%q", name), problem))
          end
          known[text] = day
        end
        row[name] = day
      end
    end
    return row
  end
end

local function parse(call, source, text, options)
  options = rows.options(options, { "separator", "header", "types" }, call)
  local separator = check_separator(options.separator, call)
  local line, fault = native.csv_fault(text)
  if line then bad(call, format("%s, line %d holds %s", source, line, fault)) end
  local parser, names = native.csv_parser(text, separator), nil
  local first -- of a text without names
  if options.header == false then
    local what, column, found
    first, what, line, column, found = csv_next(parser)
    if what then refuse(call, source, parser, nil, what, line, column, found) end
  elseif options.header ~= nil and options.header ~= true then
    bad(call, "header: expected true or false")
  else
    names = read_names(call, source, parser, separator)
  end
  local numbers, dates = read_types(call, source, options.types, names, names and #names or first and first.n or 0)
  if first then parser = native.csv_parser(text, separator, first.n) end
  native.csv_columns(parser, names, numbers)
  local is_broken, problem, at, column, found = false, nil, nil, nil, nil
  local function following()
    -- What is wrong stays wrong: nobody who caught it reads on from the middle of a line.
    if is_broken then refuse(call, source, parser, names, problem, at, column, found) end
    local row
    row, problem, at, column, found = csv_next(parser)
    if problem then
      is_broken = true
      refuse(call, source, parser, names, problem, at, column, found)
    end
    return row
  end
  return #dates > 0 and with_dates(call, source, parser, dates, following) or following
end

-- for row in csv.parse(text, { separator = ";", types = { headcount = "number", day = "date" } }) do … end
-- The first line names the columns; with header = false rows are arrays with their length in `n`.
function csv.parse(text, options)
  local call = "csv.parse"
  if type(text) ~= "string" then
    bad(call, "expected text, got " .. (text == nil and "nothing" or "a " .. type(text)))
  end
  return parse(call, "the text", text, options)
end

-- The same for a file below a folder that the script may read.
function csv.read(path, options)
  local call = "csv.read"
  if type(path) ~= "string" or path == "" then bad(call, "the first argument is the path of the file to read") end
  return parse(call, path, native.read(path), options)
end

-- Rows as the text that export.csv would write: csv.encode(rows, { columns = { "day", "cost" }, header = false }).
function csv.encode(source, options) return export.csv_text(source, options, "csv.encode") end

return csv
