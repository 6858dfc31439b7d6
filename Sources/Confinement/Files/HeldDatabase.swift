internal import CConfinement
internal import Glibc

/// The SQLite database whose place an output is to take, kept from other writers while this value lives.
public final class HeldDatabase {
    private let descriptor: Int32
    private let shown: String

    /// Takes the lock of a writer. Fails with `unusable` where it cannot be read, is no database, or somebody else writes it.
    fileprivate init(_ descriptor: Int32, shown: String) throws(Refusal) {
        self.descriptor = descriptor
        self.shown = shown
        var header = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &header, header.count, 0)
        // A file without a byte is a database without a table.
        guard count == 0 || header == Array("SQLite format 3\0".utf8) else {
            throw Refusal(
                .unusable, "\(shown) could not be written: it is no SQLite database",
                hint: "Give another name, or remove it first.")
        }
        // SQLite: a writer holds the byte behind 1 GiB + 1, readers share 510 bytes behind that; "File Locking", 3.0.
        guard lock(F_WRLCK, at: 0x4000_0001, count: 1), lock(F_RDLCK, at: 0x4000_0002, count: 510) else {
            throw Refusal(
                .unusable, "\(shown) could not be written: another program is writing it",
                hint: "Try again when it is done.")
        }
    }

    deinit { close(descriptor) }

    /// Writes its content to another file, from the first byte on. Fails with `unusable`.
    public func copy(to other: Int32) throws(Refusal) {
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, &chunk, chunk.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("be read") }
            if count == 0 { return }
            var written = 0
            while written < count {
                let part = chunk.withUnsafeBytes { pwrite(other, $0.baseAddress! + written, count - written, offset) }
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { throw failure("be copied") }
                written += part
                offset += off_t(part)
            }
        }
    }

    private func lock(_ type: Int32, at start: off_t, count: off_t) -> Bool {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = start
        lock.l_len = count
        return fcntl(descriptor, F_SETLK, &lock) == 0
    }

    private func failure(_ what: String) -> Refusal {
        Refusal(.unusable, "\(shown) could not \(what): \(String(cString: strerror(errno)))")
    }
}

extension OutputPlace {
    /// The SQLite database that stands there; nil where nothing does.
    ///
    /// Fails with `unusable` where something else stands there, or where somebody writes the database or was stopped doing
    /// so: what is in its journal is no part of the file yet.
    public func database() throws(Refusal) -> HeldDatabase? {
        for (suffix, hint) in [
            ("-wal", "Close that program, or run: sqlite3 \(shown) 'PRAGMA wal_checkpoint(TRUNCATE)'"),
            ("-journal", "Wait for that program, or run: sqlite3 \(shown) 'PRAGMA quick_check'"),
        ] where isLeft(suffix) {
            throw Refusal(
                .unusable,
                "\(shown) could not be written: another program has it open, or was stopped while it wrote (\(shown)\(suffix))",
                hint: hint)
        }
        // Reading it back is the host's, for what is to stand beside the new rows; no script sees it.
        let descriptor = openat(folder, name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Refusal(
                .unusable, "\(shown) could not be written: \(String(cString: strerror(errno)))",
                hint: "Rows are added to what it holds, so it has to be readable.")
        }
        return try HeldDatabase(descriptor, shown: shown)
    }

    /// Whether a file beside the database holds a part of it. A journal that was used up begins with a zero.
    private func isLeft(_ suffix: String) -> Bool {
        let descriptor = openat(folder, name + suffix, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        var first: UInt8 = 0
        let count = pread(descriptor, &first, 1, 0)
        return suffix == "-wal" || count < 0 || count == 1 && first != 0
    }
}
