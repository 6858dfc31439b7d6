import HostLoop
import LuaRuntime
import StateStore

extension ScriptModule {
    /// `finlua.store` and the comparison of rows behind it. `charge` counts bytes that the host holds for the script, or takes
    /// them back.
    @HostLoop
    static func store(_ values: ScriptValues, _ charge: @escaping @HostLoop (Int) -> Void) -> [ScriptModule] {
        [
            ScriptModule(
                name: "finlua.internal.remembered", source: PackageResources.remembered_lua,
                native: access(to: .rows, of: values, charge),
                cFunctions: ["json_encode", "json_decode", "ndjson_record"]),
            ScriptModule(
                name: "finlua.store", source: PackageResources.store_lua,
                native: access(to: .value, of: values, charge), cFunctions: ["json_encode", "json_decode"]),
        ]
    }

    @HostLoop
    private static func access(
        to kind: ScriptKey.Kind, of values: ScriptValues, _ charge: @escaping @HostLoop (Int) -> Void
    ) -> [String: NativeFunction] {
        let longest = ScriptValues.longestName
        let largest = kind == .rows ? ScriptValues.largestStore : ScriptValues.largestValue
        return [
            "get": NativeFunction(call: "store") { arguments in
                let key = ScriptKey(kind, try arguments.bytes(0, "name"))
                return .values(
                    try stated { () throws(StateError) in try values.value(of: key) }.map { [.bytes($0)] } ?? [])
            },
            "set": NativeFunction(call: "store") { arguments in
                let key = ScriptKey(kind, try arguments.bytes(0, "name"))
                let value = arguments.isAbsent(1) ? nil : try arguments.bytes(1, "text")
                let held = values.stagedBytes
                try stated { () throws(StateError) in try values.stage(value, under: key) }
                charge(values.stagedBytes - held)
                return .values([])
            },
            "names": NativeFunction(call: "store") { arguments in
                let prefix = try arguments.bytes(0, "prefix")
                let names = try stated { () throws(StateError) in try values.names(beginningWith: prefix) }
                return .values([.table(LuaTable(array: names.map(LuaValue.bytes)))])
            },
            "bounds": NativeFunction(call: "store") { _ in
                .values([.integer(Int64(longest)), .integer(Int64(largest))])
            },
        ]
    }

    @HostLoop
    private static func stated<Value>(_ body: () throws(StateError) -> Value) throws(LuaFailure) -> Value {
        do throws(StateError) {
            return try body()
        } catch {
            throw LuaFailure(code: "state", message: error.message, hint: error.hint)
        }
    }
}
