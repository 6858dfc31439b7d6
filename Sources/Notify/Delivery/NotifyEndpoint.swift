package import HostLoop

/// Somebody who can be told, as the configuration names it, with its secrets.
public struct NotifyEndpoint: Sendable {
    /// The services there are.
    public enum Kind: String, Sendable, CaseIterable {
        case slack, teams, webhook, email, pagerduty
    }

    /// How a service is reached.
    package enum Service: Sendable {
        /// An incoming webhook.
        case slack(url: String)
        /// The address of a workflow.
        case teams(url: String)
        /// A program that understands finlua's own JSON; without a secret nothing is signed.
        case webhook(url: String, secret: String?)
        case email(Mailbox)
        /// The integration key of an Events API v2 integration.
        case pagerduty(url: String, key: String)
    }

    /// A mail server, and whom mails are from and for.
    package struct Mailbox: Sendable {
        package var server: String
        package var user: String?
        package var password: String?
        package var from: MailAddress
        package var to: [MailAddress]

        package init(server: String, user: String?, password: String?, from: MailAddress, to: [MailAddress]) {
            self.server = server
            self.user = user
            self.password = password
            self.from = from
            self.to = to
        }
    }

    /// As a script names it.
    public let name: String
    package let service: Service
    /// Where its requests go.
    package let place: Endpoint

    /// Fails where the address cannot be used; the message holds nothing of it.
    package init(name: String, _ service: Service) throws(HTTPError) {
        self.name = name
        self.service = service
        switch service {
        case .slack(let url), .teams(let url), .webhook(let url, _), .pagerduty(let url, _):
            place = try Endpoint(url: url)
        case .email(let mailbox): place = try Endpoint(mailServer: mailbox.server)
        }
    }

    /// Which service it is.
    public var kind: Kind {
        switch service {
        case .slack: .slack
        case .teams: .teams
        case .webhook: .webhook
        case .email: .email
        case .pagerduty: .pagerduty
        }
    }

    /// The port that its requests go to.
    public var port: UInt16 { UInt16(place.port) ?? 0 }

    /// Where its requests go, without what is secret of it.
    public var host: String { place.host }

    /// As messages call it.
    var shown: String { "\(name) (\(kind.rawValue))" }
}
