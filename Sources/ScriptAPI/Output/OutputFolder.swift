import Glibc

/// The folder a script may write below: `--out DIR`, else the working directory.
struct OutputFolder {
    /// The folder's path; empty or "." is the working directory.
    let path: String

    /// The file a script's path means. Fails where it would lie outside the folder.
    func resolve(_ name: String) throws(OutputFailure) -> String {
        guard !name.contains("\0") else { throw OutputFailure(message: "a path cannot hold a zero byte") }
        let root = OutputFolder.lexical(path)
        let full = OutputFolder.lexical(name.hasPrefix("/") ? name : path.isEmpty ? name : "\(path)/\(name)")
        guard OutputFolder.contains(root, full), OutputFolder.leadsNowhereElse(full, from: root) else {
            throw OutputFailure(
                message: "\(name) lies outside the output folder, \(root == "." ? "the working directory" : root)",
                hint: "Write below it, or name another folder with --out.")
        }
        return full
    }

    private static func contains(_ root: String, _ path: String) -> Bool {
        if root == "." { return !path.hasPrefix("/") && path != "." && path != ".." && !path.hasPrefix("../") }
        return path.hasPrefix(root == "/" ? root : root + "/")
    }

    // Follows links in the folders of the path; where there is no such folder, opening the file says so.
    private static func leadsNowhereElse(_ path: String, from root: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let actual = real(folder.isEmpty ? "/" : folder), let top = real(root) else { return true }
        return actual == top || actual.hasPrefix(top == "/" ? top : top + "/")
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    // Removes "." and "..", without asking the file system.
    private static func lexical(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + joined : joined.isEmpty ? "." : joined
    }
}
