import Finout
import Glibc

/// Reads files that only their owner may read.
enum SecretFile {
    /// The whole file, or nil where it does not exist and need not.
    ///
    /// Fails when it cannot be read, and when its mode lets group or others read it.
    static func read(_ path: String, setting: String, mayBeMissing: Bool = false) throws(UsageError) -> [UInt8]? {
        let name = setting.isEmpty ? path : "\(path) (from \(setting))"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT, mayBeMissing { return nil }
            throw UsageError("\(name) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw UsageError("\(name) cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw UsageError("\(name) is not a file") }
        guard status.st_mode & 0o077 == 0 else {
            throw UsageError("\(name) may be read by others; run: chmod 600 \(path)")
        }
        return FileBytes.readAll(descriptor)
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

/// Runs the command that prints the secret key, such as a password manager's.
enum SecretCommand {
    static func firstLine(_ command: String, setting: String) throws(UsageError) -> String {
        guard let stream = popen(command, "re") else {
            throw UsageError("\(setting) cannot be run: \(String(cString: strerror(errno)))")
        }
        let bytes = FileBytes.readAll(fileno(stream))
        let status = pclose(stream)
        guard status == 0 else { throw UsageError("\(setting) failed; run it by hand to see why") }
        return try SecretFile.firstLine(of: bytes, "the output of \(setting)")
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
