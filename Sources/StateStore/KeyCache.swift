public import HostLoop

/// The keys of accounts, as the API answered last.
@HostLoop public final class KeyCache {
    private let database: Database
    private let account: String

    /// The cache of an account, by its hash.
    public init(_ store: StateStore, account: String) {
        database = store.database
        self.account = account
    }

    /// The body of an answer no older than `moment`.
    public func body(since moment: Moment) throws(StateError) -> String? {
        try database.first(
            "SELECT body FROM keys WHERE account = ? AND fetched >= ?", .text(account), SQLValue(moment)
        ) { $0.text(0) }
    }

    /// Keeps an answer.
    public func keep(_ body: String, now: Moment) throws(StateError) {
        try database.run(
            "INSERT OR REPLACE INTO keys (account, fetched, body) VALUES (?, ?, ?)", .text(account), SQLValue(now),
            .text(body))
    }
}
