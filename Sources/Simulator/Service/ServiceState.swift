import HostLoop

/// What the service remembers; its owner guards it with one lock.
struct ServiceState {
    let options: DemoOptions
    var report = SimulatorReport()
    var faults: FaultPlan
    private var windows: [SimulatorRoute: SlidingWindow]
    private var inFlight = 0
    private var answers: UInt64 = 0
    private var day: Day?
    private var submissionsOfDay = 0
    private var ordinal: UInt64 = 0
    /// Submissions admitted and not yet stored.
    private var pending = 0
    private var open: [String] = []
    private var queries: [String: DemoQuery] = [:]
    private var lastID: String?
    private var bodies: Set<UInt64> = []
    private var results: [(id: String, result: ResultSet)] = []

    init(_ options: DemoOptions) {
        self.options = options
        faults = FaultPlan(options.faults, seed: mix(options.seed, 0xfa))
        windows = Dictionary(
            uniqueKeysWithValues: SimulatorRoute.allCases.map {
                ($0, SlidingWindow(limit: options.limits.requestsPerRoute, length: options.limits.window))
            })
    }

    /// An id for an answer, in the form of a UUID.
    mutating func nextRequestID() -> String {
        answers += 1
        let digits = hexadecimal(mix(options.seed ^ 0x1d, answers)) + hexadecimal(mix(answers, options.seed))
        func part(_ range: Range<Int>) -> Substring {
            digits[
                digits.index(
                    digits.startIndex, offsetBy: range.lowerBound)..<digits.index(
                        digits.startIndex, offsetBy: range.upperBound)]
        }
        return "\(part(0..<8))-\(part(8..<12))-4\(part(13..<16))-a\(part(17..<20))-\(part(20..<32))"
    }

    /// Whether one more request would be one too many at the same time.
    var isFull: Bool { inFlight >= options.limits.requestsInFlight }

    /// Counts a request that begins.
    mutating func begin() {
        inFlight += 1
        report.peakInFlight = max(report.peakInFlight, inFlight)
        if inFlight > options.limits.requestsInFlight { count(.inFlight) }
    }

    /// Counts a request that ended.
    mutating func end() { inFlight -= 1 }

    mutating func count(_ violation: SimulatorViolation) { report.violations[violation, default: 0] += 1 }

    /// Counts a request of a route and admits or refuses it.
    mutating func admit(_ route: SimulatorRoute, at now: Moment) -> Bool {
        report.requests[route, default: 0] += 1
        let isAdmitted = windows[route]!.admit(at: now)
        report.peakInWindow[route] = windows[route]!.peak
        if !isAdmitted { count(.routeLimit) }
        return isAdmitted
    }

    /// Limit, remaining and seconds until a slot is free, of a route.
    func standing(_ route: SimulatorRoute, at now: Moment) -> (limit: Int, remaining: Int, reset: Int64) {
        let window = windows[route]!
        return (window.limit, window.remaining, window.reset(at: now).wholeSeconds)
    }

    /// The same of the day's submissions.
    func dailyStanding(at now: Moment) -> (limit: Int, remaining: Int, reset: Int64) {
        let limit = options.limits.submissionsPerDay
        let used = day == now.day ? submissionsOfDay : 0
        return (limit, limit - used, ((now.day + 1).start - now).wholeSeconds)
    }

    /// Takes a submission's place in the day's budget and among the running queries; gives its number.
    mutating func reserve(bodyHash: UInt64, at now: Moment) throws(SimulatorError) -> UInt64 {
        if day != now.day {
            day = now.day
            submissionsOfDay = 0
        }
        guard submissionsOfDay < options.limits.submissionsPerDay else {
            count(.dailyLimit)
            throw SimulatorError(
                status: 429, code: "RATE_LIMIT_DAILY_EXCEEDED",
                message:
                    "Daily submission limit exceeded. Limit: \(options.limits.submissionsPerDay) per day per account.")
        }
        open.removeAll { id in
            let status = queries[id]?.status(at: now)
            return status != .queued && status != .running
        }
        guard open.count + pending < options.limits.runningQueries else {
            count(.runningLimit)
            throw SimulatorError(
                status: 429, code: "CONCURRENT_REQUESTS_LIMIT_EXCEEDED",
                message:
                    "Too many concurrent queries. Maximum allowed: \(options.limits.runningQueries) running at a time.")
        }
        if !bodies.insert(bodyHash).inserted { count(.repeatedSubmission) }
        submissionsOfDay += 1
        pending += 1
        ordinal += 1
        report.submissions += 1
        report.submittedWithin = (report.submittedWithin?.lowerBound ?? now)...now
        report.peakRunning = max(report.peakRunning, open.count + pending)
        return ordinal
    }

    /// Stores the query of a reserved submission, which runs from now on; gives the id to answer with.
    mutating func store(_ result: ResultSet, ordinal: UInt64, at now: Moment) -> String {
        pending -= 1
        let hash = mix(options.seed ^ 0x9e, ordinal)
        let fate: DemoQuery.Fate =
            switch faults.first(of: { _ in true }, at: [.query]) {
            case "fail": .fails
            case "expire": .expiresAtOnce
            case "stall": .stalls
            default: .completes
            }
        let range = options.queryDuration
        let isSameID = lastID != nil && faults.meets(.submit, "same-id")
        let query = DemoQuery(
            id: "q_" + hexadecimal(hash) + hexadecimal(mix(hash)), request: result.request,
            totalRows: result.totalRows, submitted: now,
            duration: range.lowerBound + (range.upperBound - range.lowerBound) * fraction(hash), fate: fate)
        queries[query.id] = query
        open.append(query.id)
        keep(result, of: query.id)
        let said = isSameID ? lastID ?? query.id : query.id
        lastID = query.id
        return said
    }

    /// A query of the account.
    func query(_ id: String) throws(SimulatorError) -> DemoQuery {
        guard let query = queries[id] else {
            throw SimulatorError(status: 404, code: "NOT_FOUND", message: "No query \(id)")
        }
        return query
    }

    /// Changes a query of the account.
    mutating func change(_ id: String, _ body: (inout DemoQuery) -> Void) {
        if var query = queries[id] {
            body(&query)
            queries[id] = query
        }
    }

    /// The rows of a query, if they are still at hand.
    func result(_ id: String) -> ResultSet? { results.last { $0.id == id }?.result }

    /// Keeps rows at hand; the oldest go first, for they can be evaluated again.
    mutating func keep(_ result: ResultSet, of id: String) {
        guard self.result(id) == nil else { return }
        results.append((id, result))
        var rows = results.reduce(0) { $0 + $1.result.rows.count }
        while results.count > 1, rows > 250_000 || results.count > 64 {
            rows -= results.removeFirst().result.rows.count
        }
    }
}

extension Duration {
    /// Seconds, rounded up.
    var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
