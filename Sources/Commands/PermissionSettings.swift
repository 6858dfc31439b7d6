import Confinement
import Glibc
import HostLoop

/// What the command line and the configuration file allow a script beyond its own folder and the service.
struct PermissionSettings: Sendable {
    /// A folder and what named it, as messages say it.
    private struct Folder {
        let path: String
        let origin: String
    }

    private var output: Folder?
    private var modules: [Folder] = []
    private var readable: [Folder] = []
    private var writable: [Folder] = []
    private var hosts: [NetworkHost] = []
    private var variables: [String] = []
    private var own = Permissions.Own(variables: Self.ownVariables)

    /// Nothing more.
    init() {}

    /// Options before the configuration file, for each permission by itself. Fails for what is no host, no name of a
    /// variable or a variable of the credentials, and for a relative folder in the configuration file.
    /// `state` is where the run keeps it.
    init(
        _ options: HostArguments, _ environment: Environment, _ configuration: Configuration, state: StatePlace
    ) throws(UsageError) {
        own.files = configuration.secretFiles + [environment[.secretKeyFile]].compactMap { $0 } + state.files
        func folders(_ name: HostOption.Name) throws(UsageError) -> [Folder] {
            let (words, origin) = Self.words(name, options, configuration)
            for word in words where word.isEmpty || options.values[name] == nil && !word.hasPrefix("/") {
                throw UsageError(
                    "\(origin) is \"\(word)\"; it takes \(word.isEmpty ? "a folder" : "the absolute path of a folder")")
            }
            return words.map { Folder(path: $0, origin: origin) }
        }
        output = try folders(.out).first
        modules = try folders(.luaPath)
        readable = try folders(.allowRead)
        writable = try folders(.allowWrite)
        for (word, origin) in Self.each(.allowNet, options, configuration) {
            hosts.append(try Self.host(word, origin))
        }
        for (word, origin) in Self.each(.allowEnv, options, configuration) {
            try Self.check(variable: word, origin)
            variables.append(word)
        }
    }

    private static func words(
        _ name: HostOption.Name, _ options: HostArguments, _ configuration: Configuration
    ) -> (words: [String], origin: String) {
        if let words = options.values[name] { return (words, "--\(name.rawValue)") }
        let origin = "run.\(name.rawValue.replacing("-", with: "_")) (in \(configuration.path))"
        return (configuration.grants[name] ?? [], origin)
    }

    private static func each(
        _ name: HostOption.Name, _ options: HostArguments, _ configuration: Configuration
    ) -> [(word: String, origin: String)] {
        let (words, origin) = words(name, options, configuration)
        return words.map { ($0, origin) }
    }

    private static func host(_ word: String, _ origin: String) throws(UsageError) -> NetworkHost {
        // As a request to it would be read.
        guard let host = NetworkHost(word), let endpoint = try? Endpoint(url: "https://\(host.text)") else {
            throw UsageError(
                "\(origin) is \"\(word)\"; it takes a host, as in hooks.example.com or hooks.example.com:8443")
        }
        return NetworkHost(name: endpoint.host, port: host.port)
    }

    private static func check(variable name: String, _ origin: String) throws(UsageError) {
        guard Permissions.isVariableName(name) else {
            throw UsageError("\(origin) is \"\(name)\"; it takes the name of an environment variable")
        }
        guard !ownVariables.contains(name) else {
            throw UsageError("\(origin) is \(name); credentials, and where they are kept, are shown to no script")
        }
    }

    /// Variables that hold a part of the credentials or lead to it.
    private static let ownVariables = Set(
        HostVariable.allCases.filter(\.isSecret).map(\.rawValue)
            + [HostOption[.config].variable, HostOption[.ping].variable].compactMap { $0 })

    /// The permissions of one or several scripts, in which a request may go nowhere but to the named hosts yet.
    func permissions(of scripts: [Script]) -> Permissions {
        var permissions = Permissions(workingFolder: Self.workingFolder, own: own)
        for folder in scripts.flatMap(\.modulePaths) {
            permissions.grant(.read, below: folder, by: "the script's folder", isNamed: false, holdsModules: true)
        }
        for folder in modules { permissions.grant(.read, below: folder.path, by: folder.origin, holdsModules: true) }
        for folder in readable { permissions.grant(.read, below: folder.path, by: folder.origin) }
        if let output {
            permissions.grant(.write, below: output.path, by: output.origin)
        } else {
            permissions.grant(.write, below: ".", by: "the working directory", isNamed: false)
        }
        for folder in writable { permissions.grant(.write, below: folder.path, by: folder.origin) }
        for host in hosts { permissions.grant(host: host) }
        for variable in variables { permissions.grant(variable: variable) }
        return permissions
    }

    /// "/" where it is gone: nothing relative can be named then.
    private static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
