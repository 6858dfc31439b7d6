import HostLoop
import LuaRuntime
import Testing

@Suite struct SandboxTests {
    @Test func `only the allowed libraries exist`() async throws {
        let text = try await run(
            """
            local names = {}
            for name, value in next, _G do
                if type(value) == 'table' and name ~= '_G' then
                    for key in pairs(value) do names[#names + 1] = name .. '.' .. key end
                else names[#names + 1] = name end
            end
            for _, absent in ipairs { 'dofile', 'loadfile', 'io', 'package', 'string.dump', 'os.execute', 'os.exit', 'os.getenv',
                'os.remove', 'os.rename', 'os.tmpname', 'os.setlocale', 'debug.getinfo', 'debug.sethook', 'debug.getregistry' } do
                for _, name in ipairs(names) do if name == absent then print('has', name) end end
            end
            local count = 0
            for _ in pairs(debug) do count = count + 1 end
            print(count, debug.traceback ~= nil, os.time ~= nil, os.date ~= nil, os.clock ~= nil, os.difftime ~= nil)
            print(pcall(collectgarbage), collectgarbage 'count' > 10)
            print(pcall(collectgarbage, 'stop'))
            """)
        #expect(text.hasPrefix("1\ttrue\ttrue\ttrue\ttrue\ttrue\nfalse\t"))
        #expect(text.contains("bad argument #1 to 'collectgarbage'"))
        #expect(!text.contains("has"))
    }

    @Test(arguments: [
        ("print(totl)", "script.lua:1: undeclared global 'totl'"),
        ("x = 1", "script.lua:1: undeclared global 'x' cannot be set; declare it with 'local'"),
        ("function f() end", "undeclared global 'f' cannot be set"),
        ("print(_G.nothing)", "undeclared global 'nothing'"),
        ("local _ENV = {} y = 1 z()", "attempt to call a nil value (global 'z')"),
        ("local _ENV = nil y = 1", "attempt to index a nil value (upvalue '_ENV')"),
        ("local _ENV = setmetatable({}, {__index = _G}) q()", "undeclared global 'q'"),
        ("print(_G[{}])", "undeclared global 'table: "),
    ])
    func `an undeclared global is named`(source: String, message: String) async throws {
        let error = try #require(try await failure(source))
        #expect(
            error.failure.message.contains(message.replacing("upvalue", with: "local"))
                || error.failure.message.contains(message))
    }

    @Test func `rawset declares a global on purpose`() async throws {
        #expect(try await run("rawset(_G, 'x', 1) x = x + 1 print(x)") == "2\n")
    }

    @Test(arguments: [
        "getmetatable('').__index = nil", "getmetatable(_G).__index = nil", "setmetatable(_G, nil)",
        "setmetatable({}, { __gc = function() end })", "setmetatable({}, setmetatable({ __gc = 1 }, nil))",
        "getmetatable(select(2, pcall(require 'host'.fail, 'x'))).__tostring = nil",
        "getmetatable(require 'finlua.task'.spawn(print)).__index = nil",
    ])
    func `what is protected stays so`(source: String) async throws {
        #expect(try await failure(source) != nil)
    }

    @Test(arguments: [
        ("string.format = print", "string.format cannot be set: string is read-only"),
        ("math.new = 1", "math.new cannot be set: math is read-only"),
        ("local t = table function t.insert() end", "table.insert cannot be set: table is read-only"),
        ("rawset(os, 'time', print)", "rawset cannot change a read-only table"),
        ("table.insert(coroutine, print)", "coroutine.1 cannot be set: coroutine is read-only"),
        ("table.move({ 1 }, 1, 1, 1, utf8)", "utf8.1 cannot be set: utf8 is read-only"),
        ("setmetatable(debug, {})", "cannot change a protected metatable"),
        ("require 'finlua.task'.all = print", "finlua.task.all cannot be set: finlua.task is read-only"),
        ("require 'host'.echo = print", "host.echo cannot be set: host is read-only"),
    ])
    func `libraries and modules are read-only`(source: String, message: String) async throws {
        let error = try #require(try await failure(source))
        #expect(error.failure.message.contains(message))
    }

    @Test func `a library can be looked through, and what is behind it is not reached`() async throws {
        let text = try await run(
            """
            local names, real = {}, nil
            local step, state, first = pairs(string)
            for name, value in step, state, first do
                names[#names + 1] = name
                assert(type(value) == 'function' and string[name] == value)
            end
            table.sort(names)
            print(table.concat(names, ' '))
            print(state == string, getmetatable(string), #string, rawlen(string))
            """)
        #expect(
            text == """
                byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper
                true\tfalse\t0\t0

                """)
    }

    @Test func `what a script does to its globals does not reach the host's own Lua`() async throws {
        let text = try await run(
            """
            local original = { print = print }
            for _, name in ipairs { 'pairs', 'ipairs', 'type', 'setmetatable', 'getmetatable', 'tostring', 'error', 'string',
                'table', 'math', 'next', 'pcall', 'rawget', 'select', 'assert', 'coroutine', 'require' } do
                original[name] = _G[name]
                if name ~= 'require' then
                    rawset(_G, name, function() original.print('misled', name) return {} end)
                end
            end
            local task = original.require 'finlua.task'
            original.print(task.all({ function() return 1 end, function() task.sleep(1) return 2 end })[2])
            """)
        #expect(text == "2\n")
    }

    @Test func `bytecode is refused`() async throws {
        #expect(try await run("print(load('\\27Lua'))").hasPrefix("nil\tattempt to load a binary chunk (mode is 't')"))
        #expect(try await run("print(load('\\27Lua', 'x', 'b'))").hasPrefix("nil\t"))
        #expect(try await run("print(load('return 1', 'x', 'b'))").hasPrefix("nil\t"))
        #expect(try await run("print(load(function() return '\\27Lua' end, 'x', 'bt'))").hasPrefix("nil\t"))
        let error = try #require(try await failure("\u{1B}Lua"))
        #expect(error.failure.message.contains("binary chunk"))
    }

    @Test func `load takes strings, readers and environments`() async throws {
        let text = try await run(
            """
            print(load('return 1 + 1')())
            local parts = { 'return ', '...', nil }
            local i = 0
            print(load(function() i = i + 1 return parts[i] end, '=parts')(7))
            print(load('return x', 'env', 't', { x = 5 })())
            print(pcall(load('x = 1')))
            print(load('local'))
            print(load(function() error 'reader' end))
            """)
        #expect(
            text == """
                2
                7
                5
                false\t[string "x = 1"]:1: undeclared global 'x' cannot be set; declare it with 'local'
                nil\t[string "local"]:1: <name> expected near <eof>
                nil\tscript.lua:8: reader

                """)
    }

    @Test func `a huge string is an error of memory`() async throws {
        let text = try await run(
            """
            for _, f in ipairs { function() return ('x'):rep(1 << 30) end, function() return ('x'):rep(1 << 29) end } do
                local ok, e = pcall(f)
                print(ok, e.code or e, tostring(e))
            end
            print(pcall(string.rep, 'x', math.maxinteger, ','))
            """)
        #expect(text.hasPrefix("false\tmemory\tnot enough memory\n"))
        #expect(text.contains("resulting string too large"))
    }
}
