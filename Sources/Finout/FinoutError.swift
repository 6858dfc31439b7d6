public import HostLoop
public import RunLimits

/// What kept the client from answering: what was asked, what happened, what to do next; never a secret.
public struct FinoutError: Error, Sendable {
    /// The cause, in the words a script compares with.
    public enum Code: String, Sendable, CaseIterable {
        /// A call of this client with a value it cannot use.
        case badArgument = "bad_argument"
        /// The query breaks a rule of the API or names a key that is not there.
        case badQuery = "bad_query"
        /// The credentials are missing or were refused.
        case unauthorized = "unauthorized"
        /// The service does not know what was asked for.
        case notFound = "not_found"
        /// The service named a time to come back, and waiting for it would take longer than the run may.
        case rateLimited = "rate_limited"
        /// The account's daily budget is used up.
        case quotaExhausted = "quota_exhausted"
        /// The service ran the query and gave up.
        case queryFailed = "query_failed"
        /// The results were kept for their 24 hours and are gone.
        case resultsExpired = "results_expired"
        /// The run has no permission to ask the host.
        case denied = "denied"
        /// Fewer rows can be had than there are.
        case incomplete = "incomplete"
        /// No connection, or the service kept failing.
        case unavailable = "unavailable"
        /// An answer that is not what the API documents.
        case badResponse = "bad_response"
        /// The run's deadline, or the time one query may take, has passed.
        case deadline = "deadline"
        /// The work was cancelled.
        case cancelled = "cancelled"
        /// The state could not be read or written, and without it no limit can be kept.
        case state = "state"
        /// The run has used up one of its limits.
        case limit = "limit"
    }

    /// The cause.
    public var code: Code
    /// What was asked and what happened.
    public var message: String
    /// What to do next.
    public var hint: String?
    /// The API's own code, `TIMEFRAME_LIMIT_EXCEEDED`.
    public var apiCode: String?
    /// The field of the query at fault, `dimensions[3].key`.
    public var field: String?
    /// The HTTP status of the last answer.
    public var httpStatus: Int?
    /// The API's `requestId`, for Finout's support.
    public var requestID: String?
    /// When asking again makes sense.
    public var comeBackAt: Moment?
    /// Whether the same call may succeed later.
    public var retryable: Bool
    /// The limit of the run that was reached.
    public var excess: LimitExcess?

    /// An error with what is known; whether it is retryable follows from the code unless given.
    public init(
        _ code: Code, _ message: String, hint: String? = nil, apiCode: String? = nil, field: String? = nil,
        httpStatus: Int? = nil, requestID: String? = nil, comeBackAt: Moment? = nil, retryable: Bool? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.apiCode = apiCode
        self.field = field
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.comeBackAt = comeBackAt
        self.retryable = retryable ?? [.rateLimited, .quotaExhausted, .unavailable, .resultsExpired].contains(code)
    }

    /// A limit of the run that was reached.
    public init(_ excess: LimitExcess) {
        self.init(.limit, excess.message, hint: excess.hint)
        self.excess = excess
    }

    static let cancelled = FinoutError(.cancelled, "The call was cancelled.")
}

extension FinoutError: CustomStringConvertible {
    /// One line: code, message, hint.
    public var description: String {
        "\(code.rawValue): \(message)" + (hint.map { " \($0)" } ?? "")
    }
}
