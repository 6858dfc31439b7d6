public import HostLoop
public import RunLimits
public import Secrets

/// Everything a client is made with.
public struct ClientConfiguration: Sendable {
    /// The service, `https://app.finout.io`.
    public var baseURL: String
    /// `FINOUT_CLIENT_ID`.
    public var clientID: String
    /// `FINOUT_SECRET_KEY`. Never part of a message.
    public var secretKey: String
    /// What else no answer may bring into a script or a message.
    public var otherSecrets: [Secret] = []
    /// The limits kept.
    public var limits = LimitSettings()
    /// What the run's submissions are counted by; nil: nobody counts them.
    public var meter: RunMeter?
    /// How eagerly queries are polled.
    public var poll = PollSettings()
    /// The clock of the run: nothing is waited for beyond it. Nil: no end.
    public var deadline: Moment?
    /// The clock of one attempt: from connecting to the last byte.
    public var attemptTimeout: Duration = .seconds(120)
    /// Until a connection stands.
    public var connectTimeout: Duration = .seconds(10)
    /// Without one byte from the service.
    public var stallTimeout: Duration = .seconds(30)
    /// The clock of one call: attempts and the waits between them, but not the waits the service asked for.
    public var retryBudget: Duration = .seconds(180)
    /// When a service that fails is asked no more, and how many retries the process has.
    public var outage = OutagePolicy()
    /// How long a submission on its way may still be answered when the run is cancelled.
    public var submissionGrace: Duration = .seconds(10)
    /// The clock of one query: from its submission to its completion. facts.md section 11: "several minutes".
    public var queryPatience: Duration = .seconds(3600)
    /// How long 429 answers to one call are waited out when the run has no deadline.
    public var rateLimitPatience: Duration = .seconds(900)
    /// How long the place of a query nobody waits for any more is kept, because the service may still run it.
    public var abandonedHold: Duration = .seconds(600)
    /// Rows one query gives at most; asked for whenever a script does not say how many it wants.
    public var rowLimit = RouteTable.rowLimit
    /// Rows asked for in a page.
    public var pageSize = RouteTable.pageSize
    /// What to do where a credential is missing.
    public var credentialHint =
        "Make a token in Finout under Admin Portal > API Tokens; set FINOUT_CLIENT_ID and FINOUT_SECRET_KEY."
    /// 0..<1, for jitter.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// A configuration with the documented defaults.
    public init(baseURL: String = "https://app.finout.io", clientID: String, secretKey: String) {
        self.baseURL = baseURL
        self.clientID = clientID
        self.secretKey = secretKey
    }
}

extension ClientConfiguration {
    /// Knows the credentials and the other secrets.
    var scrubber: SecretScrubber {
        SecretScrubber(
            [Secret(secretKey, name: "secret"), Secret(clientID, name: "client id")].compactMap { $0 } + otherSecrets)
    }

    /// The service. Fails with `bad_argument` if its address is refused, with `bad_query` for a page size out of range.
    func checkedBaseURL() throws(FinoutError) -> BaseURL {
        guard (1...RouteTable.pageSize).contains(pageSize) else {
            throw FinoutError(
                .badQuery, "A page of \(pageSize) rows was asked for; the API gives 1 to \(RouteTable.pageSize).",
                apiCode: "PAGE_SIZE_LIMIT_EXCEEDED", field: "pageSize")
        }
        return try BaseURL(baseURL)
    }

    /// Counts a query that is about to be submitted. Fails with `limit` where the run may submit none more.
    func countQuery() throws(FinoutError) {
        do throws(LimitExcess) { try meter?.take(.queries) } catch { throw FinoutError(error) }
    }

    /// What keeps these credentials from being sent: one is missing, or no header can carry it.
    var credentialProblem: FinoutError? {
        problem(clientID, name: "FINOUT_CLIENT_ID") ?? problem(secretKey, name: "FINOUT_SECRET_KEY")
    }

    private func problem(_ value: String, name: String) -> FinoutError? {
        if value.isEmpty {
            return FinoutError(.unauthorized, "\(name) is not set.", hint: credentialHint, retryable: false)
        }
        // A line break would let the value write headers of its own.
        if value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return nil }
        return FinoutError(
            .unauthorized, "\(name) holds a space, a line break or a character that is not ASCII.",
            hint: "Copy the value again, without quotes or line breaks.")
    }
}
