public import HostLoop
import Secrets

/// A query that a run submitted.
public struct JournaledQuery: Sendable, Equatable {
    /// The API's id.
    public let query: String
    /// When it was accepted.
    public let submitted: Moment
    /// When it was known to be complete; nil if it was not.
    public let completed: Moment?
    /// Its rows, if the API said.
    public let totalRows: Int?
}

/// The queries of one run, written down before they are polled: a run that died goes on with them.
@HostLoop public final class RunJournal {
    /// The run's id.
    public let run: String
    private let database: Database

    /// The journal of a run.
    public init(_ store: StateStore, run: String) {
        self.run = run
        database = store.database
    }

    /// The service accepted a submission with this body. On the disk when the call returns.
    public func submitted(_ query: String, body: String, now: Moment) throws(StateError) {
        try database.transaction(durable: true) { () throws(StateError) in
            try database.run(
                "INSERT OR REPLACE INTO journal (run, body, query, submitted) VALUES (?, ?, ?, ?)", .text(run),
                .text(Self.name(of: body)), .text(query), SQLValue(now))
        }
    }

    /// A query has completed.
    public func completed(_ query: String, totalRows: Int?, now: Moment) throws(StateError) {
        try database.run(
            "UPDATE journal SET completed = ?, total_rows = ? WHERE run = ? AND query = ?", SQLValue(now),
            SQLValue(totalRows), .text(run), .text(query))
    }

    /// A query failed, or its results are gone: it is of no use any more.
    public func forget(_ query: String) throws(StateError) {
        try database.run("DELETE FROM journal WHERE run = ? AND query = ?", .text(run), .text(query))
    }

    /// The query submitted with this body no earlier than `moment`.
    public func query(body: String, since moment: Moment) throws(StateError) -> JournaledQuery? {
        try database.first(
            """
            SELECT query, submitted, completed, total_rows FROM journal
            WHERE run = ? AND body = ? AND submitted >= ?
            """, .text(run), .text(Self.name(of: body)), SQLValue(moment), read: Self.entry)
    }

    /// Every query of the run.
    public func queries() throws(StateError) -> [JournaledQuery] {
        try database.all(
            "SELECT query, submitted, completed, total_rows FROM journal WHERE run = ? ORDER BY submitted",
            .text(run), read: Self.entry)
    }

    /// What a body goes by in the file: itself, or where it holds a secret its hash. Scrubbed, two bodies might be one.
    private static func name(of body: String) -> String {
        KnownSecrets.scrubber.secret(in: body) == nil ? body : "SHA-256 " + StateStore.hash(body)
    }

    private static func entry(_ row: Row) -> JournaledQuery {
        JournaledQuery(
            query: row.text(0), submitted: row.moment(1), completed: row.optional(2, row.moment),
            totalRows: row.optional(3, row.int))
    }
}
