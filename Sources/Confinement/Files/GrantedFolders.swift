internal import CConfinement
internal import Glibc
internal import Wording

/// The folders that `Permissions` grants, opened. Every file a script reads or writes is reached from here.
public final class GrantedFolders: Sendable {
    /// What was granted.
    public let permissions: Permissions
    private let readable: [OpenFolder?]
    private let writable: [OpenFolder?]

    /// Opens them. Fails with `unusable` for a folder that somebody named and that cannot be opened; any other is as if it
    /// had not been granted.
    public convenience init(_ permissions: Permissions) throws(Refusal) {
        try self.init(permissions, resolution: .best)
    }

    /// Opens them for a way to resolve paths.
    package init(_ permissions: Permissions, resolution: PathResolution) throws(Refusal) {
        self.permissions = permissions
        readable = try Self.open(permissions.readable, resolution)
        writable = try Self.open(permissions.writable, resolution)
    }

    private static func open(
        _ grants: [Permissions.Grant], _ resolution: PathResolution
    ) throws(Refusal) -> [OpenFolder?] {
        var folders: [OpenFolder?] = []
        for grant in grants {
            let folder = OpenFolder(path: grant.folder, resolution: resolution)
            let failure = errno
            folders.append(folder)
            guard folder == nil, grant.isNamed else { continue }
            let problem =
                switch failure {
                case ENOENT, ENOTDIR: "there is no such folder; make it first"
                case ENOTSUP: "files of /proc are never opened for a script"
                default: "it cannot be opened: \(String(cString: strerror(failure)))"
                }
            throw Refusal(.unusable, "\(grant.origin) is \"\(LexicalPath.shown(grant.given))\", and \(problem)")
        }
        return folders
    }

    /// The folders of an access that could be opened.
    func opened(_ access: Permissions.Access) -> [OpenFolder] {
        (access == .read ? readable : writable).compactMap { $0 }
    }

    /// The bytes of a regular file, `limit` at the most.
    ///
    /// Fails with `denied` or `malformed` as `Permissions.place(of:for:)` does, with `denied` where a link leads out of the
    /// granted folder, `missing` where there is no such file, and `unusable` where it is none that can be read.
    public func read(_ path: String, atMost limit: Int) throws(Refusal) -> [UInt8] {
        try read(try permissions.place(of: path, for: .read), atMost: limit)
    }

    /// As `read(_:atMost:)`, of a path below the readable folder with that number.
    public func read(_ path: String, below grant: Int, atMost limit: Int) throws(Refusal) -> [UInt8] {
        let folder = permissions.readable[grant]
        try LexicalPath.check(path)
        let absolute = LexicalPath.absolute(path, below: folder.folder)
        guard let rest = LexicalPath.rest(of: absolute, below: folder.folder) else {
            throw Refusal(.denied, "\(LexicalPath.shown(path)) lies outside \(folder.given)")
        }
        let given = folder.given == "." ? "" : folder.given.hasSuffix("/") ? folder.given : folder.given + "/"
        return try read(
            GrantedPath(grant: grant, rest: rest, absolute: absolute, shown: LexicalPath.shown(given + path)),
            atMost: limit)
    }

    /// Without waiting: a FIFO that nobody writes to would hold the run up for ever.
    private static let reading = O_RDONLY | O_NONBLOCK | O_NOCTTY

    private func read(_ place: GrantedPath, atMost limit: Int) throws(Refusal) -> [UInt8] {
        try read(try open(place, for: .read, Self.reading), place, atMost: limit)
    }

    private func read(_ descriptor: Int32, _ place: GrantedPath, atMost limit: Int) throws(Refusal) -> [UInt8] {
        defer { close(descriptor) }
        func refusal(_ problem: String) -> Refusal { Refusal(.unusable, "\(place.shown) cannot be read: \(problem)") }
        if cconf_is_process_file(descriptor) != 0 {
            throw Refusal(
                .denied, "\(place.shown) is a file of /proc, and none of them is opened for a script")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal(String(cString: strerror(errno))) }
        if let kind = FileKind(mode: status.st_mode).problem { throw refusal("it is \(kind)") }
        if permissions.own.files.contains(where: { FileIdentity(path: $0) == FileIdentity(status) }) {
            throw Self.own(place)
        }
        guard status.st_size <= limit else { throw refusal("it holds \(status.st_size) bytes; \(limit) is the most") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw refusal(String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw refusal("it grows; \(limit) bytes is the most") }
        }
    }

