import CCrypto
import Glibc
public import HostLoop

/// What finlua remembers between and across processes: the account's limits, submitted queries, runs, durations, keys.
///
/// One SQLite file that any number of processes share; any of them may be killed at any point. Everything in it is
/// written in transactions, on the loop's thread.
@HostLoop public final class StateStore {
    /// The file; `:memory:` for a state of this process alone.
    public let path: String
    /// This process among those that use the state.
    package let process: Int64

    let database: Database
    private let presence: Presence?

    /// Opens the state, or begins one; its folder is made if need be, for its owner only. `label` says in a few words
    /// what this process does.
    ///
    /// Fails, with nothing changed, when the file is damaged, another program's, a newer finlua's or not writable.
    public convenience init(path: String, label: String) throws(StateError) {
        try Self.makeFolder(of: path)
        // SQLite would create it for everybody to read.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.refused(path, "opened") }
        close(descriptor)
        guard let presence = Presence(path: path + "-live") else { throw Self.refused(path + "-live", "opened") }
        for ending in ["", "-wal", "-shm", "-live"] { Self.restrict(path + ending) }
        try self.init(database: try Database(path: path), presence: presence, label: label)
    }

    /// A state that ends with this process.
    public convenience init() {
        do {
            try self.init(database: try Database(path: ":memory:"), presence: nil, label: "")
        } catch {
            preconditionFailure("no state fits into memory: \(error)")
        }
    }

    private init(database: Database, presence: Presence?, label: String) throws(StateError) {
        path = database.path
        self.database = database
        self.presence = presence
        // Another program's file stays as it is.
        try Schema.check(database)
        // A writer does not hold readers up, and a commit is one write; a crash of the process loses nothing.
        // What is in use of the state is small, and nothing of it goes into a temporary file.
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -256")
        try database.execute("PRAGMA temp_store = MEMORY")
        try Schema.migrate(database)
        process = try database.transaction { () throws(StateError) in
            try database.run(
                "INSERT INTO processes (pid, label, started) VALUES (?, ?, ?)", SQLValue(Int(getpid())), .text(label),
                SQLValue(HostLoop.now))
            // Before anybody can read the row, so that nobody finds it dead.
            _ = presence?.take(database.lastID)
            return database.lastID
        }
        try forgetDeadProcesses(now: HostLoop.now)
    }

    /// Keeps a damaged file aside under another name, so that the next `init` begins a new state. Gives that name; nil,
    /// and nothing is changed, if the file is not damaged.
    public static func keepAside(path: String, now: Moment = HostLoop.now) throws(StateError) -> String? {
        guard access(path, F_OK) == 0, try isDamaged(path) else { return nil }
        let aside = "\(path).damaged-\(now.description.replacing(":", with: ""))"
        for ending in ["", "-wal", "-shm", "-live"] where rename(path + ending, aside + ending) != 0 && errno != ENOENT
        {
            throw refused(path + ending, "renamed to \(aside + ending)")
        }
        return aside
    }

    private static func isDamaged(_ path: String) throws(StateError) -> Bool {
        do throws(StateError) {
            let database = try Database(path: path)
            guard try database.first("PRAGMA quick_check(1)", read: { $0.text(0) }) == "ok" else { return true }
            try Schema.check(database)
            return false
        } catch {
            switch error.kind {
            case .damaged: return true
            case .foreign, .newer: return false
            default: throw error
            }
        }
    }

    /// Takes a file of this user's away from everybody else. Where the group may write it, it was given to the group on
    /// purpose: a state that several users share.
    private static func restrict(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else { return }
        let mode: mode_t = status.st_mode & 0o020 == 0 ? 0o600 : 0o660
        if status.st_mode & 0o777 != mode { chmod(path, mode) }
    }

    /// Makes the folder of a state, for its owner only, if it is not there.
    public static func makeFolder(of path: String) throws(StateError) {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += folder.isEmpty && !path.hasPrefix("/") ? part : "/\(part)"
            if mkdir(folder, 0o700) == 0 {
                // Whatever the umask took away.
                chmod(folder, 0o700)
                continue
            }
            if errno == EEXIST { continue }
            // A folder that is there answers so even where nothing may be made.
            var status = stat()
            if stat(folder, &status) != 0 { throw refused(folder, "made") }
        }
    }

    private static func refused(_ path: String, _ done: String) -> StateError {
        let cause = errno
        let said = String(cString: strerror(cause))
        if cause == ENOSPC || cause == EDQUOT {
            return StateError(
                .full, "\(path) could not be \(done): \(said)",
                hint: "Free some space, or keep the state elsewhere: --state FILE")
        }
        return StateError(
            .readOnly, "\(path) could not be \(done): \(said)",
            hint: "finlua has to be able to write the file and its folder; keep the state elsewhere with --state FILE")
    }

    /// What stands for an account in the state: SHA-256 of its client id and service, in hexadecimal.
    public nonisolated static func account(clientID: String, service: String) -> String {
        hash("\(clientID)\n\(service)")
    }

    /// SHA-256 of a text, in hexadecimal.
    package nonisolated static func hash(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(bytes, bytes.count, &digest)
        return digest.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}

extension StateStore {
    /// Whether a process of the state lives.
    func isAlive(_ process: Int64) -> Bool {
        process == self.process || presence?.isHeld(process) == true
    }

    /// Takes back what processes that died still hold: places in flight at once, slots after their window, running
    /// queries after their hold.
    package func forgetDeadProcesses(now: Moment) throws(StateError) {
        let ids = try database.all("SELECT id FROM processes") { $0.int64(0) }
        let dead = ids.filter { !isAlive($0) }
        guard !dead.isEmpty else { return }
        try database.transaction { () throws(StateError) in
            for id in dead {
                try database.run("DELETE FROM processes WHERE id = ?", .integer(id))
                try database.run(
                    "DELETE FROM exchanges WHERE process = ? AND stage = ?", .integer(id), Stage.waiting.value)
                try database.run(
                    "UPDATE exchanges SET stage = ?, moment = ? + hold WHERE process = ? AND stage = ?",
                    Stage.kept.value, SQLValue(now), .integer(id), Stage.open.value)
                try database.run(
                    "DELETE FROM running WHERE process = ? AND stage = ?", .integer(id), Stage.waiting.value)
                try database.run(
                    "UPDATE running SET stage = ?, moment = ? + hold WHERE process = ? AND stage = ?",
                    Stage.kept.value, SQLValue(now), .integer(id), Stage.open.value)
            }
        }
    }

    /// Takes a lock that one process at a time has; nil if another has it. The kernel lets go of it with this process.
    func take(lock id: Int64) -> Bool { presence?.take(Self.lockBase + id) ?? true }

    /// Bytes below stand for processes.
    private static let lockBase: Int64 = 1 << 40
}

/// Where a slot or a place stands.
enum Stage: Int64 {
    /// Somebody waits for it.
    case waiting = 0
    /// It is in use.
    case open = 1
    /// It is used no more and counts until its moment.
    case kept = 2

    var value: SQLValue { .integer(rawValue) }
}
