-- finlua.internal.held: counts the rows that a script keeps, by the lists that hold them. A list that nobody refers to
-- any more is counted until the limit would be passed, or the warning before it is due: then Lua collects, and what is
-- left is counted anew.
-- It is one function, so that no script can put another in its place.
local native = ...
local next, setmetatable, min = next, setmetatable, math.min

local LIMIT, STEP = native.limit(), 256 -- rows that a list may grow by before it asks again
-- Where a warning is due, and how many must have come since the last count to make another worth its time.
local NEAR, WORTH = LIMIT - LIMIT // 5, LIMIT // 10
local sizes = setmetatable({}, { __mode = "k" })
local total, counted, is_near = 0, 0, false

-- What other lists than this one hold, without those that nobody refers to.
local function count_others(list)
  native.collect()
  counted = 0
  for other, size in next, sizes do
    if other ~= list then counted = counted + size end
  end
  return counted
end

-- held(list, count): the list has `count` rows; gives how many it may have before it has to ask again. Fails where it may
-- not have one more. held(list, count, true): it is complete.
return function(list, count, is_complete)
  local others = total - (sizes[list] or 0)
  local least = is_complete and count or count + 1
  local wanted = others + least
  if wanted > LIMIT or not is_near and wanted >= NEAR and wanted - counted >= WORTH then
    others = count_others(list)
    if others + least > LIMIT then
      sizes[list], total = count, others + count
      native.refuse(total)
    end
  end
  is_near = is_near or others + least >= NEAR
  local room = is_complete and count or min(count + STEP, LIMIT - others)
  sizes[list], total = room, others + room
  native.note(others + count)
  return room
end
