public import HostLoop

/// The limits of one account as every process of the state keeps them: who asks first is served first, whoever it is.
@HostLoop public final class RateLedger {
    /// What a request has to keep to.
    public struct Rules: Sendable {
        /// The route's name.
        public var route: String
        /// At most this many requests of the route …
        public var limit: Int
        /// … in any stretch of this length.
        public var window: Duration
        /// Requests on their way at a time, over all routes.
        public var inFlight: Int
        /// At most this many in a UTC day; nil: no such limit.
        public var daily: Int?

        /// Rules.
        public init(route: String, limit: Int, window: Duration, inFlight: Int, daily: Int?) {
            self.route = route
            self.limit = limit
            self.window = window
            self.inFlight = inFlight
            self.daily = daily
        }
    }

    /// What came of asking for a slot.
    public enum Turn: Hashable, Sendable {
        /// The slot is taken: send.
        case go(slot: Int64)
        /// Ask again with the ticket, at that moment.
        case wait(ticket: Int64, until: Moment)
        /// Every place in flight is taken. Ask again with the ticket when one is free; `isOwn`: this process has them all.
        case full(ticket: Int64, isOwn: Bool)
        /// The day's budget is used up; the ticket is void.
        case dayIsUsedUp
    }

    package let store: StateStore
    package let account: String
    private var lastSweep: Moment?
    private var database: Database { store.database }

    /// The ledger of an account, by its hash.
    public init(_ store: StateStore, account: String) {
        self.store = store
        self.account = account
    }

    /// Asks for a slot: for the first time without a ticket, then with the one given.
    public func ask(_ rules: Rules, ticket: Int64?, now: Moment) throws(StateError) -> Turn {
        try sweep(now)
        return try database.transaction { () throws(StateError) in
            try database.run(
                "DELETE FROM exchanges WHERE account = ? AND stage = ? AND moment <= ?", .text(account),
                Stage.kept.value, SQLValue(now))
            if let daily = rules.daily, try submissions(on: now.day) >= daily {
                if let ticket { try remove(ticket) }
                return .dayIsUsedUp
            }
            let hold = rules.window + SlotPolicy.margin
            let own: Int64
            if let ticket { own = ticket } else { own = try insert(rules.route, hold: hold, now) }
            let others = try entries(of: rules.route).filter { $0.id != own }
            let turn = SlotPolicy.turn(of: own, among: others, limit: rules.limit, hold: hold, now: now)
            let pause = try pause(of: rules.route, now)
            if let until = [turn, pause].compactMap({ $0 }).max() {
                try update(own, .waiting, until)
                return .wait(ticket: own, until: until)
            }
            // Of its own, the process says itself who is next: only others' are stood in line for.
            let rivals = try inFlight().filter { $0.entry.state == .open || $0.process != store.process }
            guard SlotPolicy.ahead(of: own, among: rivals.map(\.entry), now: now) < rules.inFlight else {
                try update(own, .waiting, now)
                return .full(ticket: own, isOwn: rivals.allSatisfy { $0.process == store.process })
            }
            try update(own, .open, now)
            if rules.daily != nil { try count(1, on: now.day) }
            return .go(slot: own)
        }
    }

    /// Gives up the wait of a ticket.
    public func withdraw(_ ticket: Int64) throws(StateError) { try remove(ticket) }

    /// Gives back a slot for which nothing was sent; `begunOn` is the day of a submission.
    public func giveBack(_ slot: Int64, begunOn day: Day?) throws(StateError) {
        try database.transaction { () throws(StateError) in
            try remove(slot)
            if let day { try count(-1, on: day) }
        }
    }

    /// The exchange of a slot has ended, well or not: the slot counts for the window's length yet. `begunOn` is the day of
    /// a submission, which the service may have counted on either side of midnight.
    public func finish(_ slot: Int64, begunOn day: Day?, now: Moment) throws(StateError) {
        try database.transaction { () throws(StateError) in
            try database.run(
                "UPDATE exchanges SET stage = ?, moment = ? + hold WHERE id = ?", Stage.kept.value, SQLValue(now),
                .integer(slot))
            if let day, day != now.day { try count(1, on: now.day) }
        }
    }

    /// Nobody sends on `route` before `moment`: the service said to wait.
    public func pause(_ route: String, until moment: Moment) throws(StateError) {
        try database.run(
            """
            INSERT INTO pauses (account, route, until) VALUES (?1, ?2, ?3)
            ON CONFLICT (account, route) DO UPDATE SET until = max(until, ?3)
            """, .text(account), .text(route), SQLValue(moment))
    }

    /// The service counts `used` requests of the route in its window, those of programs that do not share the state among
    /// them: as many slots as the ledger does not know of are held for a window, because nobody says when they were sent.
    public func observe(_ rules: Rules, used: Int, now: Moment) throws(StateError) {
        // Hardly ever is there anything to write.
        guard try known(rules.route, now).all < used else { return }
        try database.transaction { () throws(StateError) in
            let known = try known(rules.route, now)
            guard known.all < used else { return }
            // Of those on their way the service may not have counted one but that which it answered.
            let missing = used - known.all + max(0, known.open - 1)
            let hold = rules.window + SlotPolicy.margin
            for _ in 0..<min(missing, rules.limit) {
                try update(try insert(rules.route, hold: hold, now), .kept, now + hold)
            }
        }
    }

