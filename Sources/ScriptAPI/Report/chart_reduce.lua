-- finlua.internal.chart_reduce: fewer points for drawing, and the same picture: of each column of the picture the first,
-- the lowest, the highest and the last point stay. What is printed as a number never comes from here.
local floor = math.floor

-- From `first` to `last` of the points xs, ys; gives new arrays, or the same part where it has no more than four a column.
return function(xs, ys, first, last, columns)
  local outx, outy, count = {}, {}, 0
  if last - first + 1 <= columns * 2 then
    for place = first, last do
      count = count + 1
      outx[count], outy[count] = xs[place], ys[place]
    end
    return outx, outy, false
  end
  local place = first
  while place <= last do
    local column, low, high, stop = floor(xs[place]), place, place, place
    while stop < last and floor(xs[stop + 1]) == column do
      stop = stop + 1
      if ys[stop] < ys[low] then low = stop end
      if ys[stop] > ys[high] then high = stop end
    end
    local before, after = low, high
    if high < low then before, after = high, low end
    local previous
    for _, each in ipairs { place, before, after, stop } do
      if each ~= previous then
        count = count + 1
        outx[count], outy[count], previous = xs[each], ys[each], each
      end
    end
    place = stop + 1
  end
  return outx, outy, true
end
