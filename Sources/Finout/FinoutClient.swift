public import HostLoop
public import RowDecoder
public import StateStore

/// A Finout account: keys, values, queries and any other route, with the account's limits kept and failures retried.
@HostLoop public final class FinoutClient {
    /// What the client was made with.
    public let configuration: ClientConfiguration
    let caller: Caller
    let limiter: AccountLimiter
    let polls: PollCoordinator
    let submitted: SubmittedQueries
    private var queries: [ObjectIdentifier: Query] = [:]
    private(set) lazy var keySource = KeySource(cache: keyCache) { [weak self] () async throws(FinoutError) in
        guard let self else { throw .cancelled }
        return try await value(Call(RouteTable.keys, asked: "the list of keys"), decode: KeyInfo.list)
    }
    private let keyCache: KeyCache

    /// A client that sends through `http` and shares `state` with other processes of the account. With the journal of a
    /// run it writes down what it submits, and goes on with what the run submitted before. What is known of polling is the
    /// state's, unless `polling` is given.
    /// Fails with `bad_argument` if the service's address is refused; credentials that are missing fail the first call,
    /// so that what asks for nothing needs none.
    public init(
        _ configuration: ClientConfiguration, http: any Transport, state: StateStore = StateStore(),
        journal: RunJournal? = nil, polling: (any PollingAccount)? = nil
    ) throws(FinoutError) {
        let base = try configuration.checkedBaseURL()
        self.configuration = configuration
        submitted = SubmittedQueries(journal: journal)
        let account = StateStore.account(clientID: configuration.clientID, service: base.text)
        let ledger = RateLedger(state, account: account)
        let limiter = AccountLimiter(
            configuration.limits, ledger: ledger, abandonedHold: configuration.abandonedHold)
        self.limiter = limiter
        let polling = polling ?? SharedPollingAccount(ledger, limits: configuration.limits)
        polls = PollCoordinator(PollPolicy(configuration.poll), account: polling)
        keyCache = KeyCache(state, account: account)
        caller = Caller(configuration: configuration, base: base, transport: http, limiter: limiter)
    }

    /// Hears what the client does, as it does it.
    public var observer: ((ClientEvent) -> Void)? {
        get { caller.observer }
        set { caller.observer = newValue }
    }

    /// What the client has done so far.
    public var statistics: ClientStatistics { caller.health.complete(caller.statistics) }

    /// What is left of each limit.
    public func limits() throws(FinoutError) -> [LimitStatus] { try limiter.status() }

    /// The requests that wait for a limit now.
    public var waits: [LimiterStanding] { limiter.waits }

    /// Every key of the account, asked for once however many ask.
    public func keys() async throws(FinoutError) -> [KeyInfo] { try await keySource.catalog().keys }

    /// The values of a key. Fails with `bad_query` and suggestions if the account has no such key.
    public func values(of reference: KeyReference) async throws(FinoutError) -> [String] {
        let key = try await keySource.resolve { (catalog) throws(FinoutError) in
            try catalog.resolve(reference, field: "key")
        }
        var target = "/v2/query-language/values/\(PercentEncoding.encode(key.costCenter))/"
        target += PercentEncoding.encode(key.key)
        // Sent always: without it a key of several types gives the first one's values, or an error (C10).
        if let type = key.type { target += "?type=\(PercentEncoding.encode(type))" }
        let call = Call(RouteTable.values, target: target, asked: "the values of \(key)")
        return try await value(call) { response throws(BrokenBody) in
            guard let values = try response.body.parsed()["data"]?["values"]?.array else {
                throw BrokenBody(reason: "data.values is missing")
            }
            return values.compactMap { $0.isNull ? nil : $0.string ?? $0.scalarText }
        }
    }

    /// Starts a query at once; the handle says how it goes.
    public func query(_ specification: QuerySpecification) -> Query {
        let query = Query(client: self, specification: specification)
        queries[ObjectIdentifier(query)] = query
        return query
    }

