import Glibc

/// Locks on single bytes of one file, which the kernel lets go of when their process dies, however it dies.
///
/// They say which processes of the state still live and which runs are on. Open file description locks: a second store
/// in the same process is another holder.
final class Presence {
    // Linux's <fcntl.h> has them for GNU sources only, which the importer does not see.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private let descriptor: Int32

    /// Opens or creates the file; nil and `errno` if that is refused.
    init?(path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Takes the byte; false if somebody else holds it.
    func take(_ byte: Int64) -> Bool {
        var lock = Self.lock(byte)
        return fcntl(descriptor, Self.setLock, &lock) == 0
    }

    /// Whether somebody else holds the byte.
    func isHeld(_ byte: Int64) -> Bool {
        var lock = Self.lock(byte)
        guard fcntl(descriptor, Self.getLock, &lock) == 0 else { return true }
        return Int32(lock.l_type) != F_UNLCK
    }

    private static func lock(_ byte: Int64) -> Glibc.flock {
        var lock = Glibc.flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = Int(byte)
        lock.l_len = 1
        return lock
    }
}
