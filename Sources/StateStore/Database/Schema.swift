import HostLoop

/// The tables of the state and how each version came from the one before.
///
/// Times are nanoseconds since 1970, UTC. `account` is a hash: nothing here gives a credential away.
enum Schema {
    /// "finl", so that a file of another program is never taken for ours.
    static let applicationID = 0x6669_6E6C

    /// The version this program writes: the number of migrations.
    static var version: Int { migrations.count }

    /// Each brings the state one version further and is never changed once released.
    static let migrations = [
        """
        -- Processes that use the state; the kernel holds a lock for each that lives.
        CREATE TABLE processes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            pid INTEGER NOT NULL,
            label TEXT NOT NULL,
            started INTEGER NOT NULL
        );

        -- Requests that wait for, hold, or still count against a limit.
        -- stage and moment: 0 waits, and expects its turn then; 1 was sent then; 2 has ended, and its slot is free then.
        -- hold: how long its slot counts once it has ended.
        CREATE TABLE exchanges (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            route TEXT NOT NULL,
            process INTEGER NOT NULL,
            stage INTEGER NOT NULL,
            moment INTEGER NOT NULL,
            hold INTEGER NOT NULL
        );
        CREATE INDEX exchanges_by_route ON exchanges (account, route);
        CREATE INDEX exchanges_by_stage ON exchanges (account, stage, moment);

        CREATE TABLE pauses (
            account TEXT NOT NULL,
            route TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (account, route)
        ) WITHOUT ROWID;

        CREATE TABLE submissions (
            account TEXT NOT NULL,
            day INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (account, day)
        ) WITHOUT ROWID;

        -- Places among the account's running queries.
        -- stage and moment: 0 waits, and was looked after then; 1 runs since then; 2 may run, and its place is free then.
        -- hold: how long the place is kept when its process dies.
        CREATE TABLE running (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            process INTEGER NOT NULL,
            stage INTEGER NOT NULL,
            moment INTEGER NOT NULL,
            hold INTEGER NOT NULL,
            query TEXT,
            kind TEXT,
            submitted INTEGER,
            asked INTEGER
        );
        CREATE INDEX running_by_stage ON running (account, stage, moment);

        -- How long queries took: between the last status that said no and the first that said yes.
        CREATE TABLE durations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            kind TEXT NOT NULL,
            lower REAL NOT NULL,
            upper REAL NOT NULL
        );
        CREATE INDEX durations_by_kind ON durations (account, kind);

        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL,
            script TEXT NOT NULL,
            arguments TEXT NOT NULL,
            process INTEGER NOT NULL,
            pid INTEGER NOT NULL,
            started INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            ended INTEGER,
            status INTEGER,
            record TEXT
        ) WITHOUT ROWID;
        CREATE INDEX runs_by_start ON runs (started);
        CREATE INDEX runs_by_script ON runs (account, script, arguments, started);

        -- Submitted queries of a run, by the body that was sent.
        CREATE TABLE journal (
            run TEXT NOT NULL,
            body TEXT NOT NULL,
            query TEXT NOT NULL,
            submitted INTEGER NOT NULL,
            completed INTEGER,
            total_rows INTEGER,
            PRIMARY KEY (run, body)
        ) WITHOUT ROWID;

        -- What one run at a time may do; the row's number is the byte the kernel locks.
        CREATE TABLE locks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE
        );

        CREATE TABLE keys (
            account TEXT PRIMARY KEY,
            fetched INTEGER NOT NULL,
            body TEXT NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- What scripts keep between runs.
        -- kind: 0 a value under a name of the script's, 1 the rows that a comparison remembered.
        -- run: the one that wrote it, which no other run has the name of. value: last, so that the others are read without.
        CREATE TABLE script_values (
            account TEXT NOT NULL,
            script TEXT NOT NULL,
            kind INTEGER NOT NULL,
            name BLOB NOT NULL,
            run TEXT NOT NULL,
            changed INTEGER NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (account, script, kind, name)
        );
        """,
        """
        -- What was told. key: SHA-256 of the script, its account, the endpoint and what the notice is told once by.
        CREATE TABLE notices (
            key TEXT PRIMARY KEY,
            endpoint TEXT NOT NULL,
            told INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- Messages that may be on their way. id: what the receiver knows the message by, however often it is sent.
        CREATE TABLE messages (
            key TEXT PRIMARY KEY,
            id TEXT NOT NULL,
            begun INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- When the next message may go to an endpoint.
        CREATE TABLE channels (
            endpoint TEXT PRIMARY KEY,
            free INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
    ]

    /// Brings the file to this program's version. Fails as `check` does, and changes nothing then.
    @HostLoop static func migrate(_ database: Database) throws(StateError) {
        guard try number("user_version", database) != version else { return }
        try database.transaction { () throws(StateError) in
            // Read again: another process may have been quicker.
            try check(database)
            let found = try number("user_version", database)
            for migration in migrations[found...] { try database.execute(migration) }
            try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        }
    }

    /// Fails with `foreign` if the file is another program's, with `newer` if a newer finlua wrote it. Only reads.
    @HostLoop static func check(_ database: Database) throws(StateError) {
        // Before the owner, whose name is written together with them: another process may be writing both.
        let tables = try database.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) }
        let owner = try number("application_id", database)
        guard owner == applicationID || (owner == 0 && tables == 0) else {
            throw StateError(
                .foreign, "\(database.path) is a database of another program",
                hint: "Name a file that is finlua's own: --state FILE")
        }
        let found = try number("user_version", database)
        guard found >= 0 else {
            throw StateError(
                .damaged, "the state \(database.path) says that its version is \(found), which no finlua writes",
                hint: StateError.keepAsideHint)
        }
        guard found <= version else {
            throw StateError(
                .newer,
                "the state \(database.path) was written by a newer finlua (its version is \(found), "
                    + "this one knows up to \(version))",
                hint: "Use that finlua, or keep a state of its own for this one: --state FILE")
        }
    }

    @HostLoop private static func number(_ pragma: String, _ database: Database) throws(StateError) -> Int {
        try database.first("PRAGMA \(pragma)") { $0.int(0) } ?? 0
    }
}
