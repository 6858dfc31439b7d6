/// One mail to one server, and its bounds.
public struct MailRequest: Sendable {
    /// `smtps://host:port`, or `smtp://host:port` for a connection that becomes encrypted (STARTTLS).
    public var url: String

    /// Without encryption, where the server is this machine. Refused elsewhere.
    public var isPlain = false

    /// Who sends, as the server knows them; nil for a server that asks nobody.
    public var user: String?

    /// Their password. Never sent before the connection is encrypted, but to this machine.
    public var password: String?

    /// The sender's address, without a name.
    public var from: String

    /// The receivers' addresses. The server takes the mail for all of them or for none.
    public var to: [String]

    /// Header and body, with CRLF at the end of each line.
    public var message: [UInt8]

    /// Until the connection stands, and is encrypted.
    public var connectTimeout: Duration = .seconds(20)

    /// The whole attempt.
    public var timeout: Duration = .seconds(120)

    /// A mail with the usual bounds.
    public init(url: String, from: String, to: [String], message: [UInt8]) {
        self.url = url
        self.from = from
        self.to = to
        self.message = message
    }
}

/// What a mail server answered last.
public struct MailReply: Sendable {
    /// 250: it has taken the mail. 4xx: not now. 5xx: never.
    public let status: Int
    /// Its own words.
    public let text: String
}
