/// How long a query took, in seconds: it was still running at `lower` and done at `upper`.
public struct ObservedDuration: Hashable, Sendable {
    /// The age at the last status that said no; 0 if there was none.
    public let lower: Double
    /// The age at the first that said yes.
    public let upper: Double

    /// An observation.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }
}

extension RateLedger {
    /// Durations kept of each kind of query: enough to know it, few enough to follow a change.
    private static let kept = 40

    /// The last durations of a kind, oldest first; of all kinds if it is nil.
    public func durations(of kind: String?) throws(StateError) -> [ObservedDuration] {
        func read(_ row: Row) -> ObservedDuration { ObservedDuration(lower: row.real(0), upper: row.real(1)) }
        guard let kind else {
            return try store.database.all(
                """
                SELECT lower, upper FROM (
                    SELECT id, lower, upper FROM durations WHERE account = ? ORDER BY id DESC LIMIT 200) ORDER BY id
                """, .text(account), read: read)
        }
        return try store.database.all(
            "SELECT lower, upper FROM durations WHERE account = ? AND kind = ? ORDER BY id", .text(account),
            .text(kind), read: read)
    }

    /// A query of a kind has completed.
    public func record(_ duration: ObservedDuration, of kind: String) throws(StateError) {
        try store.database.transaction { () throws(StateError) in
            try store.database.run(
                "INSERT INTO durations (account, kind, lower, upper) VALUES (?, ?, ?, ?)", .text(account), .text(kind),
                .real(duration.lower), .real(duration.upper))
            try store.database.run(
                """
                DELETE FROM durations WHERE account = ?1 AND kind = ?2 AND id NOT IN (
                    SELECT id FROM durations WHERE account = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3)
                """, .text(account), .text(kind), SQLValue(Self.kept))
        }
    }
}
