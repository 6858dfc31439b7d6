import Confinement
import HostLoop
import LuaRuntime

extension LuaConfiguration {
    /// The most a module's file may hold. 16 MiB, as much as no text written by hand.
    private static let longestModule = 16 << 20

    /// Has `require` search the folders that hold modules, each beneath its descriptor.
    mutating func findModules(in folders: GrantedFolders) {
        let grants = folders.permissions.readable.enumerated().filter { $0.element.holdsModules }
        modulePaths = grants.map(\.element.given)
        readModule = { number, file throws(LuaFailure) in
            do throws(Refusal) {
                return try folders.read(file, below: grants[number].offset, atMost: Self.longestModule)
            } catch {
                guard error.kind != .missing else { return nil }
                throw LuaFailure(error)
            }
        }
    }
}

extension LuaMachine {
    /// `os.getenv(name)`: the value of a granted variable, nil where it is not set, and the error `denied` for any other.
    func addEnvironment(_ environment: @escaping @HostLoop (String) -> String?, _ permissions: Permissions) {
        addFunction("getenv", to: "os") { arguments in
            let name = try arguments.string(0, "name")
            do throws(Refusal) { try permissions.check(variable: name) } catch { throw LuaFailure(error) }
            return .values([environment(name).map(LuaValue.string) ?? .nil])
        }
    }
}

extension LuaFailure {
    /// What a script sees of a refusal; `unusable` is the code for a file that is allowed and cannot be used.
    init(_ refusal: Refusal, unusable: String = LuaFailure.scriptErrorCode) {
        let code =
            switch refusal.kind {
            case .denied: "denied"
            case .malformed: "bad_argument"
            case .missing, .unusable: unusable
            }
        self.init(code: code, message: refusal.message, hint: refusal.hint)
    }
}
