/// One route of the API and every fact the client has about it.
public struct Route: Sendable {
    /// The name limits and statistics use, `status`.
    public let name: String
    /// `GET`, `POST`.
    public let method: String
    /// The path with its variable parts in braces.
    public let template: String
    /// The documented limit of the route.
    public let limit: RateLimit
    /// At most this many in a UTC day.
    public let dailyLimit: Int?
    /// Whether the call changes nothing, so that asking twice gives the same.
    public let isIdempotent: Bool
    /// What may be done when nobody knows whether the service took the request.
    public let repetition: Repetition
    /// How it is tried again.
    public let retry: RetryPolicy
    /// The API answers too early calls of this route with 102, 202 or nothing: ask for the status again.
    public let mayAnswerEarly: Bool
    /// What the route's own error codes mean.
    public let codes: [String: FinoutError.Code]

    /// What may be done when nobody knows whether the service took the request.
    public enum Repetition: Sendable {
        /// Send it again.
        case safe
        /// Send it again, and count that it may have been taken twice: it costs one submission and changes nothing.
        case counted
        /// Do not: the caller is told.
        case never
    }
}

/// So many in any stretch of so long.
public struct RateLimit: Hashable, Sendable {
    /// At most this many requests.
    public var count: Int
    /// In any stretch of this length.
    public var window: Duration

    /// A limit.
    public init(_ count: Int, per window: Duration) {
        self.count = count
        self.window = window
    }
}

/// Every route the client knows; the limiter, the retries, `limits` and the documentation read it here.
public enum RouteTable {
    /// Source: cost-and-usage and query-language "Rate Limits": 50 requests a minute on each.
    public static let documentedLimit = RateLimit(50, per: .seconds(60))
    /// Source: cost-and-usage: "Maximum allowed: 50 running at a time".
    public static let runningQueries = 50
    /// Source: facts.md section 3: five concurrent requests per API key in older text of the token page.
    public static let inFlight = 5
    /// Source: cost-and-usage, results: "Max: 10,000".
    public static let pageSize = 10_000
    /// Source: cost-and-usage `rowLimit`: "Max: 100,000".
    public static let rowLimit = 100_000
    /// Source: cost-and-usage `date`: "Maximum range: 60 days".
    public static let days = 60
    /// Source: cost-and-usage: "Results are stored for 24 hours".
    public static let resultsKept: Duration = .seconds(24 * 3600)

    /// What codes of any route mean.
    public static let codes: [String: FinoutError.Code] = [
        "BAD_REQUEST": .badQuery,
        "DIMENSIONS_LIMIT_EXCEEDED": .badQuery,
        "FILTERS_LIMIT_EXCEEDED": .badQuery,
        "VTAGS_LIMIT_EXCEEDED": .badQuery,
        "TIMEFRAME_LIMIT_EXCEEDED": .badQuery,
        "ROW_LIMIT_EXCEEDED": .badQuery,
        "MULTIPLE_SORT_FIELDS_NOT_ALLOWED": .badQuery,
        "PAGE_SIZE_LIMIT_EXCEEDED": .badQuery,
        "CURSOR_INVALID": .badResponse,
        "RATE_LIMIT_DAILY_EXCEEDED": .quotaExhausted,
        "CONCURRENT_REQUESTS_LIMIT_EXCEEDED": .rateLimited,
        "QUERY_FAILED": .queryFailed,
        "RESULTS_EXPIRED": .resultsExpired,
    ]

    /// `POST /generate-query`: costs one of the day's submissions, a repeat perhaps another: so it waits longer for one.
    public static let submit = Route(
        name: "submit", method: "POST", template: "/v2/data/cost-usage/generate-query", limit: documentedLimit,
        dailyLimit: 10_000, isIdempotent: false, repetition: .counted,
        retry: RetryPolicy(backoff: Backoff(base: .seconds(1))),
        mayAnswerEarly: false, codes: codes)

    /// `GET /status`: a query that was paid for is polled on, retries left or not.
    public static let status = Route(
        name: "status", method: "GET", template: "/v2/data/cost-usage/{queryId}/status", limit: documentedLimit,
        dailyLimit: nil, isIdempotent: true, repetition: .safe, retry: RetryPolicy(outlivesBudget: true),
        mayAnswerEarly: false, codes: codes)

    /// `GET /results`: a page.
    public static let results = Route(
        name: "results", method: "GET", template: "/v2/data/cost-usage/{queryId}/results", limit: documentedLimit,
        dailyLimit: nil, isIdempotent: true, repetition: .safe, retry: RetryPolicy(),
        mayAnswerEarly: true, codes: codes)

    /// `GET /keys`.
    public static let keys = Route(
        name: "keys", method: "GET", template: "/v2/query-language/keys", limit: documentedLimit,
        dailyLimit: nil, isIdempotent: true, repetition: .safe, retry: RetryPolicy(),
        mayAnswerEarly: false, codes: codes)

    /// `GET /values`.
    public static let values = Route(
        name: "values", method: "GET", template: "/v2/query-language/values/{costCenter}/{key}",
        limit: documentedLimit, dailyLimit: nil, isIdempotent: true, repetition: .safe, retry: RetryPolicy(),
        mayAnswerEarly: false,
        codes: codes)

    /// Every route with a name of its own.
    public static let all = [submit, status, results, keys, values]

    /// The route of a request that a script spelled itself: a known one, else one made for its path's shape.
    package static func route(method: String, path: String) -> Route {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for route in all where route.method == method {
            let template = route.template.split(separator: "/", omittingEmptySubsequences: false)
            if template.count == parts.count,
                zip(template, parts).allSatisfy({ $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) })
            {
                return route
            }
        }
        // The limit is per route, not per path: parts that look like identifiers are one variable.
        let template = parts.map { $0.contains(where: \.isNumber) && !isVersion($0) ? "{id}" : String($0) }
            .joined(separator: "/")
        let isRead = method == "GET" || method == "HEAD"
        let isIdempotent = isRead || method == "PUT" || method == "DELETE"
        return Route(
            name: "\(method) \(template)", method: method, template: template, limit: documentedLimit,
            dailyLimit: nil, isIdempotent: isIdempotent, repetition: isIdempotent ? .safe : .never,
            retry: RetryPolicy(
                causes: Set(RetryCause.allCases.filter { isIdempotent || !$0.mayBeTaken })),
            mayAnswerEarly: false, codes: codes)
    }

    /// The route of this name, `GET /v2/virtual-tags`, that is not in `all`.
    static func other(_ name: String) -> Route {
        let parts = name.split(separator: " ", maxSplits: 1)
        return route(method: String(parts.first ?? ""), path: String(parts.last ?? ""))
    }

    private static func isVersion(_ part: Substring) -> Bool {
        part.first == "v" && part.count > 1 && part.dropFirst().allSatisfy(\.isNumber)
    }
}
