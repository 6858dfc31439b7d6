import HostLoop
import RowDecoder

/// Makes attempts over the network: to the hosts of the endpoints and to no other.
@HostLoop final class Sender {
    private let http: HTTPClient
    private let mail: MailClient

    /// The longest that one attempt may take.
    private static let attemptTimeout: Duration = .seconds(30)

    init(_ endpoints: [NotifyEndpoint], _ configuration: HTTPConfiguration) {
        var configuration = configuration
        let places = Set(endpoints.map { "\($0.place.host):\($0.place.port)" })
        configuration.refusal = { host, port in
            places.contains("\(host):\(port)") ? nil : "\(host):\(port) belongs to no endpoint"
        }
        http = HTTPClient(configuration)
        mail = MailClient(configuration)
    }

    /// Sends a letter once.
    func attempt(_ letter: Letter, to endpoint: NotifyEndpoint, until end: Moment) async -> DeliveryVerdict {
        let now = HostLoop.now
        let timeout = min(Self.attemptTimeout, max(end - now, .milliseconds(1)))
        do throws(HTTPError) {
            if case .email(let mailbox) = endpoint.service {
                var request = letter.mail(to: mailbox, endpoint, now: now)
                request.timeout = timeout
                request.connectTimeout = min(request.connectTimeout, timeout)
                let reply = try await mail.send(request)
                return DeliveryVerdict(endpoint, reply: reply.status, text: reply.text)
            }
            guard var request = try? letter.request(to: endpoint, now: now) else {
                return .refused(
                    NotifyError(.badArgument, "\(endpoint.shown): the notice holds a number that is NaN or infinite"))
            }
            request.timeout = timeout
            request.maximumBodyBytes = 1 << 20
            let response = try await http.send(request)
            let body = response.body.text
            // Whoever else answers for Slack has not passed the message on.
            if endpoint.kind == .slack, response.status == 200, !body.hasPrefix("ok") {
                return .again(reason: "the answer is not Slack's \"ok\"", notBefore: nil, mayBeTaken: true)
            }
            return DeliveryVerdict(
                endpoint, status: response.status, retryAfter: response.headers["Retry-After"], body: body, now: now)
        } catch {
            return DeliveryVerdict(endpoint, error)
        }
    }
}
