package import HostLoop
package import RowDecoder
package import Secrets

/// What an answer that is no success says: `{requestId, message, code}`, or `{requestId, error, message}` (C4). Scrubbed
/// before anything is cut: half a secret would not be found any more.
package struct ErrorReply: Sendable {
    package var status: Int
    /// `code`, else `error` if it looks like a code.
    package var code: String?
    package var message: String?
    package var requestID: String?

    package init(status: Int, body: JSONValue?, headers: HTTPHeaders, scrubber: SecretScrubber) {
        self.status = status
        let nested = body?["error"]
        let code = body?["code"]?.string ?? nested?["code"]?.string
        let error = nested?.string
        let said = code ?? error.flatMap { $0.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber } ? $0 : nil }
        self.code = said.map(scrubber.scrubbed)
        message = (body?["message"]?.string ?? nested?["message"]?.string ?? error).map(scrubber.scrubbed)
        requestID = (body?["requestId"]?.string ?? headers["x-request-id"]).map(scrubber.scrubbed)
    }

    /// `HTTP 400 BAD_REQUEST: Invalid key`, for a person.
    package var summary: String {
        var text = "HTTP \(status)"
        if let code { text += " \(code)" }
        if let message, !message.isEmpty { text += ": \(String(message.prefix(500)))" }
        if let requestID { text += " (request \(requestID))" }
        return text
    }

    /// The error a caller gets when the answer is final. `asked` is the call in words.
    func error(asked: String, route: Route) -> FinoutError {
        let cause = cause(route)
        var error = FinoutError(
            cause, "\(asked) was answered with \(summary).", apiCode: code, httpStatus: status, requestID: requestID)
        error.hint = hint(cause)
        return error
    }

    private func cause(_ route: Route) -> FinoutError.Code {
        if status == 401 || status == 403 { return .unauthorized }
        if let code, let cause = route.codes[code] { return cause }
        switch status {
        case 400, 405, 409, 413, 414, 415, 422: return .badQuery
        case 404: return .notFound
        case 410: return .resultsExpired
        case 424: return .queryFailed
        case 429: return .rateLimited
        case 408, 500...599: return .unavailable
        default: return .badResponse
        }
    }

    private func hint(_ cause: FinoutError.Code) -> String? {
        switch cause {
        case .unauthorized where status == 403:
            "The key pair in FINOUT_CLIENT_ID and FINOUT_SECRET_KEY is known but may not do this: check its role."
        case .unauthorized:
            "Check FINOUT_CLIENT_ID and FINOUT_SECRET_KEY: a token is made in Finout under Admin Portal > API Tokens."
        case .resultsExpired: "Results are kept for 24 hours. Submit the query again."
        case .queryFailed:
            "The API does not say why. Ask again, over fewer days or dimensions; give the request id to support."
        case .notFound: "Check the path; a query is known for 24 hours after it completed."
        case .badResponse where code == "CURSOR_INVALID":
            "Ask for the rows again: the result has to be read from its first page."
        default: nil
        }
    }
}