    func ended(_ query: Query) {
        // One that failed is kept until the end, where it is told of unless somebody has read it.
        if query.unreadFailure == nil { queries[ObjectIdentifier(query)] = nil }
    }

    /// Warns of queries that failed and that nobody has read, as nothing else tells of them.
    public func warnOfUnreadFailures() {
        for failure in Set(queries.values.compactMap(\.unreadFailure).map(\.message)).sorted() {
            observer?(.warning("a query that was never read has failed: \(failure)"))
        }
    }

    /// Ends every query that has not completed. Returns when the submissions that were on their way are answered and
    /// written down, or given up.
    public func close() async {
        let open = Array(queries.values)
        for query in open { query.cancel() }
        for query in open { await query.ended() }
    }

    /// Calls any route of the API, with the account's credentials, limits and retries. A call that changes something
    /// is not repeated unless the service surely did not take it.
    /// Fails with `bad_argument` if the path is none of the service's, and as any call does.
    public func request(
        method: String, path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil
    ) async throws(FinoutError) -> (status: Int, body: JSONValue) {
        let call = try Self.call(method: method, path: path, query: query, body: body)
        // A query submitted by hand runs like any other, and nobody will say when it ends.
        let place = call.route.name == RouteTable.submit.name ? RunningPlace(caller) : nil
        if place != nil { try configuration.countQuery() }
        try await place?.take()
        defer { place?.leave() }
        let answer = try await caller.perform(
            call,
            decode: { response throws(BrokenBody) in
                let value = response.body.count == 0 ? JSONValue.null : try response.body.parsed()
                return (status: response.status, body: value)
            }, place: place)
        switch answer {
        case .value(let value): return value
        case .early(let reason):
            throw FinoutError(
                .badResponse, "\(call.asked) came before the query was complete: \(reason).",
                hint: "Ask for the query's status until it is completed.", retryable: true)
        }
    }

    private static func call(
        method: String, path: String, query: [(name: String, value: String)], body: JSONValue?
    ) throws(FinoutError) -> Call {
        let method = method.uppercased()
        guard ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(method) else {
            throw FinoutError(.badArgument, "'\(method)' is no method of the API.", field: "method")
        }
        let isPlain = path.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\")
        }
        guard path.hasPrefix("/"), !path.hasPrefix("//"), isPlain,
            !path.lowercased().replacing("%2e", with: ".").split(separator: "/").contains(where: {
                $0 == ".." || $0 == "."
            })
        else {
            throw FinoutError(
                .badArgument, "\(path.debugDescription) is no path of the service.",
                hint: "Start it with one slash, /v2/…, and percent-encode what is not ASCII.", field: "path")
        }
        var target = path
        for (name, value) in query {
            target += target.contains("?") ? "&" : "?"
            target += "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"
        }
        var bytes: [UInt8]?
        do throws(JSONError) {
            bytes = try body?.serialized()
        } catch {
            throw FinoutError(.badArgument, "The body cannot be written as JSON: \(error).", field: "body")
        }
        let route = RouteTable.route(method: method, path: String(path.prefix { $0 != "?" }))
        return Call(route, target: target, asked: "\(method) \(path)", body: bytes)
    }

    /// A call whose route never answers early.
    func value<Value>(
        _ call: Call, decode: (HTTPResponse) throws(BrokenBody) -> Value
    ) async throws(FinoutError) -> Value {
        switch try await caller.perform(call, decode: decode) {
        case .value(let value): return value
        case .early(let reason): throw FinoutError(.badResponse, "\(call.asked) was answered with \(reason).")
        }
    }
}

extension JSONValue {
    /// A number or boolean as text; the documentation says that values are strings.
    var scalarText: String? {
        switch self {
        case .integer(let integer): String(integer)
        case .number(let number): NumberText.shortest(number)
        case .boolean(let boolean): String(boolean)
        default: nil
        }
    }
}
