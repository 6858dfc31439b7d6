import CLua
import CRowDecoder
import RowDecoder

#if canImport(Glibc)
import Glibc
#endif

/// A plain Lua state for tests, with the decoder's functions as globals.
final class LuaState {
    let state: OpaquePointer

    init() {
        state = luaL_newstate()
        luaL_openlibs(state)
        install()
    }

    /// A state whose memory is counted.
    init(counting memory: UnsafeMutablePointer<CountedMemory>) {
        state = lua_newstate(CountedMemory.allocate, memory)
        luaL_openlibs(state)
        install()
    }

    deinit { lua_close(state) }

    private func install() {
        for name in [
            "number_text", "json_encode", "json_decode", "json_array", "csv_record", "ndjson_record", "exact_sum",
            "groups", "groups_rows", "groups_row", "groups_list", "csv_fault", "csv_parser", "csv_columns", "csv_place",
            "csv_next",
        ] {
            lua_pushcclosure(state, rd_lua_function(name), 0)
            lua_setglobal(state, name)
        }
        rd_push_null(state)
        lua_setglobal(state, "null")
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Runs a chunk and gives what it returns as text, or throws what it raised.
    @discardableResult
    func run(_ chunk: String) throws -> String {
        defer { lua_settop(state, 0) }
        let status = luaL_loadstring(state, chunk)
        let outcome = status == LUA_OK ? lua_pcallk(state, 0, 1, 0, 0, nil) : status
        guard
            let text = lua_type(state, -1) == LUA_TNIL
                ? "nil" : lua_tolstring(state, -1, nil).map({ String(cString: $0) })
        else {
            throw Failure(description: "the chunk returned no text")
        }
        guard outcome == LUA_OK else { throw Failure(description: text) }
        return text
    }

    /// Names what is on top of the stack.
    func setGlobal(_ name: String) { lua_setglobal(state, name) }

    /// Sets the global `rows` to an iterator over the reader; `advance` is a Lua expression.
    func setRows(_ reader: RowReader, advance: String) {
        precondition(
            luaL_loadstring(state, "return \(advance)") == LUA_OK && lua_pcallk(state, 0, 1, 0, 0, nil) == LUA_OK)
        rd_push_rows(state, reader.handle, CountedMemory.grace)
        lua_setglobal(state, "rows")
    }
}

/// Counts what a Lua state holds, and refuses allocations from one on: a single one Lua would ask for again after a collection.
struct CountedMemory {
    var used = 0
    var allocations = 0
    /// The first allocation that fails; none if negative.
    var failing = -1
    /// While above zero, nothing fails.
    var grace = 0

    static let allocate: lua_Alloc = { context, block, oldSize, newSize in
        let memory = context!.assumingMemoryBound(to: CountedMemory.self)
        let held = block == nil ? 0 : oldSize
        guard newSize > 0 else {
            free(block)
            memory.pointee.used -= held
            return nil
        }
        if newSize > held {
            memory.pointee.allocations += 1
            let isOver = memory.pointee.failing >= 0 && memory.pointee.allocations >= memory.pointee.failing
            if isOver, memory.pointee.grace == 0 { return nil }
        }
        memory.pointee.used += newSize - held
        return realloc(block, newSize)
    }

    static func of(_ state: OpaquePointer?) -> UnsafeMutablePointer<CountedMemory>? {
        var context: UnsafeMutableRawPointer?
        _ = lua_getallocf(state, &context)
        return context?.assumingMemoryBound(to: CountedMemory.self)
    }

    /// States that do not count are not touched by it.
    static var grace: RDGrace {
        RDGrace(
            begin: { CountedMemory.of($0)?.pointee.grace += 1 }, end: { CountedMemory.of($0)?.pointee.grace -= 1 })
    }
}
