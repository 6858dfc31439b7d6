public import HostLoop

/// One run of a script, as the state remembers it.
public struct RunEntry: Sendable {
    /// `20261121T070003-5f2c`: UTC, and something of its own.
    public let id: String
    /// The script's path.
    public let script: String
    /// Its arguments, as JSON.
    public let arguments: String
    /// When it began; a resumed run keeps it.
    public let started: Moment
    /// 1, and one more for each time it was resumed.
    public let attempts: Int
    /// The process of its last attempt.
    public let pid: Int
    /// Whether that process still has it.
    public let isRunning: Bool
    /// When it ended; nil while it runs, and if it died.
    public let ended: Moment?
    /// Its exit status.
    public let status: Int?
    /// The record it left, as JSON.
    public let record: String?
}

/// The runs of the state, and the lock that lets one run of a script and its arguments happen at a time.
@HostLoop public final class RunLog {
    private let store: StateStore
    private var database: Database { store.database }

    /// How long runs are remembered.
    private static let kept: Duration = .seconds(90 * 86_400)
    /// How long submitted queries are: their results are gone after 24 hours.
    private static let journalKept: Duration = .seconds(25 * 3600)

    /// The runs of a state.
    public init(_ store: StateStore) {
        self.store = store
    }

    /// Begins a run and gives its id; forgets what is too old on the way.
    public func begin(
        script: String, arguments: String, account: String, pid: Int, now: Moment
    ) throws(StateError) -> String {
        try database.transaction { () throws(StateError) in
            var id: String
            repeat { id = Self.newID(now) } while try isTaken(id)
            try database.run("DELETE FROM runs WHERE started < ?", SQLValue(now - Self.kept))
            try database.run("DELETE FROM journal WHERE submitted < ?", SQLValue(now - Self.journalKept))
            try database.run(
                """
                INSERT INTO runs (id, account, script, arguments, process, pid, started, attempts)
                VALUES (?, ?, ?, ?, ?, ?, ?, 1)
                """, .text(id), .text(account), .text(script), .text(arguments), .integer(store.process), SQLValue(pid),
                SQLValue(now))
            return id
        }
    }

    private static func newID(_ now: Moment) -> String {
        let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
        return now.description.dropLast().replacing("-", with: "").replacing(":", with: "") + "-"
            + String(repeating: "0", count: 4 - suffix.count) + suffix
    }

    private func isTaken(_ id: String) throws(StateError) -> Bool {
        try database.first("SELECT 1 FROM runs WHERE id = ?", .text(id)) { $0.int(0) } != nil
    }

    /// The run of the script with these arguments that was on last.
    public func last(script: String, arguments: String, account: String) throws(StateError) -> RunEntry? {
        // Processes are numbered in the order they came; the clock may have been set back since.
        try database.first(
            """
            \(Self.columns) WHERE account = ? AND script = ? AND arguments = ? ORDER BY process DESC, started DESC LIMIT 1
            """, .text(account), .text(script), .text(arguments), read: entry)
    }

    /// The newest runs of the script with these arguments, newest first.
    public func newest(
        _ count: Int, script: String, arguments: String, account: String
    ) throws(StateError) -> [RunEntry] {
        try database.all(
            """
            \(Self.columns) WHERE account = ? AND script = ? AND arguments = ? ORDER BY process DESC, started DESC LIMIT ?
            """, .text(account), .text(script), .text(arguments), SQLValue(count), read: entry)
    }

    /// Goes on with a run that ended badly or died: it is the same run, in this process, and leaves a new record.
    public func resume(_ run: String, pid: Int) throws(StateError) {
        try database.run(
            """
            UPDATE runs SET process = ?, pid = ?, attempts = attempts + 1, ended = NULL, status = NULL, record = NULL
            WHERE id = ?
            """, .integer(store.process), SQLValue(pid), .text(run))
    }

    /// The run has ended and leaves its record and, in the same step, what its script keeps: both are there or neither.
    /// Fails with `changed` if another run kept something that this one would lose.
    public func end(
        _ run: String, status: Int, record: String, keeping values: ScriptValues? = nil, now: Moment
    ) throws(StateError) {
        try database.transaction(durable: true) { () throws(StateError) in
            try values?.write(run: run, now: now)
            try database.run(
                "UPDATE runs SET ended = ?, status = ?, record = ? WHERE id = ?", SQLValue(now), SQLValue(status),
                .text(record), .text(run))
        }
    }

    /// Submissions since a moment that runs of the account wrote down.
    public func submissions(account: String, since moment: Moment) throws(StateError) -> Int {
        try database.first(
            "SELECT count(*) FROM journal JOIN runs ON runs.id = journal.run WHERE account = ? AND submitted >= ?",
            .text(account), SQLValue(moment)
        ) { $0.int(0) } ?? 0
    }

    /// The newest runs, newest first.
    public func newest(_ count: Int) throws(StateError) -> [RunEntry] {
        try database.all("\(Self.columns) ORDER BY started DESC, id DESC LIMIT ?", SQLValue(count), read: entry)
    }

    /// The runs whose id begins so.
    public func find(_ prefix: String) throws(StateError) -> [RunEntry] {
        try database.all(
            "\(Self.columns) WHERE substr(id, 1, ?) = ? ORDER BY id", SQLValue(prefix.count), .text(prefix), read: entry
        )
    }

    /// Takes the lock of this name for as long as this process lives; false if another run has it.
    public func lock(_ name: String) throws(StateError) -> Bool { store.take(lock: try number(of: name)) }

    private func number(of lock: String) throws(StateError) -> Int64 {
        try database.run("INSERT OR IGNORE INTO locks (name) VALUES (?)", .text(lock))
        return try database.first("SELECT id FROM locks WHERE name = ?", .text(lock)) { $0.int64(0) } ?? 0
    }

    private static let columns =
        "SELECT id, script, arguments, started, attempts, pid, ended, status, record, process FROM runs"

    private func entry(_ row: Row) -> RunEntry {
        RunEntry(
            id: row.text(0), script: row.text(1), arguments: row.text(2), started: row.moment(3),
            attempts: row.int(4), pid: row.int(5), isRunning: row.isNull(6) && store.isAlive(row.int64(9)),
            ended: row.optional(6, row.moment), status: row.optional(7, row.int), record: row.optional(8, row.text))
    }
}
