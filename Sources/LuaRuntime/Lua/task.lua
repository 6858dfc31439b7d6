-- finlua.task: concurrency whose parts cannot outlive the function that started them. A parent waits for its children;
-- a child's failure cancels its siblings and surfaces at the parent. Queries need no task: finout.query only submits.
local native = ...
local task = {}

local Task = { __name = "task", __metatable = false }
Task.__index = Task

-- Waits for the task's end: its results, or its error.
function Task:await()
    return native.await(self[1])
end

local function check_function(value, name, position)
    if type(value) ~= "function" then
        native.fail("bad_argument",
            ("%s: argument %d must be a function, not a %s"):format(name, position, type(value)))
    end
end

local function check_seconds(value, name)
    if type(value) ~= "number" or not (value >= 0 and value < 1e9) then
        native.fail("bad_argument", ("%s: seconds must be a number from 0 to 1e9, not %s"):format(name, tostring(value)))
    end
end

local function check_list(value, name)
    if type(value) ~= "table" then
        native.fail("bad_argument", ("%s: argument 1 must be an array, not a %s"):format(name, type(value)))
    end
end

-- Starts a function with these arguments beside the others; gives the task.
function task.spawn(fn, ...)
    check_function(fn, "task.spawn", 1)
    return setmetatable({ native.spawn(fn, ...) }, Task)
end

-- What to call or wait for, whatever the item of a list is.
local function starter(item, name, position)
    if type(item) == "function" then return item end
    local meta = getmetatable(item)
    if type(item) == "table" and rawget(item, 1) and item.await == Task.await then
        return function() return native.await(item[1]) end
    end
    local await = type(meta) == "table" and rawget(meta, "__await")
    if await then return function() return await(item) end end
    native.fail("bad_argument",
        ("%s: item %d must be a function, a task or something that can be awaited, not a %s")
            :format(name, position, type(item)))
end

local function starters(list, name)
    check_list(list, name)
    local functions = {}
    for i = 1, #list do functions[i] = starter(list[i], name, i) end
    return functions
end

-- Waits for every function, task or query of a list; gives their results in the order of the list.
function task.all(list)
    local functions = starters(list, "task.all")
    local results = {}
    native.scope(function()
        for i = 1, #functions do
            native.spawn(function() results[i] = functions[i]() end)
        end
    end)
    return results
end

-- Calls fn(item, place) for each item of a list, at most `limit` at a time; gives the results in order.
function task.each(list, limit, fn)
    check_list(list, "task.each")
    if math.type(limit) ~= "integer" or limit < 1 then
        native.fail("bad_argument", "task.each: argument 2 must be a whole number of at least 1, not " .. tostring(limit))
    end
    check_function(fn, "task.each", 3)
    local count, position, results = #list, 0, {}
    native.scope(function()
        for _ = 1, math.min(limit, count) do
            native.spawn(function()
                while position < count do
                    position = position + 1
                    local mine = position
                    results[mine] = fn(list[mine], mine)
                end
            end)
        end
    end)
    return results
end

-- The results of the first that succeeds; the others are cancelled. Fails, with the first error, if all do.
function task.any(list)
    local functions = starters(list, "task.any")
    if #functions == 0 then native.fail("bad_argument", "task.any: the list is empty, so none can succeed") end
    return native.scope(function()
        local gate, failures, winner, first_error = native.semaphore(0, 1), 0, nil, nil
        for i = 1, #functions do
            native.spawn(function()
                local result = table.pack(pcall(functions[i]))
                if winner then return end
                if result[1] then
                    winner = result
                else
                    failures = failures + 1
                    if failures == 1 then first_error = result[2] end
                    if failures < #functions then return end
                end
                native.release(gate)
            end)
        end
        native.acquire(gate)
        native.cancel_children()
        if not winner then error(first_error, 0) end
        return table.unpack(winner, 2, winner.n)
    end)
end

-- The results of a function, or the error `deadline` if it takes longer.
function task.timeout(seconds, fn, ...)
    check_seconds(seconds, "task.timeout")
    check_function(fn, "task.timeout", 2)
    return native.scope(function(...)
        native.spawn(function()
            native.sleep(seconds)
            native.fail("deadline", ("task.timeout: not finished within %g seconds"):format(seconds))
        end)
        local results = table.pack(native.await(native.spawn(fn, ...)))
        native.cancel_children()
        return table.unpack(results, 1, results.n)
    end, ...)
end

-- Waits; other tasks go on.
function task.sleep(seconds)
    check_seconds(seconds, "task.sleep")
    return native.sleep(seconds)
end

local Semaphore = { __name = "semaphore", __metatable = false }
Semaphore.__index = Semaphore

-- Takes a permit, and waits until there is one.
function Semaphore:acquire()
    return native.acquire(self[1])
end

-- Gives a permit back.
function Semaphore:release()
    return native.release(self[1])
end

-- Holds a permit for the length of the call, however it ends.
function Semaphore:with(fn, ...)
    check_function(fn, "semaphore:with", 1)
    native.acquire(self[1])
    local held <close> = self.held
    return fn(...)
end

-- So many permits, for what only so many tasks may do at a time.
function task.semaphore(permits)
    if math.type(permits) ~= "integer" or permits < 1 then
        native.fail("bad_argument",
            "task.semaphore: the number of permits must be a whole number of at least 1, not " .. tostring(permits))
    end
    local handle = native.semaphore(permits, permits)
    return setmetatable({
        handle,
        held = setmetatable({}, { __close = function() native.release(handle) end }),
    }, Semaphore)
end

return task
