import HostLoop
import RowDecoder

/// A parcel as it is written for a service.
struct Letter: Sendable {
    /// What stays the same however often it is sent.
    let id: String
    private let parcel: Parcel
    private let digest: Digest

    init(_ parcel: Parcel, id: String, source: String) {
        self.parcel = parcel
        self.id = id
        digest = Digest(parcel.notice, source: source)
    }

    /// The request that takes it to an endpoint of HTTP; nil for one that takes mails.
    func request(to endpoint: NotifyEndpoint, now: Moment) throws(JSONError) -> HTTPRequest? {
        var headers = [(name: "Content-Type", value: "application/json")]
        let body: [UInt8]
        let url: String
        switch endpoint.service {
        case .slack(let address):
            url = address
            body = try SlackMessage.body(digest).serialized()
        case .teams(let address):
            url = address
            body = try TeamsMessage.body(digest)
        case .webhook(let address, let secret):
            url = address
            body = try WebhookMessage.body(parcel.notice, digest, id: id).serialized()
            let seconds = now.millisecondsSinceEpoch / 1000
            headers.append((name: "Idempotency-Key", value: id))
            headers.append((name: "X-Finlua-Timestamp", value: "\(seconds)"))
            if let secret {
                let signature = WebhookMessage.signature(of: body, at: seconds, secret: Array(secret.utf8))
                headers.append((name: "X-Finlua-Signature", value: signature))
            }
        case .pagerduty(let address, let key):
            url = address
            body = try PagerDutyEvent.body(parcel.notice, digest, key: parcel.incident, routing: key).serialized()
        case .email: return nil
        }
        return HTTPRequest(method: "POST", url: url, headers: headers, body: body)
    }

    /// The mail that takes it to a mailbox.
    func mail(to mailbox: NotifyEndpoint.Mailbox, _ endpoint: NotifyEndpoint, now: Moment) -> MailRequest {
        var mail = MailRequest(
            url: mailbox.server, from: mailbox.from.address, to: mailbox.to.map(\.address),
            message: MailMessage.bytes(digest, from: mailbox.from, to: mailbox.to, id: id, at: now))
        mail.user = mailbox.user
        mail.password = mailbox.password
        // A server on this machine is asked as it is: its certificate is hardly ever one for loopback.
        mail.isPlain = endpoint.place.scheme == "smtp" && endpoint.place.isLoopback
        return mail
    }
}
