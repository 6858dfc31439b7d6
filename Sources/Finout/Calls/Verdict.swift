import HostLoop

/// What came of one attempt, and what follows from it. A value: the caller carries it out.
enum Verdict {
    /// The body is what was asked for.
    case answered
    /// Results that are not ready: ask for the status.
    case early(String)
    /// Worth another attempt, if the route's policy has its cause.
    case failed(AttemptFailure)
    /// No attempt would end otherwise.
    case final(FinoutError)
}

/// An attempt that another may follow.
struct AttemptFailure: Sendable {
    let cause: RetryCause
    /// In the service's or the network's words.
    let reason: String
    /// The time the service asked to wait until.
    var notBefore: Moment?
    var status: Int?
    var apiCode: String?
    var requestID: String?
}

extension Verdict {
    /// Judges an answer of any status.
    static func of(_ reply: ErrorReply, isEmpty: Bool, limits: ServiceLimits, call: Call, now: Moment) -> Verdict {
        if call.route.mayAnswerEarly {
            if reply.code == "QUERY_RUNNING" || reply.code == "QUERY_QUEUED" { return .early(reply.summary) }
            if reply.status == 102 || reply.status == 202 || (isEmpty && (200..<300).contains(reply.status)) {
                return .early(reply.summary)
            }
        }
        func failed(_ cause: RetryCause) -> Verdict {
            .failed(
                AttemptFailure(
                    cause: cause, reason: reply.summary, notBefore: limits.retryAt, status: reply.status,
                    apiCode: reply.code, requestID: reply.requestID))
        }
        if let comeBackAt = endOfDailyBudget(reply, limits, call.route, now: now) {
            var error = reply.error(asked: call.asked, route: call.route)
            error.code = .quotaExhausted
            error.comeBackAt = comeBackAt
            error.hint = "The day's submissions are used up. Come back at \(comeBackAt)."
            return .final(error)
        }
        if reply.code == "CONCURRENT_REQUESTS_LIMIT_EXCEEDED" { return failed(.limited) }
        switch reply.status {
        case 200..<300: return .answered
        case 429: return failed(.limited)
        case 503: return failed(.unavailable)
        case 408, 500...599:
            // These are answers, whatever status they come with.
            if reply.code == "QUERY_FAILED" || reply.code == "RESULTS_EXPIRED" {
                return .final(reply.error(asked: call.asked, route: call.route))
            }
            return failed(.failing)
        default: return .final(reply.error(asked: call.asked, route: call.route))
        }
    }

    /// When the day's budget begins anew, if the answer says that it is used up.
    ///
    /// The code says so where it comes. A 429 without it, on a route that has a daily budget, says so if it names an
    /// account-wide limit with nothing left for ten minutes or more: every other limit the API documents is free again
    /// within one. To wait for it like for those would hold the run for hours, or end it as a limit per minute; and a
    /// reset nearer than that is soon waited out, whichever limit it is.
    private static func endOfDailyBudget(
        _ reply: ErrorReply, _ limits: ServiceLimits, _ route: Route, now: Moment
    ) -> Moment? {
        let far = now + .seconds(600)
        let reset = limits.account.flatMap { $0.remaining == 0 ? $0.resetAt : nil }.flatMap { $0 >= far ? $0 : nil }
        if reply.code == "RATE_LIMIT_DAILY_EXCEEDED" {
            return reset ?? ((limits.day ?? now.day) + 1).start
        }
        return reply.status == 429 && route.dailyLimit != nil ? reset : nil
    }

    /// Judges an attempt without an answer.
    static func of(_ error: HTTPError, call: Call) -> Verdict {
        switch error.kind {
        case .connect: return .failed(AttemptFailure(cause: .connection, reason: error.message))
        case .malformed where call.route.mayAnswerEarly: return .early(error.message)
        case .timeout, .stalled, .interrupted, .malformed, .other:
            return .failed(AttemptFailure(cause: .interrupted, reason: error.message))
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
        case .denied: return .final(FinoutError(.denied, "\(call.asked) was not sent: \(error.message)"))
        case .refusedScheme: return .final(FinoutError(.badArgument, "\(call.asked) was not sent: \(error.message)."))
        case .cancelled: return .final(.cancelled)
        }
    }
}
