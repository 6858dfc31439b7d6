public import HostLoop

/// A slot that is held, and what waiting for it took.
public struct Reservation: Sendable {
    /// The limiter's own number for it.
    let id: Int64
    /// The UTC day whose submissions it counts among; nil if it is of no route with a daily limit.
    let submissionDay: Day?
    /// Time waited, by limiter name.
    public let waits: [String: Duration]
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
