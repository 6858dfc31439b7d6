-- finlua.internal.manifest: the manifest beside an export: what was asked, what was written, and what it comes to.
--
--   local kept = manifest.of("costs.csv", options, call)   -- reads the last one; nil where none is wanted
--   kept:check(table)                -- warns of columns that are not those of the last export; an error with "freeze"
--   local tally = manifest.tally(table, rows.describe(source))
--   tally:add(row, position)         -- exact sums of what is added up at all; tally:sums() as texts
--   kept:write(source, table, { rows =, sums =, … })       -- committed with the file
local native = ...
local type, pcall, ipairs, next, setmetatable = type, pcall, ipairs, next, setmetatable
local concat, format, number_type = table.concat, string.format, math.type
local json, output = require "finlua.json", require "finlua.internal.output"
local rows = require "finlua.internal.rows"
local groups, groups_row, groups_list = native.groups, native.groups_row, native.groups_list

local manifest = { options = { "manifest", "schema" } }

local Tally = {}
Tally.__index = Tally

-- Sums of the fields of a table of finlua.internal.columns: of a query those that it sums, else all that hold numbers.
function manifest.tally(table, description)
  local of, summed = {}, nil
  if description and not table.focus then
    summed = {}
    for _, m in ipairs(description.measurements) do summed[m.name] = m.aggregation == "sum" end
  end
  for place, field in ipairs(table.fields) do
    if field ~= "day" and field ~= "week" and field ~= "month" and (not summed or summed[field]) then
      of[#of + 1] = { field = field, name = table.names[place], place = place }
    end
  end
  return setmetatable({ of = of }, Tally)
end

function Tally:add(row, position)
  for _, one in ipairs(self.of) do
    local value = row[one.field]
    if value ~= nil and not one.is_mixed then
      if not number_type(value) then
        one.is_mixed = true
      else
        one.groups = one.groups or groups({}, { one.field })
        -- Amounts of several units are no sum.
        if not groups_row(one.groups, row, position) then one.is_mixed = true end
      end
    end
  end
end

-- The sums of a query whose rows the host wrote, by the place of the column.
function Tally:take(list)
  for _, one in ipairs(self.of) do one.given = list[one.place] or nil end
end

-- All digits of each sum, by the column's name; a column of several units has none.
function Tally:sums()
  local sums = {}
  for _, one in ipairs(self.of) do
    if one.given then
      sums[one.name] = one.given
    elseif one.groups and not one.is_mixed then
      local ok, list = pcall(groups_list, one.groups, true)
      if ok and list[1] then sums[one.name] = list[1].totals[one.field] end
    end
  end
  return sums
end

local Manifest = {}
Manifest.__index = Manifest

-- The one that is there; nil without one. What is no manifest is told and left aside, but where it is needed.
local function read(path, is_needed)
  local text = native.replaced(path)
  if not text then return end
  local ok, found = pcall(json.decode, text)
  if ok and type(found) == "table" and type(found.columns) == "table" then return found end
  if is_needed then
    native.fail { code = "output", call = "export", message = path .. " is no manifest of finlua, or damaged",
      hint = "bring it back, or remove it and export everything again" }
  end
  native.warn(format("%s is no manifest of finlua; it is replaced", path))
end

-- `path` is that of the manifest; `shown` that of the export. With `is_needed` one that cannot be read is an error.
function manifest.open(path, shown, options, call, is_needed)
  if options.manifest ~= nil and type(options.manifest) ~= "boolean" then
    rows.bad(call, "manifest: expected true or false")
  end
  if options.schema ~= nil and options.schema ~= "freeze" and options.schema ~= "warn" then
    rows.bad(call, "schema: expected \"warn\" or \"freeze\"")
  end
  if options.manifest == false then
    if options.schema == "freeze" then
      rows.bad(call, "schema = \"freeze\" compares with the last manifest, and manifest = false leaves none")
    end
    return
  end
  return setmetatable({ path = path, shown = shown, freezes = options.schema == "freeze", last = read(path, is_needed or options.schema == "freeze") }, Manifest)
end

-- Of an export to one file.
function manifest.of(path, options, call)
  if path == "-" then return end
  return manifest.open(path .. ".manifest.json", path, options, call)
end

local function schema_of(names) return native.digest(json.encode(json.array { table.unpack(names) })) end

local function difference(names, others)
  local known, list = {}, {}
  for _, name in ipairs(others) do known[name] = true end
  for _, name in ipairs(names) do
    if not known[name] then list[#list + 1] = name end
  end
  return #list > 0 and concat(list, ", ") or nil
end

function Manifest:check(table)
  local last = self.last
  if not last or last.schema == schema_of(table.names) then return end
  local before = {}
  for place, column in ipairs(last.columns) do before[place] = type(column) == "table" and column.name or "?" end
  local parts = {}
  local new, gone = difference(table.names, before), difference(before, table.names)
  if new then parts[#parts + 1] = "new: " .. new end
  if gone then parts[#parts + 1] = "gone: " .. gone end
  if #parts == 0 then parts[1] = "another order: " .. concat(table.names, ", ") end
  local message = format("the columns of %s are not those of %s: %s", self.shown, last.written or "its last export",
    concat(parts, "; "))
  if not self.freezes then return native.warn(message) end
  native.fail {
    code = "output", call = "export", message = message,
    hint = "schema = \"freeze\" keeps them; take it out once, or remove " .. self.path .. ", to write the new ones",
  }
end

-- What every manifest tells; `content` is added to it.
function Manifest:write(source, table, content)
  local spec, ids, requests = rows.asked(source)
  local description = rows.describe(source)
  content.columns = json.array {}
  for place, name in ipairs(table.names) do
    content.columns[place] = { name = name, field = table.fields[place] ~= name and table.fields[place] or nil }
  end
  content.schema = schema_of(table.names)
  content.finlua, content.written = native.version(), native.now()
  content.spec = spec
  content.queries = ids and json.array(ids)
  content.requests = requests and json.array(requests)
  if not content.window and description and description.from then
    content.window = { from = description.from, to = description.to }
  end
  if table.focus then content.focus = { version = "1.0", missing = json.array(table.focus.missing) } end
  local out <close> = output.open(self.path, "export", self.makes_folders)
  out:write(native.scrubbed(json.encode(content, { pretty = true })) .. "\n")
  out:commit(true)
end

manifest.warn, manifest.changed, manifest.now = native.warn, native.changed, native.now

return manifest
