package import Glibc

/// Reads files that only their owner may read.
///
/// All is asked of the file that was opened, so a link may lead to it, and whoever may write the folder can put only a
/// file of this user in its place.
package enum SecretFile {
    /// The whole file, or nil where it does not exist and need not.
    ///
    /// Fails when it cannot be read, when it is another user's, and when its mode lets group or others read it.
    static func read(_ path: String, setting: String, mayBeMissing: Bool = false) throws(UsageError) -> [UInt8]? {
        let name = setting.isEmpty ? path : "\(path) (from \(setting))"
        // A FIFO would hold the program up before it can be seen to be one.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT, mayBeMissing { return nil }
            throw UsageError("\(name) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw UsageError("\(name) cannot be read") }
        if let problem = problem(mode: status.st_mode, owner: status.st_uid, user: geteuid()) {
            throw UsageError("\(name) \(problem.what)" + (problem.mend.map { "; run: \($0) \(path)" } ?? ""))
        }
        return FileBytes.readAll(descriptor)
    }

    /// Why a file of this mode and owner keeps no secret of `user`, and the command that mends it.
    package static func problem(mode: mode_t, owner: uid_t, user: uid_t) -> (what: String, mend: String?)? {
        guard mode & S_IFMT == S_IFREG else { return ("is not a file", nil) }
        // Root can read and write everything anyway.
        guard owner == user || owner == 0 else {
            return ("belongs to another user (\(owner)), who can change it", "chown \(user)")
        }
        guard mode & 0o077 == 0 else { return ("may be read by others", "chmod 600") }
        return nil
    }

    /// The first line without its line break; fails when it is empty.
    static func firstLine(_ path: String, setting: String) throws(UsageError) -> String {
        try firstLine(of: try read(path, setting: setting) ?? [], "\(path) (from \(setting))")
    }

    static func firstLine(of bytes: [UInt8], _ name: String) throws(UsageError) -> String {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw UsageError("\(name) holds no key; its first line must be the secret key")
        }
        return text
    }
}

enum FileBytes {
    /// What is left to read from `descriptor`, to its end or the first error.
    static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