    /// Opens the folder that a file is to be written to.
    ///
    /// Fails with `denied` or `malformed` as `Permissions.place(of:for:)` does, with `denied` where a link leads out of the
    /// granted folder, and with `unusable` where there is no such folder or the file cannot be replaced.
    ///
    /// With `makingFolders`, folders that are missing are made when the file is put in its place.
    public func output(_ path: String, makingFolders: Bool = false) throws(Refusal) -> OutputPlace {
        let place = try permissions.place(of: path, for: .write)
        let names = LexicalPath.names(of: place.rest)
        var folders = names.dropLast()
        var missing: [String] = []
        while makingFolders, let last = folders.last, isMissing(place, folders) {
            missing.insert(last, at: 0)
            folders.removeLast()
        }
        let folder = folders.isEmpty ? "." : folders.joined(separator: "/")
        // One that may be written but not read cannot be synced.
        let descriptor = try open(place, folder, for: .write, O_RDONLY | O_DIRECTORY, or: cconf_path_only | O_DIRECTORY)
        let output = try OutputPlace(folder: descriptor, missing: missing, name: names.last ?? "", shown: place.shown)
        if cconf_is_process_file(descriptor) != 0 {
            throw Refusal(.denied, "\(place.shown) is a file of /proc, and none of them is opened for a script")
        }
        try output.checkTarget()
        if permissions.own.files.contains(where: output.isPlace) { throw Self.own(place) }
        return output
    }

    private func isMissing(_ place: GrantedPath, _ folders: ArraySlice<String>) -> Bool {
        guard let folder = writable[place.grant] else { return false }
        let found = folder.open(folders.joined(separator: "/"), cconf_path_only | O_DIRECTORY)
        if found >= 0 { close(found) }
        return found == -ENOENT
    }

    /// The bytes of a file that outputs go to, as it was before the run; nil where there is none. Fails as
    /// `read(_:atMost:)` does.
    public func replaced(_ path: String, atMost limit: Int) throws(Refusal) -> [UInt8]? {
        let place = try permissions.place(of: path, for: .write)
        guard let folder = writable[place.grant] else { return nil }
        let found = folder.open(place.rest, Self.reading)
        guard found >= 0 || found != -ENOENT && found != -ENOTDIR else { return nil }
        return try read(found >= 0 ? found : try open(place, for: .write, Self.reading), place, atMost: limit)
    }

    private static func own(_ place: GrantedPath) -> Refusal {
        Refusal(.denied, "\(place.shown) belongs to finlua itself, and no script may read or replace it")
    }

    private func open(
        _ place: GrantedPath, _ rest: String? = nil, for access: Permissions.Access, _ flags: Int32,
        or others: Int32? = nil
    ) throws(Refusal) -> Int32 {
        let grant = permissions.grants(access)[place.grant]
        guard let folder = (access == .read ? readable : writable)[place.grant] else {
            throw Refusal(
                access == .read ? .missing : .unusable,
                "\(place.shown): the folder \(LexicalPath.shown(grant.folder)) could not be opened")
        }
        var descriptor = folder.open(rest ?? place.rest, flags)
        if descriptor == -EACCES, let others { descriptor = folder.open(rest ?? place.rest, others) }
        guard descriptor < 0 else { return descriptor }
        let root = "\(LexicalPath.shown(grant.folder)) (\(grant.origin))"
        switch -descriptor {
        case EXDEV:
            throw Refusal(
                .denied, "\(place.shown) leads out of \(root) over a symbolic link", hint: leadingOut(place, access))
        case ELOOP:
            throw Refusal(
                .denied, "\(place.shown) leads over a symbolic link that is not followed, below \(root)",
                hint: leadingOut(place, access))
        case ENOENT where access == .read, ENOTDIR where access == .read:
            let absolute = LexicalPath.shown(place.absolute)
            throw Refusal(
                .missing, "there is no file \(place.shown)",
                hint: place.shown == absolute
                    ? nil : "It was looked for at \(absolute); a full path names another place.")
        case let failure:
            throw Refusal(
                .unusable,
                "\(place.shown) \(access == .read ? "cannot be read" : "could not be written"): "
                    + String(cString: strerror(failure)), hint: OpenFileLimit.hint(for: failure))
        }
    }

    /// Where a link leads is told only to the one who may allow it: nothing is opened there.
    private func leadingOut(_ place: GrantedPath, _ access: Permissions.Access) -> String {
        let resolved = realpath(access == .read ? place.absolute : LexicalPath.folder(of: place.absolute), nil)
        defer { free(resolved) }
        guard let resolved else { return "Remove the link, or name the place it leads to." }
        let path = String(cString: resolved)
        let folder = access == .read ? LexicalPath.folder(of: path) : path
        if access == .read, permissions.readable[place.grant].holdsModules {
            let word = ShellWord.quoted(LexicalPath.shown(folder))
            return "Have require search the folder it leads to: --lua-path \(word)"
        }
        return "Name the place it leads to. \(permissions.hint(for: folder, access))"
    }
}
