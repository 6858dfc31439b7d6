import Finout
package import HostLoop

/// What an attempt to tell somebody comes to. Pure.
package enum DeliveryVerdict: Sendable {
    case accepted
    /// Worth another attempt; not before the given time, where the service named one. `mayBeTaken`: the service may have
    /// the message already, and may show it twice.
    case again(reason: String, notBefore: Moment?, mayBeTaken: Bool)
    case refused(NotifyError)

    /// Of an HTTP answer.
    package init(_ endpoint: NotifyEndpoint, status: Int, retryAfter: String?, body: String, now: Moment) {
        let word = Self.word(body)
        let said = "status \(status)" + (word.isEmpty ? "" : " (\(word))")
        switch status {
        case 200..<300: self = .accepted
        case 429: self = .again(reason: said, notBefore: Self.moment(retryAfter, now), mayBeTaken: false)
        case 408, 500...:
            self = .again(reason: said, notBefore: Self.moment(retryAfter, now), mayBeTaken: status != 503)
        case 401, 403, 404, 410:
            self = .refused(
                NotifyError(
                    .unauthorized, "\(endpoint.shown) refused the message: \(said)",
                    hint: "Make a new \(endpoint.kind.secret), and put it where the configuration says that this one is"
                ))
        case 300..<400:
            self = .refused(
                NotifyError(
                    .unauthorized, "\(endpoint.shown) answered with a redirect: \(said)",
                    hint: "Put the address that it leads to into the configuration; a message is never redirected"))
        default:
            self = .refused(
                NotifyError(
                    .badArgument, "\(endpoint.shown) did not accept the message: \(said)",
                    hint:
                        "Try the endpoint with `finlua notify test \(endpoint.name)`; if that is accepted, the message is at fault"
                ))
        }
    }

    /// Of a mail server's last answer: RFC 5321, 4.2.1.
    package init(_ endpoint: NotifyEndpoint, reply status: Int, text: String) {
        let said = Self.word(text).isEmpty ? "status \(status)" : Self.word(text)
        switch status {
        case 200..<300: self = .accepted
        case 400..<500: self = .again(reason: said, notBefore: nil, mayBeTaken: false)
        case 530, 534, 535, 538:
            self = .refused(
                NotifyError(
                    .unauthorized, "\(endpoint.shown): the server refused user and password: \(said)",
                    hint: "See user and password_file of the endpoint in the configuration"))
        default:
            self = .refused(
                NotifyError(
                    .badArgument, "\(endpoint.shown): the server did not take the mail: \(said)",
                    hint: "See from and to of the endpoint in the configuration"))
        }
    }

    /// Of an attempt without an answer.
    init(_ endpoint: NotifyEndpoint, _ error: HTTPError) {
        switch error.kind {
        case .connect: self = .again(reason: error.message, notBefore: nil, mayBeTaken: false)
        case .timeout, .stalled, .interrupted, .malformed, .tooLarge:
            self = .again(reason: error.message, notBefore: nil, mayBeTaken: true)
        case .resolve, .tls, .denied, .refusedScheme, .cancelled, .other:
            self = .refused(NotifyError(.unavailable, "\(endpoint.shown) could not be told: \(error.message)"))
        }
    }

    /// A service's few words, such as `invalid_blocks`: the first line of its answer.
    private static func word(_ body: String) -> String {
        let line = Wrapped.lines(String(body.prefix(2000))).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return line.hasPrefix("<") ? "" : Wrapped.cut(line, to: 200, size: \.count)
    }

    private static func moment(_ retryAfter: String?, _ now: Moment) -> Moment? {
        guard let retryAfter else { return nil }
        if let seconds = Double(retryAfter), seconds >= 0, seconds < 1e9 {
            return now + .milliseconds(Int64(seconds * 1000))
        }
        return HTTPDate.moment(retryAfter, now: now)
    }
}

extension NotifyEndpoint.Kind {
    /// What the operator was given to reach it by.
    fileprivate var secret: String {
        switch self {
        case .slack: "incoming webhook in Slack"
        case .teams: "workflow in Teams"
        case .webhook: "address or secret"
        case .email: "password"
        case .pagerduty: "integration key in PagerDuty"
        }
    }
}
