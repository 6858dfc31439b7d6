public import HostLoop

/// What a client does, as it does it: for progress on a terminal and for logs.
public enum ClientEvent: Sendable {
    /// A query was accepted.
    case submitted(query: String, window: QueryWindow)
    /// A query that an earlier attempt of the run submitted is used.
    case resumed(query: String, window: QueryWindow)
    /// A status answer; the status in lower case.
    case polled(query: String, status: String)
    /// A query is done; nil rows: the API did not say.
    case completed(query: String, rows: Int?)
    /// A window held more rows than one query gives and is asked again in parts.
    case split(window: QueryWindow, rows: Int, parts: Int)
    /// A page was read: rows in it, rows of its query read so far, rows there are.
    case page(query: String, rows: Int, read: Int, total: Int?)
    /// A request waits for a limit.
    case waiting(limiter: String, until: Moment?)
    /// An attempt failed and is repeated.
    case retrying(route: String, attempt: Int, reason: String, at: Moment)
    /// Something the user should know and nothing failed over.
    case warning(String)
}

/// What a client has done so far.
public struct ClientStatistics: Sendable, Equatable {
    /// Requests sent, by route.
    public var requests: [String: Int] = [:]
    /// Attempts after the first of a call, by route.
    public var retries: [String: Int] = [:]
    /// Retries the process may still make before successes earn new ones.
    public var retriesLeft = 0
    /// Retries that were not made, or made only because polling goes on, because none was left.
    public var retriesRefused = 0
    /// How often so many calls failed in a row that the client stopped asking.
    public var circuitOpenings = 0
    /// Queries the API accepted.
    public var submissions = 0
    /// Submissions sent again although the service may have taken the first: each cost at most one of the day's budget.
    public var possiblyPaidTwice = 0
    /// Queries that an earlier attempt of the run submitted and that were used.
    public var resumed = 0
    /// Queries that were asked more than once in the run and submitted once.
    public var shared = 0
    /// Windows that were asked again in parts.
    public var splits = 0
    /// Pages read.
    public var pages = 0
    /// Rows read.
    public var rows = 0
    /// Results asked for that were not ready after all.
    public var earlyResults = 0
    /// Time waited for limits, by limiter, summed over tasks.
    public var waits: [String: Duration] = [:]

    /// Nothing yet.
    public init() {}
}
