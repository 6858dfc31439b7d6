import CSQLite
import Glibc
import HostLoop
import Secrets

/// One connection to an SQLite database; everything it does is done when the call returns. Every text that comes to the
/// file comes through here and is scrubbed.
///
/// Used on the loop's thread only. A transaction takes well under a millisecond; one that another process holds is
/// waited for, because nothing may be sent before the ledger has said so.
@HostLoop final class Database {
    let path: String
    /// `sqlite3 *`; closed with its last reference.
    private let handle: OpaquePointer
    /// Prepared once each, by their text.
    private var statements: [String: OpaquePointer] = [:]

    /// How long another process may hold the file: far longer than any transaction takes, and still an end.
    nonisolated static let patience: Duration = .seconds(10)

    /// Opens or creates the file. Fails as `StateError` lists.
    init(path: String) throws(StateError) {
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else {
            throw StateError(.other, "no memory is left to open the state \(path)", hint: "Free some memory")
        }
        self.handle = handle
        guard code == SQLITE_OK else { throw error("opened") }
        sqlite3_busy_handler(
            handle,
            { _, attempt in
                // Short, and of random length so that waiting processes do not step in time.
                let pause = useconds_t(200 + random() % 1800)
                guard Int64(attempt) * 1100 < Database.patience.components.seconds * 1_000_000 else { return 0 }
                usleep(pause)
                return 1
            }, nil)
    }

    isolated deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs every statement of a script without values.
    func execute(_ script: String) throws(StateError) {
        guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else { throw error("used") }
    }

    /// Runs one statement that gives no rows.
    func run(_ sql: String, _ values: SQLValue...) throws(StateError) {
        try each(sql, values) { _ in }
    }

    /// The first row a statement gives.
    func first<Value>(_ sql: String, _ values: SQLValue..., read: (Row) -> Value) throws(StateError) -> Value? {
        var found: Value?
        try each(sql, values) { if found == nil { found = read($0) } }
        return found
    }

    /// Every row a statement gives.
    func all<Value>(_ sql: String, _ values: SQLValue..., read: (Row) -> Value) throws(StateError) -> [Value] {
        var found: [Value] = []
        try each(sql, values) { found.append(read($0)) }
        return found
    }

    /// The number of the row inserted last.
    var lastID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Runs `body` with the file to itself: all of it happens, or nothing. `durable`: on the disk before it returns, so
    /// that no loss of power takes it back; otherwise only the process may die.
    func transaction<Value>(
        durable: Bool = false, _ body: () throws(StateError) -> Value
    ) throws(StateError) -> Value {
        if durable { try execute("PRAGMA synchronous = FULL") }
        defer { if durable { try? execute("PRAGMA synchronous = NORMAL") } }
        try run("BEGIN IMMEDIATE")
        do throws(StateError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // SQLite may have rolled back by itself.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private func each(_ sql: String, _ values: [SQLValue], _ take: (Row) -> Void) throws(StateError) {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { bind(value, to: Int32(index + 1), of: statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: take(Row(statement: statement))
            case SQLITE_DONE: return
            default: throw error("used")
            }
        }
    }

    private func prepared(_ sql: String) throws(StateError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error("used") }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLValue, to index: Int32, of statement: OpaquePointer) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .real(let real): sqlite3_bind_double(statement, index, real)
        case .bytes(let bytes):
            _ = bytes.withUnsafeBytes { csqlite_bind_bytes(statement, index, $0.baseAddress, UInt64($0.count)) }
        case .text(let text):
            var text = KnownSecrets.scrubber.scrubbed(text)
            text.withUTF8 { bytes in
                _ = bytes.withMemoryRebound(to: CChar.self) {
                    csqlite_bind_text(statement, index, $0.baseAddress, Int32($0.count))
                }
            }
        }
    }

    private func error(_ done: String) -> StateError {
        StateError(
            sqlite: sqlite3_errcode(handle), system: sqlite3_system_errno(handle),
            said: String(cString: sqlite3_errmsg(handle)), path: path, done: done)
    }
}

/// The row a statement stands at; its columns count from 0.
struct Row {
    fileprivate let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func int(_ column: Int32) -> Int { Int(int64(column)) }

    func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

    func moment(_ column: Int32) -> Moment { Moment(nanosecondsSinceEpoch: int64(column)) }

    func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        // Before the count, which may change with the conversion.
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func optional<Value>(_ column: Int32, _ read: (Int32) -> Value) -> Value? {
        isNull(column) ? nil : read(column)
    }
}

extension StateError {
    /// What an error code of SQLite means to a user.
    fileprivate init(sqlite code: Int32, system: Int32, said: String, path: String, done: String) {
        let what = "the state \(path) could not be \(done)"
        switch code & 0xFF {
        case SQLITE_FULL:
            self.init(
                .full, "\(what): the disk is full", hint: "Free some space, or keep the state elsewhere: --state FILE")
        case SQLITE_IOERR where system == ENOSPC || system == EDQUOT:
            self.init(
                .full, "\(what): the disk is full", hint: "Free some space, or keep the state elsewhere: --state FILE")
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            let cause = system != 0 ? String(cString: strerror(system)) : said
            self.init(
                .readOnly, "\(what): \(cause)",
                hint:
                    "finlua has to be able to write the file and its folder; keep the state elsewhere with --state FILE"
            )
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            self.init(
                .damaged, "\(what): the file is damaged (\(said))",
                hint: StateError.keepAsideHint)
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(
                .busy, "\(what): another process held it for \(Database.patience.components.seconds) seconds",
                hint: "See which programs have the file open (fuser \(path)), and end the one that hangs")
        default:
            self.init(.other, "\(what): \(said)", hint: "Keep the state elsewhere with --state FILE if this stays")
        }
    }
}
