internal import CConfinement
internal import Glibc

/// The name of a file that is on its way to its place: `.finlua-`, sixteen hexadecimal digits, `.part`.
///
/// A lock on the file, which ends with its process on whatever machine or in whatever container that is, tells one that
/// is being written from one that a killed run has left.
enum HiddenName {
    private static let start = ".finlua-"
    private static let end = ".part"
    private static let digits = 16
    /// Names tried before there seems to be none free.
    private static let attempts = 100

    /// Makes a file with such a name: its descriptor, for reading and writing, or -errno.
    static func create(in folder: Int32) -> (descriptor: Int32, name: String?) {
        var last = EEXIST
        for _ in 0..<attempts {
            let name = random()
            let descriptor = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else {
                last = errno
                if last == EEXIST { continue }
                break
            }
            lock(descriptor)
            // Another run may have taken it for an abandoned one before it was locked.
            if isNamed(descriptor, name, in: folder) { return (descriptor, name) }
            close(descriptor)
        }
        return (-last, nil)
    }

    /// Gives such a name to a file that has none: 0 and the name, or -errno.
    static func give(_ descriptor: Int32, in folder: Int32) -> (failure: Int32, name: String?) {
        var failure = -EEXIST
        for _ in 0..<attempts where failure == -EEXIST {
            let name = random()
            failure = cconf_name(descriptor, folder, name)
            if failure == 0 { return (0, name) }
        }
        return (failure, nil)
    }

    /// Marks a file as being written, while its descriptor is open. Where the file system knows no locks, nothing is ever
    /// taken for abandoned.
    static func lock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX) }

    /// Removes the files with such names that nobody writes any more.
    static func removeAbandoned(in folder: Int32) {
        let listed = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard listed >= 0 else { return }
        guard let entries = fdopendir(listed) else {
            close(listed)
            return
        }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if isHidden(name) { removeAbandoned(name, in: folder) }
        }
    }

    private static func removeAbandoned(_ name: String, in folder: Int32) {
        let descriptor = openat(folder, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileKind(mode: status.st_mode) == .file,
            flock(descriptor, LOCK_EX | LOCK_NB) == 0,
            // The name may belong to nobody by now, or to another file.
            isNamed(descriptor, name, in: folder)
        else { return }
        unlinkat(folder, name, 0)
    }

    private static func isNamed(_ descriptor: Int32, _ name: String, in folder: Int32) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && FileIdentity(own) == FileIdentity(named)
    }

    private static func isHidden(_ name: String) -> Bool {
        name.utf8.count == start.utf8.count + digits + end.utf8.count && name.hasPrefix(start) && name.hasSuffix(end)
            && name.utf8.dropFirst(start.utf8.count).prefix(digits).allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    private static func random() -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return start + String(repeating: "0", count: digits - number.utf8.count) + number + end
    }
}
