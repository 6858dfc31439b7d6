public import HostLoop

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
