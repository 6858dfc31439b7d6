import HostLoop

extension ServiceState {
    /// The headers that tell a client what is left of a route's limit, and when refused, when to come back.
    ///
    /// Finout names `ratelimit`, `x-account-ratelimit-*` and `x-endpoint-ratelimit-*` and no grammar: `ratelimit` has
    /// the combined form of IETF draft 7, the others plain numbers, resets in seconds; a fault chooses another form.
    /// The account's are those of the day's submissions and come with that route only. `code` is that of a 429.
    mutating func limitHeaders(
        _ route: SimulatorRoute, at now: Moment, refused code: String?
    ) -> [(name: String, value: String)] {
        guard !faults.meets(.limits, "silent") else { return [] }
        var standing = standing(route, at: now)
        // A 429 made by a fault: what the headers say has to fit it.
        if code == "RATE_LIMIT_EXCEEDED", standing.remaining > 0 { (standing.remaining, standing.reset) = (0, 1) }
        let daily = dailyStanding(at: now)
        let wait: Int64? =
            switch code {
            case nil: nil
            case "RATE_LIMIT_DAILY_EXCEEDED": daily.reset
            case "RATE_LIMIT_EXCEEDED": max(1, standing.reset)
            default: 1
            }
        let style = faults.limitStyle()
        var headers = style.headers(
            route: standing, named: route.rawValue, window: options.limits.window.wholeSeconds,
            daily: route == .submit ? daily : nil, retryAfter: wait, now: now)
        if style.repeatsWithTwiceTheReset {
            let doubled = (standing.limit, standing.remaining, 2 * standing.reset)
            headers =
                style.headers(
                    route: doubled, named: route.rawValue, window: options.limits.window.wholeSeconds,
                    daily: route == .submit ? (daily.limit, daily.remaining, 2 * daily.reset) : nil,
                    retryAfter: wait.map { 2 * $0 }, now: now) + headers
        }
        return headers
    }
}

/// How the limits are written.
struct LimitStyle: Sendable {
    enum Form { case draft7, draft8, draft6, accountOnly, endpointOnly }
    enum Reset { case seconds, epoch, epochMilliseconds }
    enum RetryAfter { case seconds, date, none }

    var form = Form.draft7
    var reset = Reset.seconds
    var retryAfter = RetryAfter.seconds
    /// Stands in place of every number.
    var number: String?
    /// Stands in place of every reset and Retry-After.
    var time: String?
    /// Every header has no value.
    var isBlank = false
    var repeatsWithTwiceTheReset = false

    typealias Standing = (limit: Int, remaining: Int, reset: Int64)

    func headers(
        route: Standing, named name: String, window: Int64, daily: Standing?, retryAfter wait: Int64?, now: Moment
    ) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        func add(_ prefix: String, _ standing: Standing) {
            headers.append((name: "\(prefix)-limit", value: count(standing.limit)))
            headers.append((name: "\(prefix)-remaining", value: count(standing.remaining)))
            headers.append((name: "\(prefix)-reset", value: moment(standing.reset, now)))
        }
        switch form {
        case .draft6: add("ratelimit", route)
        case .accountOnly: add("x-account-ratelimit", route)
        case .endpointOnly: add("x-endpoint-ratelimit", route)
        case .draft7, .draft8:
            let (limit, remaining) = (count(route.limit), count(route.remaining))
            // Both drafts know seconds only, whatever the unit of the others.
            let reset = number ?? time ?? "\(route.reset)"
            if form == .draft8 {
                headers.append((name: "ratelimit-policy", value: "\"\(name)\";q=\(limit);w=\(count(Int(window)))"))
                headers.append((name: "ratelimit", value: "\"\(name)\";r=\(remaining);t=\(reset)"))
            } else {
                headers.append((name: "ratelimit", value: "limit=\(limit), remaining=\(remaining), reset=\(reset)"))
            }
            add("x-endpoint-ratelimit", route)
            if let daily { add("x-account-ratelimit", daily) }
        }
        if let wait {
            switch retryAfter {
            case .none: break
            case .seconds: headers.append((name: "retry-after", value: number ?? time ?? "\(wait)"))
            case .date: headers.append((name: "retry-after", value: (now + .seconds(wait)).httpDate))
            }
        }
        // libmicrohttpd sends no header without a character; who reads one drops the space.
        return isBlank ? headers.map { ($0.name, " ") } : headers
    }

    private func count(_ count: Int) -> String { number ?? "\(count)" }

    private func moment(_ seconds: Int64, _ now: Moment) -> String {
        if let fixed = number ?? time { return fixed }
        let milliseconds = (now + .seconds(seconds)).millisecondsSinceEpoch
        return switch reset {
        case .seconds: "\(seconds)"
        case .epoch: "\((milliseconds + 999) / 1000)"
        case .epochMilliseconds: "\(milliseconds)"
        }
    }
}

extension FaultPlan {
    /// How the limits of an answer are written.
    mutating func limitStyle() -> LimitStyle {
        var style = LimitStyle()
        if meets(.limits, "draft-8") { style.form = .draft8 }
        if meets(.limits, "draft-6") { style.form = .draft6 }
        if meets(.limits, "account-only") { style.form = .accountOnly }
        if meets(.limits, "endpoint-only") { style.form = .endpointOnly }
        if meets(.limits, "epoch") { style.reset = .epoch }
        if meets(.limits, "epoch-ms") { style.reset = .epochMilliseconds }
        if meets(.limits, "date") { style.retryAfter = .date }
        if meets(.limits, "no-retry-after") { style.retryAfter = .none }
        if meets(.limits, "negative") { style.number = "-1" }
        if meets(.limits, "words") { style.number = "soon" }
        if meets(.limits, "huge") { style.time = "99999999" }
        if meets(.limits, "blank") { style.isBlank = true }
        if meets(.limits, "disagree") { style.repeatsWithTwiceTheReset = true }
        return style
    }
}
