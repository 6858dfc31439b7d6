public import HostLoop

/// What one script keeps between runs on one account, as one of its runs sees and changes it.
///
/// Changes are staged, in memory, and the run sees them; they come to the state with the end of a run that ended well
/// (`RunLog.end`). Every key is as the last such run left it. Where a run writes a key that it has read, and another run
/// wrote it in between, nothing of the later one is kept: a counter would miss a count.
@HostLoop public final class ScriptValues {
    /// Bytes of one value. 16 MiB: more is data, which belongs into a file.
    public nonisolated static let largestValue = 16 << 20
    /// Bytes of all that one script keeps on one account, remembered rows included. 256 MiB: a million rows of 250 bytes.
    public nonisolated static let largestStore = 256 << 20
    /// Bytes of a name.
    public nonisolated static let longestName = 512

    private let database: Database
    private let script: String
    private let account: String
    private let capacity: Int
    private var staged = StagedValues()
    /// Bytes the script's values came to when the run first changed one, and how many more its changes make.
    private var kept: Int?
    private var growth = 0

    /// The values of a script, by its path, on an account, by its hash; at most `capacity` bytes of them.
    public init(_ store: StateStore, script: String, account: String, capacity: Int = largestStore) {
        database = store.database
        self.script = script
        self.account = account
        self.capacity = capacity
    }

    /// Bytes that are held in memory until the run's end.
    public var stagedBytes: Int { staged.bytes }

    /// What stands under a key: what this run staged, else what the state holds now.
    public func value(of key: ScriptKey) throws(StateError) -> [UInt8]? {
        if let change = staged[key] { return change }
        let found = try database.first(
            "SELECT run, value FROM script_values \(Self.condition)", .text(account), .text(script),
            .integer(key.kind.rawValue), .bytes(key.name)
        ) { (run: $0.text(0), value: $0.bytes(1)) }
        staged.saw(key, from: found?.run)
        return found?.value
    }

    /// Keeps a value from the run's end on; nil removes. Fails with `full`, and stages nothing, if the script would keep
    /// too much.
    public func stage(_ value: [UInt8]?, under key: ScriptKey) throws(StateError) {
        let standing: Int?
        if let change = staged[key] { standing = change?.count } else { standing = try size(of: key) }
        func cost(_ count: Int?) -> Int { count.map { $0 + key.name.count } ?? 0 }
        let more = cost(value?.count) - cost(standing)
        let before: Int
        if let kept { before = kept } else { before = try size() }
        kept = before
        guard more <= 0 || before + growth + more <= capacity else { throw tooMuch(before + growth + more) }
        growth += more
        staged.stage(value, under: key)
    }

    /// The names of values that begin so, those of this run included, in the order of their bytes.
    public func names(beginningWith prefix: [UInt8] = []) throws(StateError) -> [[UInt8]] {
        var names = Set(
            try database.all(
                "SELECT name FROM script_values WHERE account = ? AND script = ? AND kind = ?", .text(account),
                .text(script), .integer(ScriptKey.Kind.value.rawValue)
            ) { $0.bytes(0) })
        for (key, value) in staged.changes where key.kind == .value {
            if value == nil { names.remove(key.name) } else { names.insert(key.name) }
        }
        return names.filter { $0.starts(with: prefix) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Writes what was staged; part of the transaction in which the run ends. Fails with `changed` or `full`.
    func write(run: String, now: Moment) throws(StateError) {
        // Sorted, so that the same run leaves the same file.
        let keys = staged.changes.keys.sorted {
            $0.kind == $1.kind
                ? $0.name.lexicographicallyPrecedes($1.name) : $0.kind.rawValue < $1.kind.rawValue
        }
        guard !keys.isEmpty else { return }
        for key in keys {
            let writer = try database.first(
                "SELECT run FROM script_values \(Self.condition)", .text(account), .text(script),
                .integer(key.kind.rawValue), .bytes(key.name)
            ) { $0.text(0) }
            if staged.losesChange(of: key, by: writer) { throw changed(key, by: writer) }
            // Not INSERT OR REPLACE, for which SQLite keeps a copy of a large value in a temporary file.
            try database.run(
                "DELETE FROM script_values \(Self.condition)", .text(account), .text(script),
                .integer(key.kind.rawValue), .bytes(key.name))
            guard case .some(.some(let value)) = staged[key] else { continue }
            try database.run(
                """
                INSERT INTO script_values (account, script, kind, name, run, changed, value)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, .text(account), .text(script), .integer(key.kind.rawValue), .bytes(key.name), .text(run),
                SQLValue(now), .bytes(value))
        }
        // Another run may have added to what this one counted.
        let total = try size()
        if growth > 0, total > capacity { throw tooMuch(total) }
    }

    private static let condition = "WHERE account = ? AND script = ? AND kind = ? AND name = ?"

    private func size() throws(StateError) -> Int {
        try database.first(
            """
            SELECT coalesce(sum(length(name) + length(value)), 0) FROM script_values WHERE account = ? AND script = ?
            """, .text(account), .text(script)
        ) { $0.int(0) } ?? 0
    }

    private func size(of key: ScriptKey) throws(StateError) -> Int? {
        try database.first(
            "SELECT length(value) FROM script_values \(Self.condition)", .text(account), .text(script),
            .integer(key.kind.rawValue), .bytes(key.name)
        ) { $0.int(0) }
    }

    private func tooMuch(_ total: Int) -> StateError {
        StateError(
            .full, "the script would keep \(total) bytes in the state, and may keep \(capacity)",
            hint: "Delete what it needs no more (store.delete), remember fewer rows or columns, or write a file")
    }

    private func changed(_ key: ScriptKey, by run: String?) -> StateError {
        let who = run.map { "run \($0) changed" } ?? "somebody removed"
        return StateError(
            .changed, "\(who) \(key.shown) of this script after this run had read it, so nothing is kept of this run",
            hint: "Run it again, or let runs with other arguments keep under names of their own")
    }
}
