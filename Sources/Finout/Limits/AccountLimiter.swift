public import HostLoop
public import StateStore

/// Keeps an account's limits together with every other process that shares the state: the ledger says whose turn it is,
/// this waits for it.
@HostLoop public final class AccountLimiter {
    /// What the state knows of the account's requests.
    public let ledger: RateLedger
    let settings: LimitSettings
    /// How long a place is kept whose process dies: nobody then knows when its query ends.
    private let abandonedHold: Duration
    private let inFlightLine = WaitingLine()
    private let runningLine = WaitingLine()
    /// What waits now, by limit.
    private var standing: [String: LimiterStanding] = [:]
    /// What kept a slot from being given back; the next call fails with it.
    private var failure: StateError?

    /// The names of limits that are not of a route.
    package nonisolated static let inFlight = "in flight"
    package nonisolated static let running = "running"
    static let submissionsToday = "submissions today"

    /// How often a full limit is looked at again when another process may free it: at first, and at the longest. Short against
    /// an exchange, and against the time a query runs.
    private static let inFlightRecheck: ClosedRange<Duration> = .milliseconds(2) ... .milliseconds(20)
    private static let runningRecheck: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(250)
    /// The shortest stretch after which a turn whose moment is known is looked at again.
    private static let waitRecheck: Duration = .seconds(1)

    /// The limits of an account.
    public init(_ settings: LimitSettings, ledger: RateLedger, abandonedHold: Duration = .seconds(600)) {
        self.settings = settings
        self.ledger = ledger
        self.abandonedHold = abandonedHold
    }

    /// Waits, first come first served over all processes, for the route's slot and a place in flight. `waiting` hears each
    /// wait as it begins; either `finish` or `giveBack` has to follow, once.
    /// Fails with `cancelled`, `deadline`, `rate_limited` (the wait would pass `deadline`), `quota_exhausted` or `state`.
    public func reserve(
        _ route: Route, deadline: Moment?, waiting: (LimiterWait) -> Void
    ) async throws(FinoutError) -> Reservation {
        let rules = settings.rules(of: route)
        // The day of a submission is that for which the ledger counted it.
        var asked = HostLoop.now
        let (slot, waits) = try await turn(
            name: route.name, line: inFlightLine, lineName: Self.inFlight, recheck: Self.inFlightRecheck,
            deadline: deadline, waiting: waiting, withdraw: ledger.withdraw
        ) { (ticket) throws(StateError) in
            asked = HostLoop.now
            return try self.ledger.ask(rules, ticket: ticket, now: asked)
        }
        return Reservation(id: slot, submissionDay: rules.daily == nil ? nil : asked.day, waits: waits)
    }

    /// The exchange has ended, well or not: frees the place in flight; the route's slot is held for the window's length yet.
    public func finish(_ reservation: Reservation) {
        note { () throws(StateError) in
            try ledger.finish(reservation.id, begunOn: reservation.submissionDay, now: HostLoop.now)
        }
        inFlightLine.ring()
    }

    /// Frees the slot whole: nothing was sent for it.
    public func giveBack(_ reservation: Reservation) {
        note { () throws(StateError) in try ledger.giveBack(reservation.id, begunOn: reservation.submissionDay) }
        inFlightLine.ring()
    }

    /// Holds back every process for what the service counts and the ledger does not know of.
    ///
    /// The grammar of these headers is nowhere documented (facts.md section 4), so a number is believed only of a limit that
    /// is the one kept here, and holds nobody for longer than that limit's window.
    public func observe(_ limits: ServiceLimits, of route: Route) {
        let now = HostLoop.now
        let rules = settings.rules(of: route)
        note { () throws(StateError) in
            if let standing = limits.route, let remaining = standing.remaining,
                standing.limit ?? rules.limit == rules.limit
            {
                if standing.limit != nil { try ledger.observe(rules, used: rules.limit - remaining, now: now) }
                if remaining == 0, let reset = standing.resetAt {
                    try ledger.pause(route.name, until: min(reset, now + rules.window))
                }
            }
            if let daily = rules.daily, let standing = limits.account, standing.limit == daily,
                let remaining = standing.remaining
            {
                try ledger.observe(submissions: daily - remaining, on: limits.day ?? now.day)
            }
        }
    }

