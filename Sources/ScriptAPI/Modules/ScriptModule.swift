import HostLoop
import LuaRuntime
import Wording

/// A host function of a module and the name that errors show for it.
struct NativeFunction {
    let call: String
    let body: HostBody
}

/// One module of the script API: its embedded Lua, and the host functions that it is given.
struct ScriptModule {
    /// What a script requires.
    let name: String
    /// The embedded chunk.
    let source: [UInt8]
    /// Host functions by the name the chunk uses.
    var native: [String: NativeFunction] = [:]
    /// Functions of the row decoder's library that the chunk uses.
    var cFunctions: [String] = []

    /// Adds the module, with `nearest`, which gives the hint that names the word somebody meant; the machine adds `fail`,
    /// which raises an error that carries the script's line.
    @HostLoop
    func install(on machine: LuaMachine) {
        var functions = native
        functions["nearest"] = NativeFunction(call: name) { arguments in
            let words = try arguments.table(1, "words").array.compactMap(\.string)
            return .values(
                NearMatches.hint(for: try arguments.string(0, "word"), among: words).map { [.string($0)] } ?? [])
        }
        machine.addModule(
            name, source: source, native: functions.mapValues { (call: $0.call, body: $0.body) }, cFunctions: cFunctions
        )
    }
}
