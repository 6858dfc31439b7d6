/// What a script may reach: folders to read and to write below, hosts, environment variables. Pure: every check is made
/// from it, and every message of one, and nothing here asks the system.
public struct Permissions: Sendable, Equatable {
    /// What a script does with a file.
    public enum Access: Sendable, Equatable {
        case read
        case write
    }

    /// A folder that a script may read or write below.
    public struct Grant: Sendable, Equatable {
        /// Absolute, without `.` and `..`.
        public let folder: String
        /// As somebody gave it.
        public let given: String
        /// What granted it, as messages say it: `--out`, `the working directory`.
        public let origin: String
        /// Whether somebody named it, so that a folder that cannot be used is a mistake of theirs.
        public let isNamed: Bool
        /// Whether `require` looks there.
        public let holdsModules: Bool
    }

    /// What belongs to finlua itself: the credentials, what says where they are kept, and the state.
    public struct Own: Sendable, Equatable {
        /// Names of environment variables.
        public var variables: Set<String>
        /// Paths of files, which need not be there.
        public var files: [String]

        /// These variables and files.
        public init(variables: Set<String> = [], files: [String] = []) {
            self.variables = variables
            self.files = files
        }
    }

    /// The working directory, absolute; relative folders are below it.
    public let workingFolder: String
    /// In the order they were granted: a relative path to read lies below the first.
    public private(set) var readable: [Grant] = []
    /// In the order they were granted: a relative path to write lies below the first.
    public private(set) var writable: [Grant] = []
    /// The service and what `--allow-net` names.
    public private(set) var hosts: [NetworkHost] = []
    /// Names of environment variables.
    public private(set) var variables: Set<String> = []
    /// What no flag grants.
    public let own: Own

    /// Nothing but what is granted later.
    public init(workingFolder: String, own: Own = Own()) {
        self.own = Own(
            variables: own.variables, files: own.files.map { LexicalPath.absolute($0, below: workingFolder) })
        self.workingFolder = LexicalPath.normal(workingFolder)
    }

    /// Grants a folder and all below it. `isNamed`: somebody named it, and it must be there; `holdsModules`: `require` looks
    /// there.
    public mutating func grant(
        _ access: Access, below folder: String, by origin: String, isNamed: Bool = true, holdsModules: Bool = false
    ) {
        let grant = Grant(
            folder: LexicalPath.absolute(folder, below: workingFolder), given: folder, origin: origin, isNamed: isNamed,
            holdsModules: holdsModules)
        switch access {
        case .read: readable.append(grant)
        case .write: writable.append(grant)
        }
    }

    /// Grants requests to a host.
    public mutating func grant(host: NetworkHost) { hosts.append(host) }

    /// Grants the value of an environment variable.
    public mutating func grant(variable: String) { variables.insert(variable) }

    /// The folders granted for an access.
    public func grants(_ access: Access) -> [Grant] { access == .read ? readable : writable }
}

extension Permissions.Access {
    /// The flag that grants a folder.
    public var flag: String { self == .read ? "--allow-read" : "--allow-write" }

    var verb: String { self == .read ? "read" : "write" }
}
