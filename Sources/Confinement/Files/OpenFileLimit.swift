internal import Glibc

/// How many files the process may have open.
public enum OpenFileLimit {
    /// Sees to it that there is room for `count` more than are usual, up to the most that whoever started the process
    /// allows: a soft limit of 1,024 is for programs that use `select`.
    public static func makeRoom(for count: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = min(rlim_t(count + usual), limit.rlim_max)
        guard wanted > limit.rlim_cur else { return }
        limit.rlim_cur = min(max(wanted, limit.rlim_cur * 2), limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// What to do about an error that says that no more files can be opened; nil for any other.
    static func hint(for number: Int32) -> String? {
        guard number == EMFILE else { return nil }
        return "A run keeps each file it writes open to its end, with its folder. Allow it more open files "
            + "(ulimit -n), or write fewer of them in one run."
    }

    /// Connections, the state, the granted folders.
    private static let usual = 512
}
