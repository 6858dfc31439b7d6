import HostLoop

extension ServiceState {
    /// The headers that tell a client what is left of a route's limit, and when refused, when to come back.
    ///
    /// Finout names `ratelimit`, `x-account-ratelimit-*` and `x-endpoint-ratelimit-*` and no grammar: `ratelimit` has
    /// the combined form of IETF draft 7 (or 8, by a fault), the others plain numbers, resets in seconds. The account's
    /// are those of the day's submissions and come with that route only. `code` is that of a 429.
    mutating func limitHeaders(
        _ route: SimulatorRoute, at now: Moment, refused code: String?
    ) -> [(name: String, value: String)] {
        guard !faults.meets(.limits, "silent") else { return [] }
        let standing = standing(route, at: now)
        let isDraft8 = faults.meets(.limits, "draft-8")
        let combined =
            isDraft8
            ? "\"\(route.rawValue)\";r=\(standing.remaining);t=\(standing.reset)"
            : "limit=\(standing.limit), remaining=\(standing.remaining), reset=\(standing.reset)"
        var headers = [
            (name: "ratelimit", value: combined),
            (name: "x-endpoint-ratelimit-limit", value: "\(standing.limit)"),
            (name: "x-endpoint-ratelimit-remaining", value: "\(standing.remaining)"),
            (name: "x-endpoint-ratelimit-reset", value: "\(standing.reset)"),
        ]
        if route == .submit {
            let daily = dailyStanding(at: now)
            headers += [
                (name: "x-account-ratelimit-limit", value: "\(daily.limit)"),
                (name: "x-account-ratelimit-remaining", value: "\(daily.remaining)"),
                (name: "x-account-ratelimit-reset", value: "\(daily.reset)"),
            ]
        }
        switch code {
        case nil: break
        case "RATE_LIMIT_DAILY_EXCEEDED":
            headers.append((name: "retry-after", value: "\(dailyStanding(at: now).reset)"))
        case "RATE_LIMIT_EXCEEDED" where standing.remaining == 0:
            headers.append((name: "retry-after", value: "\(max(1, standing.reset))"))
        default: headers.append((name: "retry-after", value: "1"))
        }
        return headers
    }
}
