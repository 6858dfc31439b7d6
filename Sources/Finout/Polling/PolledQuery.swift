public import HostLoop

/// A query that was submitted and has not been seen to end, as every process of the account knows it.
public struct PolledQuery: Hashable, Sendable {
    /// The API's id.
    public var id: String
    /// What kind of query it is; durations are remembered by kind.
    public var kind: String
    /// When the service took it.
    public var submitted: Moment
    /// When its status was last asked for; nil: never.
    public var lastAsked: Moment?

    /// A query that runs.
    public init(id: String, kind: String, submitted: Moment, lastAsked: Moment? = nil) {
        self.id = id
        self.kind = kind
        self.submitted = submitted
        self.lastAsked = lastAsked
    }
}

/// The status calls an account may make.
public struct PollBudget: Hashable, Sendable {
    /// The limit of the status route.
    public var limit: RateLimit
    /// Calls that may be made now.
    public var free: Int
    /// When one more may be made, if it is known.
    public var nextFree: Moment?

    /// A budget.
    public init(limit: RateLimit, free: Int, nextFree: Moment? = nil) {
        self.limit = limit
        self.free = free
        self.nextFree = nextFree
    }

    /// The time one call costs: the limit's window divided by its count. Seconds.
    var spacing: Double { limit.window.seconds / Double(Swift.max(limit.count, 1)) }
}
