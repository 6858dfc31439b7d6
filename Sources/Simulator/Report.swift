public import HostLoop

/// The routes of the API, as limits, faults and the report name them.
public enum SimulatorRoute: String, Sendable, CaseIterable, Hashable {
    case keys, values, submit, status, results
}

/// What a client did that Finout's documentation tells it not to do.
public enum SimulatorViolation: String, Sendable, CaseIterable, Hashable {
    /// A request beyond a route's limit in its sliding window: answered 429.
    case routeLimit
    /// A submission beyond the day's budget: answered 429.
    case dailyLimit
    /// A submission while as many queries run as may: answered 429.
    case runningLimit
    /// A request begun while as many as may were already in flight: answered as usual.
    case inFlight
    /// Results asked for before the query had completed.
    case earlyResults
    /// A submission whose body an earlier accepted one had, byte for byte: paid twice.
    case repeatedSubmission
}

/// What the simulator counted since it started.
public struct SimulatorReport: Sendable, Equatable {
    /// Requests of each route, refused ones included.
    public internal(set) var requests: [SimulatorRoute: Int] = [:]
    /// Requests to no route of the API.
    public internal(set) var unknownRequests = 0
    /// How often each rule was broken; a 429 made by a fault is not in it.
    public internal(set) var violations: [SimulatorViolation: Int] = [:]
    /// The most requests of each route in any window of the limit's length, refused ones included.
    public internal(set) var peakInWindow: [SimulatorRoute: Int] = [:]
    /// The most requests at the same time, from their arrival until the last piece of their answer was handed over.
    public internal(set) var peakInFlight = 0
    /// The most queries queued or running at the same time.
    public internal(set) var peakRunning = 0
    /// Accepted submissions.
    public internal(set) var submissions = 0
    /// When the first and the last of them were accepted.
    public internal(set) var submittedWithin: ClosedRange<Moment>?
    /// Rows of every page that was rendered.
    public internal(set) var rowsServed = 0
    /// Answers by HTTP status; an answer that a fault kept back counts as status 0.
    public internal(set) var statuses: [Int: Int] = [:]
    /// How often each fault met a request, by its text.
    public internal(set) var faults: [String: Int] = [:]

    /// No rule was broken.
    public var isClean: Bool { violations.isEmpty }
}
