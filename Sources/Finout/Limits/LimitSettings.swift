/// The limits the client keeps; the documented ones unless an operator knows better.
public struct LimitSettings: Hashable, Sendable {
    /// Limits by route name that differ from the route table's.
    public var routes: [String: RateLimit] = [:]
    /// Submissions in a UTC day.
    public var dailySubmissions: Int
    /// Queries the account runs at a time.
    public var runningQueries: Int
    /// Requests on their way at a time, over all routes.
    public var inFlight: Int

    /// The documented limits.
    public init() {
        dailySubmissions = RouteTable.submit.dailyLimit ?? Int.max
        runningQueries = RouteTable.runningQueries
        inFlight = RouteTable.inFlight
    }

    /// The limit of a route.
    public func limit(of route: Route) -> RateLimit { routes[route.name] ?? route.limit }

    /// Limits from `status=50/60s,submit=50/60s,daily=10000,running=50,inflight=5`.
    /// Fails with `bad_argument` that names the piece, the form expected and the names known.
    public init(parsing text: String) throws(FinoutError) {
        self.init()
        let pairs: [(name: String, value: String)]
        switch SettingText.pairs(text) {
        case .success(let found): pairs = found
        case .failure(let piece): throw Self.refusal(piece.text, "is no name=value")
        }
        for (name, value) in pairs {
            switch name {
            case "daily": dailySubmissions = try Self.count(value, in: "\(name)=\(value)")
            case "running": runningQueries = try Self.count(value, in: "\(name)=\(value)")
            case "inflight": inFlight = try Self.count(value, in: "\(name)=\(value)")
            default:
                guard RouteTable.all.contains(where: { $0.name == name }) else {
                    let known = RouteTable.all.map(\.name) + ["daily", "running", "inflight"]
                    throw Self.refusal(
                        "\(name)=\(value)", "names no limit; there are \(known.joined(separator: ", "))")
                }
                guard let limit = RateLimit(value) else {
                    throw Self.refusal("\(name)=\(value)", "is no count/duration")
                }
                routes[name] = limit
            }
        }
    }

    private static func count(_ text: String, in piece: String) throws(FinoutError) -> Int {
        guard let count = Int(text), count >= 1 else {
            throw refusal(piece, "needs a whole number of at least 1")
        }
        return count
    }

    private static func refusal(_ piece: String, _ problem: String) -> FinoutError {
        FinoutError(
            .badArgument, "The rate limits (FINLUA_LIMITS) hold '\(piece)', which \(problem).",
            hint: "Write them as status=50/60s,submit=50/60s,daily=10000,running=50,inflight=5.")
    }
}

extension RateLimit {
    /// A limit from `50/60s`: a whole number of at least 1 and a duration; nil if it is anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), count >= 1, let window = SettingText.duration(parts[1])
        else { return nil }
        self.init(count, per: window)
    }
}
