internal import CRowDecoder
internal import LuaBridge
internal import RowDecoder

/// Pushing on and reading from a Lua stack by functions that cannot jump: raw access only, while the host is running.
///
/// Guard of `@unchecked Sendable`: used on the loop only.
struct LuaStack: @unchecked Sendable {
    let state: OpaquePointer
    unowned let core: LuaCore

    /// Levels of tables that a value handed to or from a script may have.
    static let depthLimit = 64

    /// Values that a table handed to the host may hold. A table within itself many times over is as many values as
    /// ways lead to it.
    static let valueLimit = 100_000

    /// The way to the value that is read, and what is left of `valueLimit`.
    private struct Walk {
        var path: [UnsafeRawPointer] = []
        var left = valueLimit
    }

    // MARK: Push

    func push(_ value: LuaValue) {
        switch value {
        case .nil: lua_pushnil(state)
        case .boolean(let value): lua_pushboolean(state, value ? 1 : 0)
        case .integer(let value): lua_pushinteger(state, value)
        case .number(let value): lua_pushnumber(state, value)
        case .string(let text): push(text)
        case .bytes(let bytes):
            _ = bytes.withUnsafeBytes { lua_pushlstring(state, $0.baseAddress, $0.count) }
        case .table(let table): push(table)
        case .function(let function): push(function.reference)
        case .object(let object): lb_push_object(state, Unmanaged.passRetained(object).toOpaque())
        case .json(let value): push(value)
        case .rows(let reader, let advance):
            HostFunction.push(advance, call: "rows", on: self)
            rd_push_rows(state, reader.handle, RDGrace(begin: lb_grace_begin, end: lb_grace_end))
        }
    }

    func push(_ text: String) {
        var text = text
        _ = text.withUTF8 { lua_pushlstring(state, UnsafeRawPointer($0.baseAddress), $0.count) }
    }

    func push(_ reference: LuaReference) {
        lua_rawgeti(state, LB_REGISTRY, lua_Integer(reference.number))
    }

    /// Whether there is room for `count` values more; if not, the call that needs them fails (`failureOfOverflow`).
    func hasRoom(_ count: Int) -> Bool {
        if let count = Int32(exactly: count), lua_checkstack(state, count) != 0 { return true }
        core.hasOverflowed = true
        return false
    }

    /// The failure of a call whose values did not fit, once.
    func failureOfOverflow() -> LuaFailure? {
        guard core.hasOverflowed else { return nil }
        core.hasOverflowed = false
        return LuaFailure(code: LuaFailure.scriptErrorCode, message: "stack overflow: too many values at once")
    }

    private func push(_ table: LuaTable) {
        guard hasRoom(4) else { return lua_pushnil(state) }
        lua_createtable(state, Int32(table.array.count), Int32(table.fields.count))
        for (index, value) in table.array.enumerated() {
            push(value)
            lua_rawseti(state, -2, lua_Integer(index + 1))
        }
        for (name, value) in table.fields {
            push(name)
            push(value)
            lua_rawset(state, -3)
        }
    }

    private func push(_ value: JSONValue) {
        guard hasRoom(4) else { return lua_pushnil(state) }
        switch value {
        case .null: rd_push_null(state)
        case .boolean(let value): lua_pushboolean(state, value ? 1 : 0)
        case .integer(let value): lua_pushinteger(state, value)
        case .number(let value): lua_pushnumber(state, value)
        case .string(let text): push(text)
        case .array(let elements):
            lua_createtable(state, Int32(elements.count), 0)
            for (index, element) in elements.enumerated() {
                push(element)
                lua_rawseti(state, -2, lua_Integer(index + 1))
            }
            rd_push_array_mark(state)
            lua_setmetatable(state, -2)
        case .object(let members):
            lua_createtable(state, 0, Int32(members.count))
            // Of members with one name the first counts.
            for member in members.reversed() {
                push(member.name)
                push(member.value)
                lua_rawset(state, -3)
            }
        }
    }

    /// Pushes the error table of a failure.
    func push(_ failure: LuaFailure) {
        lua_checkstack(state, 8)
        lb_push_error(state)
        describe(failure)
    }

    /// Gives the error table on top what there is to say of a failure.
    func describe(_ failure: LuaFailure) {
        set("code", .string(failure.code))
        set("message", .string(failure.message))
        set("retryable", failure.fields["retryable"] ?? .boolean(false))
        if let hint = failure.hint { set("hint", .string(hint)) }
        for (name, value) in failure.fields where name != "retryable" { set(name, value) }
    }

    private func set(_ name: String, _ value: LuaValue) {
        push(name)
        push(value)
        lua_rawset(state, -3)
    }

    // MARK: Read

