public import HostLoop
internal import LuaBridge

/// The arguments of one call of a host function, counted from 0; valid until the function answers.
///
/// What is missing or of the wrong type is the failure `bad_argument`, which names the argument.
@HostLoop public struct LuaArguments {
    nonisolated let stack: LuaStack
    /// How many values the script passed.
    public nonisolated let count: Int

    nonisolated init(stack: LuaStack, count: Int) {
        self.stack = stack
        self.count = count
    }

    /// The argument, nil of Lua past the end.
    public subscript(index: Int) -> LuaValue {
        get throws(LuaFailure) {
            guard index < count else { return .nil }
            return try stack.read(at: Int32(index) + 1, what: "argument \(index + 1)")
        }
    }

    /// A string; a number is not taken for one.
    public func string(_ index: Int, _ name: String) throws(LuaFailure) -> String {
        guard type(index) == LUA_TSTRING else { throw mismatch(index, name, "a string") }
        return try stack.string(at: Int32(index) + 1, what: describe(index, name))
    }

    /// The bytes of a string, which need not be UTF-8.
    public func bytes(_ index: Int, _ name: String) throws(LuaFailure) -> [UInt8] {
        guard type(index) == LUA_TSTRING else { throw mismatch(index, name, "a string") }
        return Array(stack.bytes(at: Int32(index) + 1))
    }

    /// An integer, or a number without a fraction.
    public func integer(_ index: Int, _ name: String) throws(LuaFailure) -> Int64 {
        var isInteger: Int32 = 0
        guard type(index) == LUA_TNUMBER else { throw mismatch(index, name, "an integer") }
        let value = lua_tointegerx(stack.state, Int32(index) + 1, &isInteger)
        guard isInteger != 0 else { throw mismatch(index, name, "an integer") }
        return value
    }

    /// Any number.
    public func number(_ index: Int, _ name: String) throws(LuaFailure) -> Double {
        guard type(index) == LUA_TNUMBER else { throw mismatch(index, name, "a number") }
        return lua_tonumberx(stack.state, Int32(index) + 1, nil)
    }

    /// `true` or `false`, nothing else.
    public func boolean(_ index: Int, _ name: String) throws(LuaFailure) -> Bool {
        guard type(index) == LUA_TBOOLEAN else { throw mismatch(index, name, "true or false") }
        return lua_toboolean(stack.state, Int32(index) + 1) != 0
    }

    /// A deep copy of a table of plain data.
    public func table(_ index: Int, _ name: String) throws(LuaFailure) -> LuaTable {
        guard type(index) == LUA_TTABLE else { throw mismatch(index, name, "a table") }
        return try stack.table(at: Int32(index) + 1, what: describe(index, name))
    }

    /// A function, which lives as long as the reference to it.
    public func function(_ index: Int, _ name: String) throws(LuaFailure) -> LuaFunction {
        guard type(index) == LUA_TFUNCTION else { throw mismatch(index, name, "a function") }
        return LuaFunction(stack.reference(at: Int32(index) + 1))
    }

    /// A host object of the given class.
    public func object<Object: AnyObject>(
        _ index: Int, _ name: String, as class: Object.Type = Object.self
    ) throws(LuaFailure) -> Object {
        guard index < count, let object = stack.object(at: Int32(index) + 1) as? Object else {
            throw mismatch(index, name, "a host object")
        }
        return object
    }

    /// A string, or nil if the argument is absent.
    public func optionalString(_ index: Int, _ name: String) throws(LuaFailure) -> String? {
        isAbsent(index) ? nil : try string(index, name)
    }

    /// Whether the argument is missing or nil.
    public func isAbsent(_ index: Int) -> Bool { type(index) <= LUA_TNIL }

    private func type(_ index: Int) -> Int32 {
        index < count ? lua_type(stack.state, Int32(index) + 1) : LUA_TNONE
    }

    private func describe(_ index: Int, _ name: String) -> String { "argument \(index + 1) (\(name))" }

    private func mismatch(_ index: Int, _ name: String, _ expected: String) -> LuaFailure {
        let actual = index < count ? stack.typeName(at: Int32(index) + 1) : "nothing"
        return .badArgument("\(describe(index, name)) must be \(expected), not \(actual)")
    }
}
