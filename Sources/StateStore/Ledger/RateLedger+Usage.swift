public import HostLoop

/// How much of a limit is in use.
public struct LimitUsage: Sendable, Equatable {
    /// Slots or places that count now.
    public let used: Int
    /// Those who wait for one.
    public let waiting: Int
    /// When one more could be had; nil if one can now, or only somebody's end frees one.
    public let freeAt: Moment?
}

/// What one process holds of the account's limits.
public struct LimitHolder: Sendable, Equatable {
    /// The process.
    public let pid: Int
    /// What it does, in a few words.
    public let label: String
    /// When it began to use the state.
    public let started: Moment
    /// Slots of each route that count now.
    public let slots: [String: Int]
    /// Requests of each route that wait.
    public let waiting: [String: Int]
    /// Requests on their way.
    public let inFlight: Int
    /// Queries it waits for.
    public let running: Int
    /// Queries for which it waits for a place.
    public let waitingToRun: Int
}

extension RateLedger {
    /// The use of a route's limit.
    public func usage(_ rules: Rules, now: Moment) throws(StateError) -> LimitUsage {
        let entries = try entries(of: rules.route)
        let hold = rules.window + SlotPolicy.margin
        let turn = SlotPolicy.turn(of: .max, among: entries, limit: rules.limit, hold: hold, now: now)
        let freeAt = [turn, try pause(of: rules.route, now)].compactMap { $0 }.max()
        return Self.usage(entries, freeAt: freeAt, now: now)
    }

    /// The use of the places in flight.
    public func inFlightUsage(now: Moment) throws(StateError) -> LimitUsage {
        let open = try inFlight().filter { $0.entry.state == .open }
        return LimitUsage(used: open.count, waiting: 0, freeAt: nil)
    }

    /// The use of the places of running queries.
    public func runningUsage(limit: Int, now: Moment) throws(StateError) -> LimitUsage {
        let entries = try store.database.all(
            "SELECT id, stage, moment FROM running WHERE account = ?", .text(account)
        ) { SlotEntry(id: $0.int64(0), state: .init($0.int64(1), $0.moment(2))) }
        let usage = Self.usage(entries, freeAt: nil, now: now)
        guard usage.used >= limit else { return usage }
        let kept = entries.compactMap { if case .kept(let moment) = $0.state, moment > now { moment } else { nil } }
        return LimitUsage(used: usage.used, waiting: usage.waiting, freeAt: kept.min())
    }

    /// Places whose process ended before its query was seen complete, and which count for a while longer.
    public func abandonedPlaces(now: Moment) throws(StateError) -> Int {
        try store.forgetDeadProcesses(now: now)
        return try store.database.first(
            "SELECT COUNT(*) FROM running WHERE account = ? AND stage = ? AND moment > ?", .text(account),
            Stage.kept.value, .integer(now.nanosecondsSinceEpoch)
        ) { $0.int(0) } ?? 0
    }

    /// Every route that has entries.
    public func routes() throws(StateError) -> [String] {
        try store.database.all(
            "SELECT DISTINCT route FROM exchanges WHERE account = ? ORDER BY route", .text(account)
        ) { $0.text(0) }
    }

    /// The living processes that hold or want something, the oldest first.
    public func holders(now: Moment) throws(StateError) -> [LimitHolder] {
        try store.forgetDeadProcesses(now: now)
        let processes = try store.database.all("SELECT id, pid, label, started FROM processes ORDER BY id") {
            (id: $0.int64(0), pid: $0.int(1), label: $0.text(2), started: $0.moment(3))
        }
        let exchanges = try store.database.all(
            "SELECT process, route, id, stage, moment FROM exchanges WHERE account = ?", .text(account)
        ) {
            (
                process: $0.int64(0), route: $0.text(1),
                entry: SlotEntry(id: $0.int64(2), state: .init($0.int64(3), $0.moment(4)))
            )
        }
        let running = try store.database.all(
            "SELECT process, stage FROM running WHERE account = ? AND stage IN (0, 1)", .text(account)
        ) { (process: $0.int64(0), stage: Stage(rawValue: $0.int64(1))) }
        return processes.compactMap { process in
            let own = exchanges.filter { $0.process == process.id }
            let slots = own.filter { $0.entry.counts(at: now) }
            let waiting = own.filter { $0.entry.isWaiting }
            let places = running.filter { $0.process == process.id }
            guard !own.isEmpty || !places.isEmpty else { return nil }
            return LimitHolder(
                pid: process.pid, label: process.label, started: process.started,
                slots: Dictionary(slots.map { ($0.route, 1) }, uniquingKeysWith: +),
                waiting: Dictionary(waiting.map { ($0.route, 1) }, uniquingKeysWith: +),
                inFlight: own.count { $0.entry.state == .open },
                running: places.count { $0.stage == .open }, waitingToRun: places.count { $0.stage == .waiting })
        }
    }

    private static func usage(_ entries: [SlotEntry], freeAt: Moment?, now: Moment) -> LimitUsage {
        LimitUsage(
            used: entries.count { $0.counts(at: now) }, waiting: entries.count { $0.isWaiting }, freeAt: freeAt)
    }
}

extension SlotEntry {
    /// Whether it takes a slot now.
    func counts(at now: Moment) -> Bool {
        switch state {
        case .open: true
        case .kept(let moment): moment > now
        case .waiting: false
        }
    }

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
}
