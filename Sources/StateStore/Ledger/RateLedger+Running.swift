public import HostLoop

/// A query that the account runs, as the state knows it.
public struct RunningQuery: Sendable, Equatable {
    /// The API's id; nil between the taking of a place and the answer to the submission.
    public let query: String?
    /// What its duration is compared with.
    public let kind: String
    /// When it was accepted.
    public let submitted: Moment
    /// When its status was asked for last.
    public let asked: Moment?
    /// Whether a task of this process waits for it.
    public let isOwn: Bool
}

extension RateLedger {
    /// Asks for one of `limit` places among the account's running queries, as `ask` does. `hold` is how long the place is
    /// kept if this process dies: nobody then says when its query ends.
    public func askRunning(limit: Int, hold: Duration, ticket: Int64?, now: Moment) throws(StateError) -> Turn {
        try sweep(now)
        return try store.database.transaction { () throws(StateError) in
            try store.database.run(
                "DELETE FROM running WHERE account = ? AND stage = ? AND moment <= ?", .text(account),
                Stage.kept.value, SQLValue(now))
            let own: Int64
            if let ticket { own = ticket } else { own = try insertRunning(.waiting, hold: hold, now) }
            let standing = try standing(now: now, before: own)
            let isFree = standing.open + standing.kept + standing.ahead < limit
            try store.database.run(
                "UPDATE running SET stage = ?, moment = ? WHERE id = ?", (isFree ? Stage.open : .waiting).value,
                SQLValue(now), .integer(own))
            if isFree { return .go(slot: own) }
            // Somebody's end frees a place, or the time of one that is kept: then the moment is known.
            if let freeAt = standing.freeAt, standing.open + standing.ahead == 0 {
                return .wait(ticket: own, until: freeAt)
            }
            return .full(ticket: own, isOwn: standing.kept == 0 && standing.ahead == 0 && standing.foreign == 0)
        }
    }

    /// Takes over the place of a query that a dead process submitted, or adds one: it runs whether there is room or not.
    public func adoptRunning(
        query: String, kind: String, submitted: Moment, hold: Duration, now: Moment
    ) throws(StateError) -> Int64 {
        try store.database.transaction { () throws(StateError) in
            let found = try store.database.first(
                "SELECT id FROM running WHERE account = ? AND query = ? AND stage = ?", .text(account), .text(query),
                Stage.kept.value
            ) { $0.int64(0) }
            let id: Int64
            if let found { id = found } else { id = try insertRunning(.open, hold: hold, now) }
            try store.database.run(
                "UPDATE running SET process = ?, stage = ?, moment = ? WHERE id = ?", .integer(store.process),
                Stage.open.value, SQLValue(now), .integer(id))
            try note(query: query, kind: kind, submitted: submitted, in: id)
            return id
        }
    }

    /// The query that was accepted in a place.
    public func note(query: String, kind: String, submitted: Moment, in place: Int64) throws(StateError) {
        try store.database.run(
            "UPDATE running SET query = ?, kind = ?, submitted = ? WHERE id = ?", .text(query), .text(kind),
            SQLValue(submitted), .integer(place))
    }

    /// The status of a query was asked for.
    public func note(asked query: String, now: Moment) throws(StateError) {
        try store.database.run(
            "UPDATE running SET asked = ? WHERE account = ? AND query = ?", SQLValue(now), .text(account), .text(query))
    }

    /// Gives back a place, or the wait for one; `hold` keeps it that long because the query may still run.
    public func finishRunning(_ place: Int64, hold: Duration, now: Moment) throws(StateError) {
        if hold > .zero {
            try store.database.run(
                "UPDATE running SET stage = ?, moment = ? WHERE id = ?", Stage.kept.value, SQLValue(now + hold),
                .integer(place))
        } else {
            try store.database.run("DELETE FROM running WHERE id = ?", .integer(place))
        }
    }

    /// The account's queries that are polled by somebody, oldest first.
    public func runningQueries() throws(StateError) -> [RunningQuery] {
        try store.database.all(
            """
            SELECT query, kind, submitted, asked, process FROM running
            WHERE account = ? AND stage = ? AND query IS NOT NULL ORDER BY submitted, id
            """, .text(account), Stage.open.value
        ) { row in
            RunningQuery(
                query: row.optional(0, row.text), kind: row.text(1), submitted: row.moment(2),
                asked: row.optional(3, row.moment), isOwn: row.int64(4) == store.process)
        }
    }

    /// What stands before a ticket among the places.
    private struct Standing {
        var open = 0
        var foreign = 0
        var kept = 0
        var freeAt: Moment?
        var ahead = 0
    }

    private func standing(now: Moment, before ticket: Int64) throws(StateError) -> Standing {
        // Counted by SQLite, each stage by the index: thousands may stand in line.
        try store.database.first(
            """
            SELECT
                (SELECT count(*) FROM running WHERE account = ?1 AND stage = 1),
                (SELECT count(*) FROM running WHERE account = ?1 AND stage = 1 AND process <> ?2),
                (SELECT count(*) FROM running WHERE account = ?1 AND stage = 2 AND moment > ?3),
                (SELECT min(moment) FROM running WHERE account = ?1 AND stage = 2 AND moment > ?3),
                (SELECT count(*) FROM running
                    WHERE account = ?1 AND stage = 0 AND moment <= ?3 AND moment > ?4 AND id < ?5 AND process <> ?2)
            """, .text(account), .integer(store.process), SQLValue(now), SQLValue(now - SlotPolicy.attention),
            .integer(ticket)
        ) { row in
            Standing(
                open: row.int(0), foreign: row.int(1), kept: row.int(2), freeAt: row.optional(3, row.moment),
                ahead: row.int(4))
        } ?? Standing()
    }

    private func insertRunning(_ stage: Stage, hold: Duration, _ now: Moment) throws(StateError) -> Int64 {
        try store.database.run(
            "INSERT INTO running (account, process, stage, moment, hold) VALUES (?, ?, ?, ?, ?)", .text(account),
            .integer(store.process), stage.value, SQLValue(now), SQLValue(hold))
        return store.database.lastID
    }
}
