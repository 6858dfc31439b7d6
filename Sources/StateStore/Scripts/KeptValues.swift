public import HostLoop

/// All that scripts keep in a state, for whoever looks after it.
@HostLoop public struct KeptValues {
    private let database: Database

    /// What one script keeps on one account.
    public struct Script: Sendable {
        /// Its path.
        public let path: String
        /// The account's hash.
        public let account: String
        /// Values and remembered sets of rows.
        public let count: Int
        /// Bytes of all of them.
        public let bytes: Int
        /// When one was written last.
        public let changed: Moment
    }

    /// One thing that a script keeps.
    public struct Entry: Sendable {
        /// The account's hash.
        public let account: String
        /// Whether it is rows, or a value.
        public let kind: ScriptKey.Kind
        /// Its name.
        public let name: String
        /// Bytes of the value.
        public let bytes: Int
        /// The run that wrote it.
        public let run: String
        /// When.
        public let changed: Moment
    }

    /// What is kept in a state.
    public init(_ store: StateStore) { database = store.database }

    /// Every script that keeps something, by path.
    public func scripts() throws(StateError) -> [Script] {
        try database.all(
            """
            SELECT script, account, count(*), sum(length(name) + length(value)), max(changed) FROM script_values
            GROUP BY script, account ORDER BY script, account
            """
        ) {
            Script(path: $0.text(0), account: $0.text(1), count: $0.int(2), bytes: $0.int(3), changed: $0.moment(4))
        }
    }

    /// What a script keeps, on every account.
    public func entries(of script: String) throws(StateError) -> [Entry] {
        try database.all(
            """
            SELECT account, kind, name, length(value), run, changed FROM script_values WHERE script = ?
            ORDER BY account, kind, name
            """, .text(script)
        ) {
            Entry(
                account: $0.text(0), kind: ScriptKey.Kind(rawValue: $0.int64(1)) ?? .value,
                name: String(decoding: $0.bytes(2), as: UTF8.self), bytes: $0.int(3), run: $0.text(4),
                changed: $0.moment(5))
        }
    }

    /// Removes all that a script keeps, on every account; gives how much that was.
    public func clear(_ script: String) throws(StateError) -> Int {
        try database.transaction(durable: true) { () throws(StateError) in
            try database.run("DELETE FROM script_values WHERE script = ?", .text(script))
            return database.changes
        }
    }
}
