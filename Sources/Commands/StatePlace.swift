import Glibc
import HostLoop
import StateStore

/// Where the state is kept.
enum StatePlace: Sendable, Equatable {
    /// With this process: the demo account ends with it too.
    case memory
    case file(String)

    /// The file that is named, or the standard one; a demo run keeps nothing unless a file is named.
    /// Fails where no variable says which folder the standard one is in.
    init(_ named: String?, isDemo: Bool, _ environment: Environment) throws(UsageError) {
        if let named {
            if named.isEmpty { throw UsageError("--state is empty; it takes the path of a file") }
            // SQLite gives a name that begins with a colon a meaning of its own.
            self = .file(named.hasPrefix(":") ? "./" + named : named)
        } else if isDemo {
            self = .memory
        } else if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
            // The XDG base directory specification: a path that is not absolute counts as not set.
            self = .file(folder + "/finlua/state.db")
        } else if let home = environment["HOME"] {
            self = .file(home + "/.local/state/finlua/state.db")
        } else {
            throw UsageError(
                "neither XDG_STATE_HOME nor HOME says where the state is kept; name a file: --state FILE or FINLUA_STATE"
            )
        }
    }

    /// Its file and those beside it: of SQLite, and of locks.
    var files: [String] {
        guard case .file(let path) = self else { return [] }
        return ["", "-wal", "-shm", "-journal", "-live"].map { path + $0 }
    }

    /// The folders that hold its files, that of the file and that of what the file is a link to; the first is made if need
    /// be.
    @HostLoop
    func folders() throws(StateError) -> [String] {
        guard case .file(let path) = self else { return [] }
        try StateStore.makeFolder(of: path)
        func folder(of path: String) -> String {
            path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        }
        guard let resolved = realpath(path, nil) else { return [folder(of: path)] }
        defer { free(resolved) }
        return [folder(of: path), folder(of: String(cString: resolved))]
    }

    /// Opens it, or begins it; `label` says what this process does. With `replacing`, a damaged file is kept aside first,
    /// and `say` hears under which name.
    @HostLoop
    func open(label: String, replacing: Bool, say: (String) -> Void) throws(StateError) -> StateStore {
        switch self {
        case .memory: return StateStore()
        case .file(let path):
            if replacing, let aside = try StateStore.keepAside(path: path) {
                say("the state \(path) is damaged; it is kept aside as \(aside), and a new one begins")
            }
            return try StateStore(path: path, label: label)
        }
    }
}

extension HostArguments {
    /// The state that the options or the environment name, for a command that looks at what runs left.
    @HostLoop
    func openState(_ environment: Environment, label: String) throws -> StateStore {
        try StatePlace(text(.state, environment), isDemo: false, environment)
            .open(label: label, replacing: self[.replaceState] != nil) { Terminal.complain("finlua: \($0)") }
    }
}
