public import HostLoop

/// What one script has told on one account, and to whom, so that it is told once; and whose turn it is to tell.
@HostLoop public struct ToldNotices {
    private let database: Database
    private let script: String
    private let account: String

    /// The longest that messages which wait for an endpoint are believed to take: two minutes of one a second. A turn
    /// beyond is what a clock that was set back left.
    private static let longestLine: Duration = .seconds(120)

    /// Those of a script, by its path, on an account, by its hash.
    public init(_ store: StateStore, script: String, account: String) {
        database = store.database
        self.script = script
        self.account = account
    }

    /// Whether what the key stands for was told to the endpoint, and is not forgotten.
    public func wasTold(_ key: String, to endpoint: String, now: Moment) throws(StateError) -> Bool {
        try database.first(
            "SELECT 1 FROM notices WHERE key = ? AND expires > ?", .text(hash(key, endpoint)), SQLValue(now)
        ) { $0.int(0) } != nil
    }

    /// What the receiver is to know the message of these keys by: the same as the last time, if that one's end is not
    /// known.
    public func begin(_ keys: [String], to endpoint: String, now: Moment) throws(StateError) -> String {
        let key = hash(keys.sorted().joined(separator: "\n"), endpoint)
        return try database.transaction(durable: true) { () throws(StateError) in
            try database.run("DELETE FROM messages WHERE begun < ?", SQLValue(now - Self.messagesKept))
            let known = try database.first("SELECT id FROM messages WHERE key = ?", .text(key)) { $0.text(0) }
            if let known { return known }
            let id = (0..<2).map { _ in Self.padded(UInt64.random(in: .min ... .max)) }.joined()
            try database.run(
                "INSERT INTO messages (key, id, begun) VALUES (?, ?, ?)", .text(key), .text(id), SQLValue(now))
            return id
        }
    }

    /// Days after which nobody would know the message any more.
    private static let messagesKept: Duration = .seconds(7 * 86_400)

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The endpoint has accepted what the keys stand for; on the disk when it returns.
    public func note(_ keys: [String], to endpoint: String, now: Moment, until expiry: Moment) throws(StateError) {
        let message = hash(keys.sorted().joined(separator: "\n"), endpoint)
        try database.transaction(durable: true) { () throws(StateError) in
            try database.run("DELETE FROM messages WHERE key = ?", .text(message))
            try database.run("DELETE FROM notices WHERE expires <= ?", SQLValue(now))
            for key in keys {
                try database.run(
                    "INSERT OR REPLACE INTO notices (key, endpoint, told, expires) VALUES (?, ?, ?, ?)",
                    .text(hash(key, endpoint)), .text(endpoint), SQLValue(now), SQLValue(expiry))
            }
        }
    }

    /// The endpoint has accepted that what some keys stand for is over: the next time it is told again. `message` are the
    /// keys that the message began with.
    public func finish(
        _ message: [String], forgetting keys: [String], to endpoint: String
    ) throws(StateError) {
        let message = hash(message.sorted().joined(separator: "\n"), endpoint)
        try database.transaction(durable: true) { () throws(StateError) in
            try database.run("DELETE FROM messages WHERE key = ?", .text(message))
            for key in keys {
                try database.run("DELETE FROM notices WHERE key = ?", .text(hash(key, endpoint)))
            }
        }
    }

    /// When this process may send to the endpoint: `pause` after whoever was before it, in whatever process.
    public func turn(at endpoint: String, pause: Duration, now: Moment) throws(StateError) -> Moment {
        try database.transaction { () throws(StateError) in
            let free =
                try database.first("SELECT free FROM channels WHERE endpoint = ?", .text(endpoint)) { $0.moment(0) }
                ?? now
            let turn = free > now + Self.longestLine ? now : max(free, now)
            try database.run(
                "INSERT OR REPLACE INTO channels (endpoint, free) VALUES (?, ?)", .text(endpoint),
                SQLValue(turn + pause))
            return turn
        }
    }

    private func hash(_ key: String, _ endpoint: String) -> String {
        // The lengths keep two lists of texts apart that come to the same when they are joined.
        StateStore.hash(
            [account, script, endpoint, key].map { "\($0.utf8.count):\($0)" }.joined())
    }
}