    func typeName(at index: Int32) -> String {
        String(cString: lua_typename(state, lua_type(state, index)))
    }

    func bytes(at index: Int32) -> UnsafeBufferPointer<UInt8> {
        var count = 0
        let start = lua_tolstring(state, index, &count)
        return UnsafeBufferPointer(start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self), count: count)
    }

    func string(at index: Int32, what: String) throws(LuaFailure) -> String {
        guard let text = String(validating: bytes(at: index), as: UTF8.self) else {
            throw .badArgument("\(what) is not valid UTF-8")
        }
        return text
    }

    /// The text of a string with what is not UTF-8 replaced; nil for another type.
    func lossyString(at index: Int32) -> String? {
        guard lua_type(state, index) == LUA_TSTRING else { return nil }
        return String(decoding: bytes(at: index), as: UTF8.self)
    }

    func object(at index: Int32) -> AnyObject? {
        guard let object = lb_to_object(state, index) else { return nil }
        return Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue()
    }

    func reference(at index: Int32) -> LuaReference {
        lua_pushvalue(state, index)
        return popReference()
    }

    func popReference() -> LuaReference {
        LuaReference(number: luaL_ref(state, LB_REGISTRY), list: core.references)
    }

    func read(at index: Int32, what: String) throws(LuaFailure) -> LuaValue {
        var walk = Walk()
        return try read(lua_absindex(state, index), what, &walk)
    }

    func table(at index: Int32, what: String) throws(LuaFailure) -> LuaTable {
        var walk = Walk()
        return try table(lua_absindex(state, index), what, &walk)
    }

    private func read(_ index: Int32, _ what: String, _ walk: inout Walk) throws(LuaFailure) -> LuaValue {
        walk.left -= 1
        guard walk.left > 0 else {
            throw .badArgument("\(what) is one of more than \(Self.valueLimit) values")
        }
        switch lua_type(state, index) {
        case LUA_TNIL, LUA_TNONE: return .nil
        case LUA_TBOOLEAN: return .boolean(lua_toboolean(state, index) != 0)
        case LUA_TNUMBER:
            if lua_isinteger(state, index) != 0 { return .integer(lua_tointegerx(state, index, nil)) }
            return .number(lua_tonumberx(state, index, nil))
        case LUA_TSTRING: return .string(try string(at: index, what: what))
        case LUA_TTABLE: return .table(try table(index, what, &walk))
        case LUA_TFUNCTION: return .function(LuaFunction(reference(at: index)))
        case LUA_TUSERDATA: if let object = object(at: index) { return .object(object) }
        case _ where rd_is_null(state, index): return .json(.null)
        default: break
        }
        throw .badArgument("\(what) holds a \(typeName(at: index)), which is no plain data")
    }

    private func table(
        _ index: Int32, _ what: String, _ walk: inout Walk
    ) throws(LuaFailure) -> LuaTable {
        let identity = lua_topointer(state, index)!
        guard !walk.path.contains(identity) else { throw .badArgument("\(what) contains itself") }
        guard walk.path.count < Self.depthLimit else {
            throw .badArgument("\(what) is nested deeper than \(Self.depthLimit) levels")
        }
        walk.path.append(identity)
        defer { walk.path.removeLast() }
        guard hasRoom(6) else { throw failureOfOverflow()! }
        var table = LuaTable()
        let top = lua_gettop(state)
        defer { lua_settop(state, top) }
        if lua_getmetatable(state, index) != 0 {
            rd_push_array_mark(state)
            table.isJSONArray = lua_rawequal(state, -1, -2) != 0
            lua_settop(state, top)
        }
        let count = Int64(lua_rawlen(state, index))
        table.array.reserveCapacity(Int(count))
        for position in 0..<count {
            lua_rawgeti(state, index, position + 1)
            table.array.append(try read(top + 1, "\(what)[\(position + 1)]", &walk))
            lua_settop(state, top)
        }
        lua_pushnil(state)
        while lb_next(state, index) != 0 {
            switch lua_type(state, top + 1) {
            case LUA_TSTRING:
                let name = try string(at: top + 1, what: "a name in \(what)")
                table.fields[name] = try read(top + 2, "\(what).\(name)", &walk)
            case LUA_TNUMBER where lua_isinteger(state, top + 1) != 0:
                let position = lua_tointegerx(state, top + 1, nil)
                guard position >= 1 && position <= count else {
                    throw .badArgument("\(what) is no array: it has the index \(position) but not all before it")
                }
            default:
                throw .badArgument("\(what) has a \(typeName(at: top + 1)) as a key; names and 1, 2, 3 … are possible")
            }
            lua_settop(state, top + 1)
        }
        return table
    }
}