    /// Lets nothing out on the route before `moment`, in any process.
    public func pause(_ route: Route, until moment: Moment) {
        note { () throws(StateError) in try ledger.pause(route.name, until: moment) }
    }

    /// Lets no submission out any more on a UTC day, in any process.
    public func exhaust(_ day: Day) {
        note { () throws(StateError) in try ledger.observe(submissions: settings.dailySubmissions, on: day) }
    }

    /// Waits for a place among the running queries.
    public func reserveRunning(
        deadline: Moment?, waiting: (LimiterWait) -> Void
    ) async throws(FinoutError) -> Reservation {
        let (place, waits) = try await turn(
            name: Self.running, line: runningLine, lineName: Self.running, recheck: Self.runningRecheck,
            deadline: deadline, waiting: waiting,
            withdraw: { (ticket) throws(StateError) in
                try self.ledger.finishRunning(ticket, hold: .zero, now: HostLoop.now)
            }
        ) { (ticket) throws(StateError) in
            try self.ledger.askRunning(
                limit: self.settings.runningQueries, hold: self.abandonedHold, ticket: ticket, now: HostLoop.now)
        }
        return Reservation(id: place, submissionDay: nil, waits: waits)
    }

    /// The query that was accepted in a place, for all who share the account.
    public func note(query: String, kind: String, submitted: Moment, in place: Reservation) {
        note { () throws(StateError) in
            try ledger.note(query: query, kind: kind, submitted: submitted, in: place.id)
        }
    }

    /// The place of a query that an earlier process submitted; nil if the state cannot be written.
    public func adoptRunning(query: String, kind: String, submitted: Moment) -> Reservation? {
        var reservation: Reservation?
        note { () throws(StateError) in
            let place = try ledger.adoptRunning(
                query: query, kind: kind, submitted: submitted, hold: abandonedHold, now: HostLoop.now)
            reservation = Reservation(id: place, submissionDay: nil, waits: [:])
        }
        return reservation
    }

    /// Frees the place, `hold` later.
    public func finishRunning(_ reservation: Reservation, hold: Duration) {
        note { () throws(StateError) in
            try ledger.finishRunning(reservation.id, hold: hold, now: HostLoop.now)
        }
        runningLine.ring()
    }

    /// Asks until it is the turn, and waits in between as the answers say.
    private func turn(
        name: String, line: WaitingLine, lineName: String, recheck: ClosedRange<Duration>, deadline: Moment?,
        waiting: (LimiterWait) -> Void, withdraw: (Int64) throws(StateError) -> Void,
        ask: (Int64?) throws(StateError) -> RateLedger.Turn
    ) async throws(FinoutError) -> (slot: Int64, waits: [String: Duration]) {
        var ticket: Int64?
        var waits: [String: Duration] = [:]
        var shown: Moment?
        var isFirst = false
        var pause = recheck.lowerBound
        defer { if isFirst { line.leave() } }
        // Whoever waits here was called by what this task gave back, perhaps, and looks first.
        if line.isTaken { await HostLoop.yield() }
        do throws(FinoutError) {
            while true {
                if Task.isCancelled { throw .cancelled }
                if let failure { throw FinoutError(failure) }
                let (began, rings) = (HostLoop.now, line.rings)
                switch try stated({ () throws(StateError) in try ask(ticket) }) {
                case .go(let slot): return (slot, waits)
                case .dayIsUsedUp:
                    ticket = nil
                    throw Self.dayIsUsedUp(settings.dailySubmissions)
                case .wait(let id, let moment):
                    ticket = id
                    if let deadline, moment > deadline { throw Self.tooLate(name, moment, deadline: deadline) }
                    // Who has to wait for time to pass must not keep those behind from what is free for them.
                    if isFirst {
                        isFirst = false
                        line.leave()
                    }
                    if shown.map({ $0 <= began }) ?? true {
                        waiting(LimiterWait(limiter: name, until: moment))
                        shown = moment
                    }
                    // Those before it may give up: it asks again at half of the time, and so on.
                    // Not for a place among the running: thousands may wait for one, and its end is not made sooner by that.
                    let review =
                        line === inFlightLine ? began + max((moment - began) / 2, Self.waitRecheck) : moment
                    beginWait(name, until: moment)
                    defer { endWait(name) }
                    do { try await HostLoop.sleep(until: min(moment, review)) } catch { throw .cancelled }
                    waits[name, default: .zero] += HostLoop.now - began
                case .full(let id, let isOwn):
                    ticket = id
                    beginWait(lineName, until: nil)
                    defer { endWait(lineName) }
                    if let deadline, began >= deadline { throw Self.deadlinePassed(lineName) }
                    if isFirst {
                        let next = began + pause
                        pause = min(pause * 2, recheck.upperBound)
                        await line.change(
                            since: rings, until: isOwn ? deadline : deadline.map { min(next, $0) } ?? next)
                    } else {
                        waiting(LimiterWait(limiter: lineName, until: nil))
                        isFirst = await line.enter(until: deadline)
                    }
                    waits[lineName, default: .zero] += HostLoop.now - began
                }
            }
        } catch {
            if let ticket { note { () throws(StateError) in try withdraw(ticket) } }
            throw error
        }
    }

