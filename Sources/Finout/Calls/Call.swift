import HostLoop

/// One call of the API: what goes into each of its attempts.
struct Call: Sendable {
    let route: Route
    /// With the query, without the service's address.
    let target: String
    /// The call in words, for messages: `the status of query q_1`.
    let asked: String
    var body: [UInt8]?

    init(_ route: Route, target: String? = nil, asked: String, body: [UInt8]? = nil) {
        self.route = route
        self.target = target ?? route.template
        self.asked = asked
        self.body = body
    }
}

/// What came of one attempt, and what follows from it. A value: the caller carries it out.
enum Verdict {
    /// The body is what was asked for.
    case answered
    /// Results that are not ready: ask for the status.
    case early(String)
    /// Worth another attempt.
    case failed(reason: String, mayBeTaken: Bool, notBefore: Moment?)
    /// The service said to wait.
    case limited(reason: String, until: Moment?, requestID: String?, apiCode: String?)
    /// No attempt would end otherwise.
    case final(FinoutError)
}

extension Verdict {
    /// Judges an answer of any status.
    static func of(_ reply: ErrorReply, isEmpty: Bool, headers: HTTPHeaders, call: Call, now: Moment) -> Verdict {
        if call.route.mayAnswerEarly {
            if reply.code == "QUERY_RUNNING" || reply.code == "QUERY_QUEUED" { return .early(reply.summary) }
            if reply.status == 102 || reply.status == 202 || (isEmpty && (200..<300).contains(reply.status)) {
                return .early(reply.summary)
            }
        }
        switch reply.code {
        case "RATE_LIMIT_DAILY_EXCEEDED":
            var error = reply.error(asked: call.asked, route: call.route)
            let midnight = Day(daysSinceEpoch: now.day.daysSinceEpoch + 1).start
            error.comeBackAt = midnight
            error.hint = "The day's submissions are used up. Come back at \(midnight)."
            return .final(error)
        case "CONCURRENT_REQUESTS_LIMIT_EXCEEDED":
            return .limited(
                reason: reply.summary, until: RetryAfter.moment(in: headers, now: now), requestID: reply.requestID,
                apiCode: reply.code)
        default: break
        }
        switch reply.status {
        case 200..<300: return .answered
        case 429:
            return .limited(
                reason: reply.summary, until: RetryAfter.moment(in: headers, now: now), requestID: reply.requestID,
                apiCode: reply.code)
        case 503:
            return .failed(
                reason: reply.summary, mayBeTaken: false, notBefore: RetryAfter.moment(in: headers, now: now))
        case 408, 500...599:
            // These are answers, whatever status they come with.
            if reply.code == "QUERY_FAILED" || reply.code == "RESULTS_EXPIRED" {
                return .final(reply.error(asked: call.asked, route: call.route))
            }
            return .failed(
                reason: reply.summary, mayBeTaken: true, notBefore: RetryAfter.moment(in: headers, now: now))
        default: return .final(reply.error(asked: call.asked, route: call.route))
        }
    }

    /// Judges an attempt without an answer.
    static func of(_ error: HTTPError, call: Call) -> Verdict {
        switch error.kind {
        case .connect: return .failed(reason: error.message, mayBeTaken: false, notBefore: nil)
        case .malformed where call.route.mayAnswerEarly: return .early(error.message)
        case .timeout, .stalled, .interrupted, .malformed, .other:
            return .failed(reason: error.message, mayBeTaken: true, notBefore: nil)
        case .resolve:
            return .final(
                FinoutError(
                    .unavailable, "\(call.asked) found no server: \(error.message).",
                    hint: "Check the network and the service's address (FINOUT_BASE_URL)."))
        case .tls:
            return .final(
                FinoutError(
                    .unavailable, "\(call.asked) found no trusted server: \(error.message).",
                    hint: "Check the service's address, the machine's clock and its certificates.", retryable: false))
        case .tooLarge:
            return .final(FinoutError(.badResponse, "\(call.asked) was answered too long: \(error.message)."))
        case .refusedScheme: return .final(FinoutError(.badArgument, "\(call.asked) was not sent: \(error.message)."))
        case .cancelled: return .final(.cancelled)
        }
    }
}
