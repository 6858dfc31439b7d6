public import HostLoop

/// What a response's headers say of the account's limits; nil where they say nothing that can be believed.
public struct ServiceLimits: Sendable, Equatable {
    /// What is left of one limit.
    public struct Standing: Sendable, Equatable {
        /// Requests the limit allows in its window.
        public var limit: Int?
        /// Requests left of them.
        public var remaining: Int?
        /// When the window begins anew, by our clock; within 25 hours.
        public var resetAt: Moment?

        /// The state of a limit.
        public init(limit: Int? = nil, remaining: Int? = nil, resetAt: Moment? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetAt = resetAt
        }
    }

    /// The limit of the route that answered.
    public var route: Standing?
    /// A limit of the whole account: the day's submissions.
    public var account: Standing?
    /// When a request that was refused may be sent again, by our clock; within 25 hours.
    public var retryAt: Moment?
    /// The UTC day they are said of, by the service's clock.
    public var day: Day?

    /// Limits as said.
    public init(route: Standing? = nil, account: Standing? = nil, retryAt: Moment? = nil, day: Day? = nil) {
        self.route = route
        self.account = account
        self.retryAt = retryAt
        self.day = day
    }
}

extension ServiceLimits {
    /// Reads `Retry-After`, `ratelimit` in both IETF forms, and the separate fields under every prefix in use.
    ///
    /// The documentation names `ratelimit`, `x-account-ratelimit-*` and `x-endpoint-ratelimit-*` without their grammar
    /// (facts.md section 4). Of fields that disagree the most careful counts: fewest left, latest reset.
    public init(_ headers: HTTPHeaders, now: Moment) {
        let clock = ServiceClock(headers, now: now)
        var routes: [Reading] = []
        var accounts: [Reading] = []
        let policies = headers.all("ratelimit-policy").flatMap(RateLimitField.policies)
        for text in headers.all("ratelimit") {
            for reading in RateLimitField.readings(text, policies: policies) {
                if reading.isOfDay { accounts.append(reading) } else { routes.append(reading) }
            }
        }
        for prefix in ["x-endpoint-ratelimit", "x-ratelimit", "ratelimit"] {
            if let reading = Reading(prefix, headers) { routes.append(reading) }
        }
        if let reading = Reading("x-account-ratelimit", headers) { accounts.append(reading) }

        day = clock.day
        route = Self.tightest(routes, clock)
        account = Self.tightest(accounts, clock)
        retryAt =
            headers.all("retry-after").compactMap(clock.retryAfter).max()
            // A limit that still has room is not what refused the request.
            ?? (routes + accounts).filter { $0.remaining ?? 0 == 0 }.compactMap { $0.reset.flatMap(clock.reset) }.max()
    }

    /// One limit as some field says it, numbers as they came.
    struct Reading {
        var limit: Double?
        var remaining: Double?
        /// Seconds from now, or seconds or milliseconds since 1970.
        var reset: Double?
        /// Seconds.
        var window: Double?

        /// Over an hour: only the day's budget has such a window.
        var isOfDay: Bool { window.map { $0 > 3600 } ?? reset.map { $0 > 3600 && $0 < 1e9 } ?? false }
    }

    private static func tightest(_ readings: [Reading], _ clock: ServiceClock) -> Standing? {
        let standings = readings.map { reading in
            Standing(
                limit: reading.limit.map { Int($0) }, remaining: reading.remaining.map { Int($0) },
                resetAt: reading.reset.flatMap(clock.reset))
        }.filter { $0 != Standing() }
        // Of two with as many left, the one that is reset later.
        let distantPast = Moment(nanosecondsSinceEpoch: .min)
        var tightest = standings.min { left, right in
            if left.remaining != right.remaining { return left.remaining ?? .max < right.remaining ?? .max }
            return left.resetAt ?? distantPast > right.resetAt ?? distantPast
        }
        if tightest?.limit == nil { tightest?.limit = standings.compactMap(\.limit).min() }
        return tightest
    }
}

extension ServiceLimits.Reading {
    /// The separate fields `PREFIX-limit`, `-remaining` and `-reset`.
    fileprivate init?(_ prefix: String, _ headers: HTTPHeaders) {
        // A proxy may join repeated fields with commas, and older drafts put a policy behind the limit: `50, 50;w=60`.
        func numbers(_ suffix: String) -> [Double] {
            headers.all("\(prefix)-\(suffix)").flatMap { $0.split(separator: ",") }
                .compactMap { RateLimitField.number($0.prefix { $0 != ";" }) }
        }
        self.init(
            limit: numbers("limit").min(), remaining: numbers("remaining").min(), reset: numbers("reset").max())
        if limit == nil, remaining == nil, reset == nil { return nil }
    }
}