    /// What waits now for which limit, by name.
    public var waits: [LimiterStanding] { standing.values.sorted { $0.limiter < $1.limiter } }

    private func beginWait(_ name: String, until: Moment?) {
        let count = (standing[name]?.count ?? 0) + 1
        standing[name] = LimiterStanding(limiter: name, count: count, until: until)
    }

    private func endWait(_ name: String) {
        guard let wait = standing.removeValue(forKey: name), wait.count > 1 else { return }
        standing[name] = LimiterStanding(limiter: name, count: wait.count - 1, until: wait.until)
    }

    private func note(_ change: () throws(StateError) -> Void) {
        do throws(StateError) { try change() } catch { failure = error }
    }

    private static func tooLate(_ name: String, _ moment: Moment, deadline: Moment) -> FinoutError {
        FinoutError(
            .rateLimited, "The limit '\(name)' has no slot before \(moment), and the run ends at \(deadline).",
            hint: "Come back at \(moment), or give the run more time.", comeBackAt: moment)
    }

    private static func deadlinePassed(_ name: String) -> FinoutError {
        FinoutError(
            .deadline, "The run's deadline passed while a request waited for the limit '\(name)'.",
            hint: "Give the run more time, or ask for less.")
    }

    static func dayIsUsedUp(_ submissions: Int) -> FinoutError {
        let midnight = (HostLoop.now.day + 1).start
        return FinoutError(
            .quotaExhausted,
            "The account's \(submissions) query submissions of \(HostLoop.now.day) (UTC) are used up.",
            hint: "Come back at \(midnight).", apiCode: "RATE_LIMIT_DAILY_EXCEEDED", comeBackAt: midnight)
    }
}

/// Requests that wait for a limit of the account.
public struct LimiterStanding: Sendable {
    /// The limit.
    public let limiter: String
    /// How many wait.
    public let count: Int
    /// Until when, as far as it is known.
    public let until: Moment?
}

extension LimitSettings {
    /// What the ledger is asked to keep for a route.
    func rules(of route: Route) -> RateLedger.Rules {
        let limit = limit(of: route)
        return RateLedger.Rules(
            route: route.name, limit: limit.count, window: limit.window, inFlight: inFlight,
            daily: route.dailyLimit == nil ? nil : dailySubmissions)
    }
}

extension FinoutError {
    /// What a failure of the state means to a call.
    init(_ error: StateError) {
        self.init(.state, error.message + ".", hint: error.hint + ".", retryable: false)
    }
}

/// Runs `body`, whose failures are those of the state.
@HostLoop func stated<Value>(_ body: () throws(StateError) -> Value) throws(FinoutError) -> Value {
    do throws(StateError) { return try body() } catch { throw FinoutError(error) }
}
