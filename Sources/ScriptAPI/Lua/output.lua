-- finlua.internal.output: what an export or a report writes: a file that appears whole, together with the run's
-- others when it has ended well, or not at all; or "-", standard output, which gets nothing before all is there.
--
--   local out <close> = output.open(path, "export.csv")  -- fails before a byte is written if the path cannot be
--   out:write(text)                                      -- gathered into large writes
--   out.count = out.count + 1                            -- rows, for the answer
--   out.path                                             -- as it was given
--   return out:commit()                                  -- { path =, rows = }
--
-- An output that is closed without commit throws away what was written. output.memory() gives one that keeps its text:
-- out:text().
local native = ...
local type, setmetatable = type, setmetatable
local concat, format = table.concat, string.format
local rows = require "finlua.internal.rows"

local output = {}
local CHUNK = 64 * 1024 -- bytes gathered before they are handed to the file

local Output = {}
Output.__index = Output
function Output.__close(self)
  if self.file then native.discard(self.file) end
end

local function new(path, file)
  return setmetatable({ path = path, file = file, parts = {}, size = 0, count = 0 }, Output)
end

-- `call` names the function in errors.
-- With `makes_folders`, those that are missing are made when the file is put in its place.
function output.open(path, call, makes_folders)
  if type(path) ~= "string" or path == "" then
    rows.bad(call, "the first argument is the path to write, or \"-\" for standard output",
      type(path) == "table" and format("write %s(\"costs.csv\", rows)", call) or nil)
  end
  return new(path, native.open(path, makes_folders or nil))
end

function output.memory() return new() end

function Output:write(text)
  local parts = self.parts
  parts[#parts + 1] = text
  self.size = self.size + #text
  if self.size >= CHUNK and self.file then self:flush() end
end

function Output:flush()
  native.write(self.file, concat(self.parts))
  self.parts, self.size = {}, 0
end

-- All rows of a query, the host's object, from its pages to the file without becoming Lua tables. `style`: { format =
-- "csv" or "ndjson", guard =, line_feed = }; `fields` of a row are written in order, under `names` in ndjson. Gives the
-- exact sum of each field, false for one that has none.
function Output:write_query(query, style, fields, names)
  self:flush()
  local count, sums = native.write_query(self.file, query, style, fields, names)
  self.count = self.count + count
  return sums
end

-- What was written: its SHA-256, its bytes, and whether the file that is there has the same lines in whatever order. For a
-- file, before commit.
function Output:finished()
  local digest, bytes = native.digest(self.file)
  return digest, bytes, native.is_unchanged(self.file)
end

-- `is_quiet`: nobody is told that it replaces what the run wrote to the same path before.
function Output:commit(is_quiet)
  self:flush()
  local path = native.commit(self.file, is_quiet or nil)
  self.file = nil
  return { path = path, rows = self.count }
end

function Output:text() return concat(self.parts) end

return output
