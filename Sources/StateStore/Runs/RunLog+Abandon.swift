import CSQLite
public import HostLoop
import Secrets

extension RunLog {
    /// Leaves the record of a run whose loop does not come back: from any thread, by a connection of its own that stays
    /// open, right before the process ends. False if it could not be written in a quarter of a second.
    public nonisolated static func abandon(
        _ run: String, path: String, status: Int, record: String, now: Moment
    ) -> Bool {
        let record = KnownSecrets.scrubber.scrubbed(record)
        // The script may have been stopped at the limit of what its own SQL may hold.
        sqlite3_hard_heap_limit64(0)
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else { return false }
        sqlite3_busy_timeout(handle, 250)
        var statement: OpaquePointer?
        let sql = "UPDATE runs SET ended = ?, status = ?, record = ? WHERE id = ? AND ended IS NULL"
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return false }
        sqlite3_bind_int64(statement, 1, now.nanosecondsSinceEpoch)
        sqlite3_bind_int64(statement, 2, Int64(status))
        csqlite_bind_text(statement, 3, record, Int32(record.utf8.count))
        csqlite_bind_text(statement, 4, run, Int32(run.utf8.count))
        return sqlite3_step(statement) == SQLITE_DONE
    }
}
