internal import CRowDecoder
internal import LuaBridge
internal import LuaSQL

/// A module inside the program: its chunk, and the functions handed to it.
struct EmbeddedModule {
    let source: [UInt8]
    let functions: [(name: String, call: String, body: HostBody)]
    let natives: [NamedFunction]
    let cFunctions: [String]
}

extension LuaMachine {
    /// Makes `require(name)` run the embedded chunk once with the native functions as its argument table.
    ///
    /// The chunk's result is the module. `call` is how errors name a function, "finout.query". `cFunctions` names functions
    /// of `rd_lua_function` or `ls_lua_function`, which join the native ones under their own names.
    public func addModule(
        _ name: String, source: [UInt8], native: [String: (call: String, body: HostBody)], cFunctions: [String] = []
    ) {
        modules[name] = EmbeddedModule(
            source: source, functions: native.map { ($0.key, $0.value.call, $0.value.body) }, natives: [],
            cFunctions: cFunctions)
    }

    func addModule(_ name: String, source: [UInt8], natives: [NamedFunction]) {
        modules[name] = EmbeddedModule(source: source, functions: [], natives: natives, cFunctions: [])
    }

    /// The Lua of every module inside the program, by name.
    public var moduleSources: [String: [UInt8]] { modules.mapValues(\.source) }

    /// Replaces the global `require` by the host's own.
    func installRequire() {
        let stack = core.stack
        let natives: [NamedFunction] =
            [
                NamedFunction("find", "require") { [unowned self] stack, _ throws(LuaFailure) in
                    .values(try find(on: stack))
                }
            ] + taskNatives()
        let isLoaded = load(
            EmbeddedModule(
                source: PackageResources.require_lua, functions: [], natives: natives, cFunctions: []),
            name: "require", on: stack)
        precondition(
            isLoaded && lb_call(stack.state, 1, 1) == LUA_OK, stack.lossyString(at: -1) ?? "require cannot be set up")
        lb_set_global(stack.state, "require")
    }

    /// Adds a function to one of the libraries, such as `os`, that every script has.
    public func addFunction(_ name: String, to library: String, _ body: @escaping HostBody) {
        let stack = core.stack
        lua_checkstack(stack.state, 8)
        HostFunction.push(body, call: "\(library).\(name)", on: stack)
        lb_set_library_field(stack.state, library, name)
    }

    /// Pushes the compiled chunk and its argument table, or the error.
    private func load(_ module: EmbeddedModule, name: String, on stack: LuaStack) -> Bool {
        lua_checkstack(stack.state, 8)
        let status = module.source.withUnsafeBytes { bytes in
            lb_load(
                stack.state, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, "=[finlua \(name)]",
                true)
        }
        guard status == LUA_OK else { return false }
        lua_createtable(stack.state, 0, Int32(module.functions.count + module.natives.count + 2))
        stack.push(Self.fail.name)  // first, so that a module may have its own
        HostFunction.push(call: Self.fail.call, on: stack, Self.fail.body)
        lua_rawset(stack.state, -3)
        for function in module.functions {
            stack.push(function.name)
            HostFunction.push(function.body, call: function.call, on: stack)
            lua_rawset(stack.state, -3)
        }
        for name in module.cFunctions {
            guard let function = rd_lua_function(name) ?? ls_lua_function(name) else {
                preconditionFailure("no C function is named \(name)")
            }
            stack.push(name)
            lua_pushcclosure(stack.state, function, 0)
            lua_rawset(stack.state, -3)
        }
        for function in module.natives {
            stack.push(function.name)
            HostFunction.push(call: function.call, on: stack, function.body)
            lua_rawset(stack.state, -3)
        }
        return true
    }

    /// `find(name)`: chunk, argument; or nil and the places searched.
    private func find(on stack: LuaStack) throws(LuaFailure) -> Int32 {
        let name = try stack.string(at: 1, what: "a module's name")
        if let module = modules[name] {
            if !load(module, name: name, on: stack) {
                lua_pushnil(stack.state)
                lua_rotate(stack.state, -2, 1)
            }
            return 2
        }
        var searched = ""
        for (number, folder) in core.configuration.modulePaths.enumerated() {
            let file = name.split(separator: ".").joined(separator: "/") + ".lua"
            let path = folder.isEmpty || folder == "." ? file : folder + (folder.hasSuffix("/") ? "" : "/") + file
            searched += "\n\tno file '\(path)'"
            guard let bytes = try core.configuration.readModule(number, file) else { continue }
            let status = bytes.withUnsafeBytes { bytes in
                lb_load(
                    stack.state, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, "@" + path, false)
            }
            guard status == LUA_OK else {
                lua_pushnil(stack.state)
                lua_rotate(stack.state, -2, 1)
                return 2
            }
            stack.push(path)
            return 2
        }
        lua_pushnil(stack.state)
        stack.push("module '\(name)' not found:\n\tno module of finlua has that name" + searched)
        return 2
    }
}

extension LuaMachine {
    /// `fail{code=, message=, hint=, …}` or `fail(code, message, hint)`: raises an error table at the script's line.
    fileprivate static let fail = NamedFunction("fail", "") { stack, count throws(LuaFailure) in
        let arguments = LuaArguments(stack: stack, count: Int(count))
        guard !arguments.isAbsent(1) else {
            var fields = try arguments.table(0, "error").fields
            let code = fields.removeValue(forKey: "code")?.string
            let message = fields.removeValue(forKey: "message")?.string
            let hint = fields.removeValue(forKey: "hint")?.string
            throw LuaFailure(
                code: code ?? LuaFailure.scriptErrorCode, message: message ?? "error", hint: hint, fields: fields)
        }
        throw LuaFailure(
            code: try arguments.string(0, "code"), message: try arguments.string(1, "message"),
            hint: try arguments.optionalString(2, "hint"))
    }
}
