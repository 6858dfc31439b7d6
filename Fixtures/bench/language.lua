-- Workloads of the language alone, timed one by one; each line printed is `kind name seconds`.
-- finlua and Debian's `lua5.4` run it in turn, and the ratios of their times are what counts.
local clock = os.clock
local floor, format = math.floor, string.format

local workloads = {
  { "loop", "integers", function()
    local sum = 0
    for i = 1, 30000000 do sum = sum + i % 7 end
    return sum
  end },
  { "loop", "floats", function()
    local sum, x = 0.0, 1.0
    for i = 1, 30000000 do x = x * 0.5 + 1.25 sum = sum + x end
    return sum
  end },
  { "loop", "while and compare", function()
    local i, n = 0, 0
    while i < 30000000 do if i > n then n = i end i = i + 1 end
    return n
  end },
  { "table", "rows made", function()
    local rows = {}
    for i = 1, 600000 do rows[i] = { day = i, service = "EC2", cost = i * 0.25 } end
    return #rows
  end },
  { "table", "rows summed by key", function()
    local rows, sums = {}, {}
    for i = 1, 1000 do rows[i] = { service = "s" .. i % 50, cost = i * 0.25 } end
    for _ = 1, 3000 do
      for i = 1, #rows do
        local row = rows[i]
        sums[row.service] = (sums[row.service] or 0) + row.cost
      end
    end
    return sums.s1
  end },
  { "table", "array in order", function()
    local list, sum = {}, 0
    for i = 1, 1000 do list[i] = i end
    for _ = 1, 8000 do for _, value in ipairs(list) do sum = sum + value end end
    return sum
  end },
  { "table", "pairs", function()
    local map, sum = {}, 0
    for i = 1, 1000 do map["k" .. i] = i end
    for _ = 1, 6000 do for _, value in pairs(map) do sum = sum + value end end
    return sum
  end },
  { "call", "recursion", function()
    local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
    return fib(31)
  end },
  { "call", "methods and closures", function()
    local Counter = {}
    Counter.__index = Counter
    function Counter:add(n) self.n = self.n + n end
    local counter = setmetatable({ n = 0 }, Counter)
    for i = 1, 5000000 do counter:add(i) end
    local total = 0
    for i = 1, 2000000 do total = (function(n) return total + n end)(i) end
    return counter.n + total
  end },
  { "call", "library, by a local", function()
    local n = 0
    for i = 1, 8000000 do n = n + floor(i / 3) end
    return n
  end },
  { "call", "library, by its table", function()
    local n = 0
    for i = 1, 8000000 do n = n + math.floor(i / 3) end
    return n
  end },
  { "call", "string methods", function()
    local n = 0
    for i = 1, 1500000 do n = n + #("service"):upper() + #format("%d", i) end
    return n
  end },
  { "call", "pcall", function()
    local n = 0
    for i = 1, 5000000 do local _, value = pcall(floor, i) n = n + value end
    return n
  end },
  { "call", "coroutine resume", function()
    local co, n = coroutine.wrap(function() local i = 0 while true do i = i + 1 coroutine.yield(i) end end), 0
    for _ = 1, 3000000 do n = n + co() end
    return n
  end },
}

for _, workload in ipairs(workloads) do
  local kind, name, run = workload[1], workload[2], workload[3]
  collectgarbage "count"
  local began = clock()
  run()
  print(format("%s\t%s\t%.6f", kind, name, clock() - began))
end
