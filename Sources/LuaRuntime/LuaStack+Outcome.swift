internal import LuaBridge
internal import RunLimits

/// Results and errors of tasks, kept in the registry while no coroutine holds them.
extension LuaStack {
    /// Pops `count` values into a table; nothing for none.
    func pack(_ count: Int32) -> LuaReference? {
        guard count > 0 else { return nil }
        lua_checkstack(state, 4)
        lua_createtable(state, count, 0)
        let table = lua_gettop(state) - count
        lua_rotate(state, table, 1)
        for position in (1...count).reversed() { lua_rawseti(state, table, lua_Integer(position)) }
        return popReference()
    }

    /// Pushes the values packed before.
    func unpack(_ table: LuaReference, count: Int32) {
        guard hasRoom(Int(count) + 4) else { return }
        push(table)
        let index = lua_gettop(state)
        if count > 0 { for position in 1...count { lua_rawgeti(state, index, lua_Integer(position)) } }
        lua_rotate(state, index, -1)
        lb_pop(state, 1)
    }

    /// Reads the results of a task.
    func values(_ table: LuaReference?, count: Int) throws(LuaError) -> [LuaValue] {
        guard let table else { return [] }
        let top = lua_gettop(state)
        defer { lua_settop(state, top) }
        unpack(table, count: Int32(count))
        if let failure = failureOfOverflow() { throw LuaError(failure: failure) }
        var values: [LuaValue] = []
        for index in 0..<count {
            do {
                values.append(try read(at: top + 1 + Int32(index), what: "result \(index + 1)"))
            } catch {
                throw LuaError(failure: error)
            }
        }
        return values
    }

    /// The error a task ended with, for the host.
    func error(_ failure: TaskFailure) -> LuaError {
        push(failure.value)
        var error = popError(chunkName: nil)
        if error.where == nil { error.where = failure.where }
        error.traceback = failure.traceback
        return error
    }

    /// Pops an error value: an error table keeps its fields, anything else is its text.
    func popError(chunkName: String?) -> LuaError {
        let top = lua_gettop(state)
        defer { lua_settop(state, top - 1) }
        lua_checkstack(state, 8)
        if let meter = core.configuration.meter, lb_is_memory_error(state, top) {
            core.noteMemory()
            let place = String(cString: lb_refused_where(core.bridge))
            return LuaError(failure: LuaFailure(meter.excess(.memory)), where: place.isEmpty ? nil : place)
        }
        var error = LuaError(failure: LuaFailure(code: LuaFailure.scriptErrorCode, message: ""))
        if lua_type(state, top) == LUA_TTABLE {
            error.failure.fields = plainFields(at: top)
            if let code = error.failure.fields.removeValue(forKey: "code")?.string { error.failure.code = code }
            error.where = error.failure.fields.removeValue(forKey: "where")?.string
            error.call = error.failure.fields.removeValue(forKey: "call")?.string
            error.failure.hint = error.failure.fields.removeValue(forKey: "hint")?.string
            if let message = error.failure.fields.removeValue(forKey: "message")?.string {
                error.failure.message = message
                return error
            }
        }
        lua_pushvalue(state, top)
        if lua_type(state, top) == LUA_TNIL { push("nil was raised as an error") } else { lb_to_string(state) }
        error.failure.message = lossyString(at: -1) ?? ""
        error.where = error.where ?? place(in: error.failure.message, chunkName: chunkName)
        return error
    }

    /// Whether an error value says that a limit was reached.
    func isLimit(at index: Int32) -> Bool {
        if lb_is_memory_error(state, index) { return true }
        guard lb_is_error(state, index) else { return false }
        lua_checkstack(state, 4)
        let table = lua_absindex(state, index)
        push("code")
        lua_rawget(state, table)
        defer { lb_pop(state, 1) }
        return lossyString(at: -1).map { code in RunLimit.allCases.contains { $0.code == code } } ?? false
    }

    /// The fields of an error table that are plain data.
    private func plainFields(at index: Int32) -> [String: LuaValue] {
        var fields: [String: LuaValue] = [:]
        let top = lua_gettop(state)
        lua_pushnil(state)
        while lb_next(state, index) != 0 {
            if let name = lossyString(at: top + 1), let value = try? read(at: top + 2, what: name) {
                fields[name] = value
            }
            lua_settop(state, top + 1)
        }
        return fields
    }

    /// "script.lua:12" where a message starts so.
    private func place(in message: String, chunkName: String?) -> String? {
        let rest: Substring
        if let chunkName, message.hasPrefix(chunkName + ":") {
            rest = message.dropFirst(chunkName.utf8.count + 1)
        } else if let end = message.firstRange(of: ".lua:"), !message[..<end.lowerBound].contains(" ") {
            rest = message[end.upperBound...]
        } else {
            return nil
        }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, rest.dropFirst(digits.count).first == ":" else { return nil }
        return String(message[..<digits.endIndex])
    }
}