    private func known(_ route: String, _ now: Moment) throws(StateError) -> (all: Int, open: Int) {
        try database.first(
            """
            SELECT count(*), count(*) FILTER (WHERE stage = 1) FROM exchanges
            WHERE account = ? AND route = ? AND (stage = 1 OR (stage = 2 AND moment > ?))
            """, .text(account), .text(route), SQLValue(now)
        ) { (all: $0.int(0), open: $0.int(1)) } ?? (0, 0)
    }

    /// At least `used` submissions of the UTC day are used up: the service said so.
    public func observe(submissions used: Int, on day: Day) throws(StateError) {
        guard try submissions(on: day) < used else { return }
        try database.run(
            """
            INSERT INTO submissions (account, day, count) VALUES (?1, ?2, ?3)
            ON CONFLICT (account, day) DO UPDATE SET count = max(count, ?3)
            """, .text(account), SQLValue(day.daysSinceEpoch), SQLValue(used))
    }

    /// Submissions of a UTC day.
    public func submissions(on day: Day) throws(StateError) -> Int {
        try database.first(
            "SELECT count FROM submissions WHERE account = ? AND day = ?", .text(account),
            SQLValue(day.daysSinceEpoch)
        ) { $0.int(0) } ?? 0
    }

    /// Takes back what dead and stopped processes hold, and what a clock that was set back would hold for hours, at most
    /// once a second.
    func sweep(_ now: Moment) throws(StateError) {
        if let lastSweep, now >= lastSweep, now - lastSweep < .seconds(1) { return }
        lastSweep = now
        try store.forgetDeadProcesses(now: now)
        try database.transaction { () throws(StateError) in
            for table in ["exchanges", "running"] {
                try database.run(
                    "UPDATE \(table) SET moment = ?2 + hold WHERE account = ?1 AND stage = 2 AND moment > ?2 + hold",
                    .text(account), SQLValue(now))
            }
            try database.run(
                "UPDATE exchanges SET stage = 2, moment = ?2 + hold WHERE account = ?1 AND stage = 1 AND moment <= ?3",
                .text(account), SQLValue(now), SQLValue(now - SlotPolicy.longestExchange))
            try database.run(
                "DELETE FROM running WHERE account = ? AND stage = 1 AND moment <= ?", .text(account),
                SQLValue(now - SlotPolicy.longestQuery))
        }
    }

    private func insert(_ route: String, hold: Duration, _ now: Moment) throws(StateError) -> Int64 {
        try database.run(
            "INSERT INTO exchanges (account, route, process, stage, moment, hold) VALUES (?, ?, ?, ?, ?, ?)",
            .text(account), .text(route), .integer(store.process), Stage.waiting.value, SQLValue(now), SQLValue(hold))
        return database.lastID
    }

    private func update(_ id: Int64, _ stage: Stage, _ moment: Moment) throws(StateError) {
        try database.run(
            "UPDATE exchanges SET stage = ?, moment = ? WHERE id = ?", stage.value, SQLValue(moment), .integer(id))
    }

    private func remove(_ id: Int64) throws(StateError) {
        try database.run("DELETE FROM exchanges WHERE id = ?", .integer(id))
    }

    private func count(_ number: Int, on day: Day) throws(StateError) {
        try database.run(
            """
            INSERT INTO submissions (account, day, count) VALUES (?1, ?2, ?3)
            ON CONFLICT (account, day) DO UPDATE SET count = count + ?3
            """, .text(account), SQLValue(day.daysSinceEpoch), SQLValue(number))
    }

    func pause(of route: String, _ now: Moment) throws(StateError) -> Moment? {
        try database.first(
            "SELECT until FROM pauses WHERE account = ? AND route = ? AND until > ?", .text(account), .text(route),
            SQLValue(now)
        ) { $0.moment(0) }
    }

    func entries(of route: String) throws(StateError) -> [SlotEntry] {
        try database.all(
            "SELECT id, stage, moment FROM exchanges WHERE account = ? AND route = ?", .text(account), .text(route)
        ) { SlotEntry(id: $0.int64(0), state: .init($0.int64(1), $0.moment(2))) }
    }

    /// Who is in flight, or in line for it, on any route.
    func inFlight() throws(StateError) -> [(entry: SlotEntry, process: Int64)] {
        try database.all(
            "SELECT id, stage, moment, process FROM exchanges WHERE account = ? AND stage IN (0, 1)", .text(account)
        ) { (SlotEntry(id: $0.int64(0), state: .init($0.int64(1), $0.moment(2))), $0.int64(3)) }
    }
}

extension SlotEntry.State {
    /// From a row's stage and moment.
    init(_ stage: Int64, _ moment: Moment) {
        switch Stage(rawValue: stage) {
        case .waiting: self = .waiting(moment)
        case .open: self = .open
        case .kept, nil: self = .kept(moment)
        }
    }
}
