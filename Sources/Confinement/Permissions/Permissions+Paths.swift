import Wording

/// A path in terms of the folder that was granted.
public struct GrantedPath: Sendable, Equatable {
    /// Which of the grants for its access.
    public let grant: Int
    /// The path below that folder, without `.` and `..`; never empty.
    public let rest: String
    /// The whole path, absolute.
    public let absolute: String
    /// The path as messages show it.
    public let shown: String
}

extension Permissions {
    /// The place a path means. It lies below a granted folder by its words alone; links are the kernel's to judge, which
    /// resolves the rest beneath that folder.
    ///
    /// Fails with `malformed` for what is no path of a file and with `denied` for what lies elsewhere.
    public func place(of path: String, for access: Access) throws(Refusal) -> GrantedPath {
        let shown = LexicalPath.shown(path)
        try LexicalPath.check(path)
        let grants = grants(access)
        let absolute = LexicalPath.absolute(path, below: grants.first?.folder ?? workingFolder)
        // The deepest one: the way to it may lead over a link out of another.
        let found = grants.indices.filter { LexicalPath.lies(absolute, below: grants[$0].folder) }
            .max { grants[$0].folder.utf8.count < grants[$1].folder.utf8.count }
        guard let found else { throw outside(shown, absolute, access) }
        return GrantedPath(
            grant: found, rest: LexicalPath.rest(of: absolute, below: grants[found].folder) ?? "", absolute: absolute,
            shown: shown)
    }

    private func outside(_ shown: String, _ absolute: String, _ access: Access) -> Refusal {
        let grants = grants(access)
        if grants.contains(where: { $0.folder == absolute }) {
            return Refusal(.malformed, "\(shown) is a folder, not a file")
        }
        let place = shown == absolute ? shown : "\(shown), which is \(LexicalPath.shown(absolute)),"
        let folders = grants.map { "\(LexicalPath.shown($0.folder)) (\($0.origin))" }
        let message =
            folders.isEmpty
            ? "\(shown) cannot be \(access == .read ? "read" : "written"): the script may \(access.verb) no folder"
            : "\(place) lies outside what the script may \(access.verb): \(folders.joined(separator: ", "))"
        return Refusal(.denied, message, hint: hint(for: LexicalPath.folder(of: absolute), access))
    }

    /// How a folder would be allowed.
    func hint(for folder: String, _ access: Access) -> String {
        for (place, reason) in Self.never where folder == place || LexicalPath.lies(folder, below: place) {
            return reason
        }
        let flag = "\(access.flag) \(ShellWord.quoted(LexicalPath.shown(folder)))"
        return access == .write && !grants(access).isEmpty
            ? "Write below it, or allow the folder: \(flag)" : "Allow the folder: \(flag)"
    }

    // What no flag should be suggested for.
    private static let never = [
        ("/proc", "Files of /proc are never opened for a script."),
        ("/dev", "Devices are never opened for a script; \"-\" is standard output."),
    ]
}
