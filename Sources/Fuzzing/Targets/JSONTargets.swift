import CLua
import CRowDecoder
import RowDecoder

extension FuzzTarget {
    /// JSON as the API, a script or a fixture writes it, by both readers and both writers.
    static let json = FuzzTarget(
        "json", takes: "JSON",
        words: [
            "null", "true", "[]", "{}", "\"\\u0000\"", "\\ud83d\\ude00", "-0", "-0.0", "1e308", "9223372036854775808",
        ]
    ) { bytes in
        let lua = PlainLua()
        let decoded = Result { try lua.call("json_decode", bytes) }
        guard let value = try? JSONValue(parsing: bytes) else {
            if case .success = decoded { throw Finding("Lua reads what Swift refuses") }
            return
        }
        let text = try value.serialized()
        try expectSame(try JSONValue(parsing: text).plain, value.plain, "JSON reads back as it was written")
        try expectSame(try JSONValue(parsing: text).serialized(), text, "writing JSON again changes nothing")
        try expectSame(
            try JSONValue(parsing: try value.serialized(pretty: true)).plain, value.plain, "so does indented JSON")
        if case .failure(let failure) = decoded { throw Finding("Lua refuses what Swift reads: \(failure)") }
        let encoded = try lua.call("json_encode")
        try expectSame(try JSONValue(parsing: encoded).plain, value.asLuaHasIt.plain, "JSON survives Lua")
    }
}

extension JSONValue {
    /// With `1e3` as the integer it is written as.
    fileprivate var plain: JSONValue {
        switch self {
        case .number(let number): Int64(exactly: number).map { .integer($0) } ?? self
        case .array(let elements): .array(elements.map(\.plain))
        case .object(let members): .object(members.map { Member(name: $0.name, value: $0.value.plain) })
        default: self
        }
    }

    /// Of members with one name the first, in the order of their bytes: what is left of an object in Lua.
    fileprivate var asLuaHasIt: JSONValue {
        switch self {
        case .array(let elements): return .array(elements.map(\.asLuaHasIt))
        case .object(let members):
            var seen: Set<[UInt8]> = []
            let first = members.filter { seen.insert(Array($0.name.utf8)).inserted }
            return .object(
                first.map { Member(name: $0.name, value: $0.value.asLuaHasIt) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        default: return self
        }
    }
}

/// A Lua state with nothing in it but the decoder's functions.
final class PlainLua {
    let state: OpaquePointer

    init() {
        state = luaL_newstate()
    }

    deinit { lua_close(state) }

    /// Calls a function of `rd_lua_functions` with a text, or with what the last call left, and gives the text it
    /// returned, empty for another value, which stays for the next call. Fails with what it raised.
    @discardableResult
    func call(_ function: String, _ text: [UInt8]? = nil) throws -> [UInt8] {
        if let text {
            lua_settop(state, 0)
            _ = text.withUnsafeBytes { lua_pushlstring(state, $0.baseAddress, $0.count) }
        }
        lua_pushcclosure(state, rd_lua_function(function), 0)
        lua_rotate(state, 1, 1)
        let status = lua_pcallk(state, 1, 1, 0, 0, nil)
        guard status == LUA_OK else { throw Finding(String(decoding: top, as: UTF8.self)) }
        return lua_type(state, -1) == LUA_TSTRING ? top : []
    }

    private var top: [UInt8] {
        var count = 0
        guard let start = lua_tolstring(state, -1, &count) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
