/// Sends mails over SMTP, a connection for each; always verifies certificates.
@HostLoop public final class MailClient {
    private let configuration: HTTPConfiguration
    private let queue: TransferQueue

    /// A client that trusts the configuration's certificates and keeps to its hosts.
    public init(_ configuration: HTTPConfiguration = .init()) {
        self.configuration = configuration
        queue = TransferQueue(limit: configuration.maximumConnections)
    }

    /// Hands the mail to the server once and returns its last answer, whatever that is.
    ///
    /// Fails where there was none: no connection, no encryption, a timeout. Cancelling the task ends it at once.
    public func send(_ mail: MailRequest) async throws(HTTPError) -> MailReply {
        let endpoint = try Endpoint(mailServer: mail.url)
        if let reason = configuration.refusal(endpoint.host, UInt16(endpoint.port) ?? 0) {
            throw HTTPError(kind: .denied, message: reason)
        }
        guard !mail.isPlain || endpoint.isLoopback else {
            throw HTTPError(
                kind: .refusedScheme,
                message: "\(endpoint.name) is refused: the mail would cross the network in plain text")
        }
        let transfer = try Transfer(mail, to: endpoint, in: queue, configuration: configuration)
        let response = try await queue.send(transfer)
        return MailReply(status: response.status, text: response.body.text)
    }
}
