public import HostLoop

/// Keeps the account's limits: every request takes its slot here before it is sent.
@HostLoop public protocol RateLimiter: AnyObject {
    /// Waits, first come first served, until a request of `route` may be sent, and takes its slot.
    /// `waiting` hears each wait as it begins.
    /// Fails with `cancelled`, `deadline`, `rate_limited` (the wait would pass `deadline`) or `quota_exhausted`.
    func reserve(
        _ route: Route, deadline: Moment?, waiting: (LimiterWait) -> Void
    ) async throws(FinoutError) -> Reservation

    /// The exchange of a reservation has ended, well or not. To be called exactly once for each.
    func finish(_ reservation: Reservation)

    /// Nothing was sent in the slot of a reservation; in place of `finish`.
    func giveBack(_ reservation: Reservation)

    /// The service answered 429: no task sends on `route` before `moment`.
    func pause(_ route: Route, until moment: Moment)

    /// What the headers of an answer on `route` say of the limits. Comes with every answer, whatever its status.
    func observe(_ limits: ServiceLimits, of route: Route)

    /// The service says that the day's submissions are used up.
    func exhaustDay()

    /// Waits for one of the places of running queries, as `reserve` does.
    func reserveRunning(deadline: Moment?, waiting: (LimiterWait) -> Void) async throws(FinoutError) -> Reservation

    /// The query that was accepted in a place, for all who share the account.
    func note(query: String, kind: String, submitted: Moment, in place: Reservation)

    /// The place of a query that an earlier process submitted; there is one whether there is room or not.
    func adoptRunning(query: String, kind: String, submitted: Moment) -> Reservation?

    /// A query has ended; `hold` keeps the place that long because the query may still run.
    func finishRunning(_ reservation: Reservation, hold: Duration)

    /// Queries running now.
    var running: Int { get }

    /// What is left of each limit.
    func status() throws(FinoutError) -> [LimitStatus]
}

/// A slot that is held, and what waiting for it took.
public struct Reservation: Sendable {
    /// The limiter's own number for it.
    public let id: Int64
    /// The route's name.
    public let route: String
    /// When it was given.
    public let moment: Moment
    /// Time waited, by limiter name.
    public let waits: [String: Duration]

    /// A slot.
    public init(id: Int64, route: String, moment: Moment, waits: [String: Duration]) {
        self.id = id
        self.route = route
        self.moment = moment
        self.waits = waits
    }
}

/// A wait as it begins.
public struct LimiterWait: Sendable {
    /// What is waited for: a route's name, `in flight`, `running`, `circuit` (the service is out).
    public let limiter: String
    /// When it may go on, if that is a matter of time alone.
    public let until: Moment?

    /// A wait.
    public init(limiter: String, until: Moment?) {
        self.limiter = limiter
        self.until = until
    }
}

/// What is left of one limit.
public struct LimitStatus: Sendable, Equatable {
    /// A route's name, `in flight`, `running`, `submissions today`.
    public let name: String
    /// Slots held.
    public let used: Int
    /// Slots there are.
    public let limit: Int
    /// The stretch of time the limit is for; nil for "at a time".
    public let window: Duration?
    /// When the next slot becomes free, if none is now and it is known.
    public let freeAt: Moment?
    /// Requests that wait for a slot, in every process.
    public let waiting: Int

    /// The state of a limit.
    public init(name: String, used: Int, limit: Int, window: Duration?, freeAt: Moment?, waiting: Int = 0) {
        self.name = name
        self.used = used
        self.limit = limit
        self.window = window
        self.freeAt = freeAt
        self.waiting = waiting
    }
}
