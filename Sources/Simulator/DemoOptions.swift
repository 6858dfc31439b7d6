public import HostLoop

/// What a demo account is made from: the same options always give the same account.
public struct DemoOptions: Sendable {
    /// Chooses noise, tags, query durations, ids and which requests a fault with a rate meets.
    public var seed: UInt64 = 1
    /// The last of the account's 400 days, UTC; its data and yesterday's are incomplete, as billing data is.
    public var today: Day
    /// The limits of the routes.
    public var limits = SimulatorLimits()
    /// How long each answer is held back, real time.
    public var latency: Duration = .zero
    /// Whether each byte of an answer goes out by itself, in a connection of its own.
    public var splits = false
    /// What goes wrong on purpose.
    public var faults: [Fault] = []
    /// How long a query takes from its submission to its completion.
    public var queryDuration: ClosedRange<Duration> = .seconds(2) ... .seconds(9)
    /// `AWS/extracted_resource` grouped by day has exactly `rows` rows over `days`, spread evenly.
    public var bulk: (days: ClosedRange<Day>, rows: Int)?
    /// What past days were restated by: their lines times the factor, 0 for none.
    public var restated: [Day: Double] = [:]
    /// The credentials it takes.
    public var clientID = DemoCredentials.clientID
    /// The key that goes with them.
    public var secretKey = DemoCredentials.secretKey
    /// The port on 127.0.0.1; 0 takes a free one.
    public var port: UInt16 = 0

    /// An account as of `today` with no faults, no latency and the documented limits.
    public init(today: Day, seed: UInt64 = 1) {
        self.today = today
        self.seed = seed
    }

    /// Reads `ROWS@FROM..TO`, for example `228977@2026-10-01..2026-10-31`; nil when it is anything else.
    public static func bulk(_ text: String) -> (days: ClosedRange<Day>, rows: Int)? {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, let rows = Int(halves[0]), rows > 0 else { return nil }
        let ends = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 3, ends[1].isEmpty, let first = Day(ends[0]), let last = Day(ends[2]), first <= last
        else { return nil }
        return (first...last, rows)
    }

    /// Reads `DAY=FACTOR`, for example `2026-10-05=1.1`; nil when it is anything else.
    public static func restated(_ text: String) -> (day: Day, factor: Double)? {
        let halves = text.split(separator: "=", omittingEmptySubsequences: false)
        guard halves.count == 2, let day = Day(halves[0]), let factor = Double(halves[1]), factor >= 0, factor <= 1000
        else { return nil }
        return (day, factor)
    }

    /// Reads `MIN-MAX` in seconds, for example `0.3-1.5`; nil when it is anything else.
    public static func queryDuration(_ text: String) -> ClosedRange<Duration>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = ends.first.flatMap({ Double($0) }), let last = ends.last.flatMap({ Double($0) }),
            ends.count <= 2, first >= 0, last >= first, last <= 86_400
        else { return nil }
        return .milliseconds(Int64(first * 1000)) ... .milliseconds(Int64(last * 1000))
    }
}

/// The limits of the demo account; the defaults are Finout's documented ones.
public struct SimulatorLimits: Sendable, Equatable {
    /// Requests of one route in any sliding `window`. Finout: 50 req / min.
    public var requestsPerRoute = 50
    /// The sliding window of `requestsPerRoute`.
    public var window: Duration = .seconds(60)
    /// Submissions in one UTC day. Finout: 10K req / day.
    public var submissionsPerDay = 10_000
    /// Queries queued or running at a time. Finout: 50.
    public var runningQueries = 50
    /// Requests at the same time. Finout (older text): five per API key. More is counted, not refused.
    public var requestsInFlight = 5
    /// Bytes of a request body; no source gives a number.
    public var bodyBytes = 1 << 20

    /// Finout's documented limits.
    public init() {}

    /// The same limits with every count multiplied by `factor`, at least 1 each; the window stays.
    public func scaled(by factor: Double) -> SimulatorLimits {
        func scale(_ count: Int) -> Int { max(1, Int((Double(count) * factor).rounded())) }
        var limits = self
        limits.requestsPerRoute = scale(requestsPerRoute)
        limits.submissionsPerDay = scale(submissionsPerDay)
        limits.runningQueries = scale(runningQueries)
        limits.requestsInFlight = scale(requestsInFlight)
        return limits
    }
}

/// The credentials the demo account takes unless it is told others.
public enum DemoCredentials {
    /// For `x-finout-client-id`.
    public static let clientID = "demo-client"
    /// For `x-finout-secret-key`.
    public static let secretKey = "demo-secret"
}
