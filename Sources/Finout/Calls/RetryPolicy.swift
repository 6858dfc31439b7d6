/// How calls of a route are tried again.
public struct RetryPolicy: Sendable, Equatable {
    /// Attempts of one call at most, while the service answers anybody. An outage is the circuit's matter.
    public var attempts: Int
    /// The waits between them.
    public var backoff: Backoff
    /// What is worth another attempt.
    public var causes: Set<RetryCause>
    /// Repeats go on, at their backoff, when the process has used up its retries: a query is not lost over them.
    public var outlivesBudget: Bool

    /// A policy. Eight attempts with waits of half a second to half a minute take half a minute on average.
    public init(
        attempts: Int = 8, backoff: Backoff = Backoff(), causes: Set<RetryCause> = Set(RetryCause.allCases),
        outlivesBudget: Bool = false
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.causes = causes
        self.outlivesBudget = outlivesBudget
    }
}

/// Why an attempt may be followed by another. Certificates, names and refused credentials are no such reasons: nothing
/// about them passes by waiting.
public enum RetryCause: String, Sendable, CaseIterable {
    /// No connection: surely not taken.
    case connection = "no connection"
    /// Connected, and no whole answer: reset, timeout, stall.
    case interrupted = "no whole answer"
    /// 429: surely not taken. Waited out as long as the run lasts, whatever the number of attempts.
    case limited = "429"
    /// 503: surely not taken.
    case unavailable = "503"
    /// 408 and the other 5xx.
    case failing = "408, 5xx"
    /// An answer that is not what the API documents.
    case brokenBody = "broken body"

    /// Whether the service may have carried out the request.
    public var mayBeTaken: Bool {
        switch self {
        case .connection, .limited, .unavailable: false
        case .interrupted, .failing, .brokenBody: true
        }
    }
}

/// Waits between attempts: full jitter under an exponential ceiling.
public struct Backoff: Sendable, Equatable {
    /// The ceiling of the first wait.
    public var base: Duration
    /// The ceiling of every later wait.
    public var cap: Duration

    /// A first wait below `base`, each later one below twice as much, none above `cap`.
    public init(base: Duration = .milliseconds(500), cap: Duration = .seconds(30)) {
        self.base = base
        self.cap = cap
    }

    /// The ceiling of the wait after attempt `attempt` (1, 2, …).
    package func ceiling(after attempt: Int) -> Duration {
        .milliseconds(Int64(Double.minimum(cap.seconds, base.seconds * Double(1 << min(attempt - 1, 20))) * 1000))
    }

    /// The wait after attempt `attempt` (1, 2, …); `random` is in 0..<1.
    package func wait(after attempt: Int, random: Double) -> Duration {
        .milliseconds(Int64(random * ceiling(after: attempt).seconds * 1000))
    }
}
