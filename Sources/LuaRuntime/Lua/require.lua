-- The host's `require`: module bodies run as ordinary calls, so that their top level may wait.
local native = ...
local loaded, loading = {}, {}
local stacks = {}  -- task number -> names of the modules it is loading
local waiting = {} -- task number -> the entry it waits for

local function is_safe(name)
    if type(name) ~= "string" or #name > 200 then return false end
    for part in (name .. "."):gmatch("(.-)%.") do
        if not part:match("^[%a_][%w_-]*$") then return false end
    end
    return true
end

local function cycle(name, names)
    return "require cycle: " .. table.concat(names, " -> ") .. " -> " .. name
end

-- Whether waiting for the entry would wait for this task itself.
local function waits_for_itself(entry, task)
    while entry do
        if entry.task == task or native.descends(entry.task) then return true end
        entry = waiting[entry.task]
    end
    return false
end

local function wait_for(name, entry, task)
    if entry.task == task then error(cycle(name, stacks[task]), 3) end
    if waits_for_itself(entry, task) then
        error("require cycle: module '" .. name .. "' is being loaded by a task that waits for this one", 3)
    end
    local done <close> = setmetatable({}, { __close = function() waiting[task] = nil end })
    waiting[task] = entry
    native.acquire(entry.gate)
    native.release(entry.gate)
end

-- A function that a module does not have is named where it is asked for, not where nil is called.
local function complete(module, name, tools)
    if type(module) ~= "table" then return module end
    local metatable = getmetatable(module) or {}
    metatable.__index = metatable.__index or function(_, key)
        local names = {}
        for known in next, module do names[#names + 1] = tostring(known) end
        table.sort(names)
        local near = tools.nearest and tools.nearest(tostring(key), names)
        tools.fail {
            code = "bad_argument", message = name .. " has no " .. tostring(key),
            hint = near or "it has " .. table.concat(names, ", "),
        }
    end
    return setmetatable(module, metatable)
end

local function load_module(name, task)
    local chunk, argument = native.find(name)
    if not chunk then error(argument, 3) end
    local names = stacks[task] or {}
    local entry, depth = { task = task, gate = native.semaphore(0, 1) }, #names
    -- Before anything can be seen by others, so that a failure anywhere below leaves nothing behind.
    local done <close> = setmetatable({}, {
        __close = function()
            loading[name] = nil
            names[depth + 1] = nil
            if depth == 0 then stacks[task] = nil end
            native.release(entry.gate)
        end,
    })
    stacks[task] = names
    names[depth + 1] = name
    loading[name] = entry
    local value
    if type(argument) == "table" then value = view(complete(chunk(argument), name, argument), name) else value = chunk(name, argument) end
    if value == nil then value = true end
    loaded[name] = { value, type(argument) == "string" and argument or nil }
end

return function(name)
    local module = loaded[name]
    if not module then
        if not is_safe(name) then
            error("require: a module's name is words joined by dots, such as \"finlua.task\", not " .. tostring(name), 2)
        end
        local task = native.current()
        while loading[name] and not loaded[name] do wait_for(name, loading[name], task) end
        if not loaded[name] then load_module(name, task) end
        module = loaded[name]
    end
    return module[1], module[2]
end
