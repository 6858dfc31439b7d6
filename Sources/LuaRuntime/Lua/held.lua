-- finlua.internal.held: counts the rows that a script keeps, by the lists that hold them. A list that nobody refers to
-- any more is counted until the limit would be passed: then Lua collects, and what is left is counted anew.
-- It is one function, so that no script can put another in its place.
local native = ...
local next, setmetatable, min = next, setmetatable, math.min

local LIMIT, STEP = native.limit(), 256 -- rows that a list may grow by before it asks again
local sizes = setmetatable({}, { __mode = "k" })
local total = 0

local function others_than(list)
  local count = 0
  for other, size in next, sizes do
    if other ~= list then count = count + size end
  end
  return count
end

-- held(list, count): the list has `count` rows; gives how many it may have before it has to ask again. Fails where it may
-- not have one more. held(list, count, true): it is complete.
return function(list, count, is_complete)
  local others = total - (sizes[list] or 0)
  local least = is_complete and count or count + 1
  if others + least > LIMIT then
    native.collect()
    others = others_than(list)
    if others + least > LIMIT then
      sizes[list], total = count, others + count
      native.refuse(total)
    end
  end
  local room = is_complete and count or min(count + STEP, LIMIT - others)
  sizes[list], total = room, others + room
  native.note(others + count)
  return room
end
