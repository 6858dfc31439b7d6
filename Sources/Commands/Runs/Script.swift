import Glibc
import RowDecoder

/// What a session runs.
struct Script {
    /// How errors name it: the path as given.
    let name: String
    /// How its help names it: `finlua run top-movers.lua`.
    let program: String
    let source: [UInt8]
    /// Whether it is one of the program's own.
    var isHost = false
    /// Where `require` looks first: the script's own folder.
    let modulePaths: [String]
    /// What runs are told apart by: the absolute path with its links resolved, or the command.
    let identity: String
    /// The options of finlua that its command takes.
    var takes = HostOption.Name.allCases
    /// Whether one run of it, with the same arguments and account, happens at a time.
    var runsAlone = false

    /// Reads a script file that a command is to run; fails with a usage error that names it.
    static func load(_ path: String, for command: String = "run") throws(UsageError) -> Script {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError("the script \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw UsageError("\(path) is a folder; give the path of a script")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return Script(
            name: path, program: "finlua \(command) \(path)", source: FileBytes.readAll(descriptor),
            modulePaths: [folder.isEmpty ? "/" : folder], identity: resolved(path), runsAlone: true)
    }

    static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }
}

/// What makes two runs the same: the script, its arguments and the account.
struct RunIdentity {
    let script: String
    /// As JSON.
    let arguments: String
    /// The account's hash.
    let account: String

    init(_ script: Script, arguments: [String], account: String) {
        self.script = script.identity
        self.account = account
        // Strings hold no NaN, so writing them cannot fail.
        self.arguments = Self.text(arguments)
    }

    /// The name of the lock that keeps two such runs apart.
    var lock: String { Self.text([account, script, arguments]) }

    private static func text(_ strings: [String]) -> String {
        let bytes = (try? JSONValue.array(strings.map(JSONValue.string)).serialized()) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }
}
