/// Sends HTTP requests over connections that are kept alive for the next ones.
///
/// It never follows a redirect, never repeats a request by itself, and always verifies certificates.
@HostLoop public final class HTTPClient {
    private let configuration: HTTPConfiguration
    private let queue: TransferQueue

    /// A client with its own limit of open transfers; connections are shared by all clients of the loop.
    public init(_ configuration: HTTPConfiguration = .init()) {
        self.configuration = configuration
        queue = TransferQueue(limit: configuration.maximumConnections)
    }

    /// Sends `request` once and returns the whole response, whatever its status.
    ///
    /// Cancelling the task removes the transfer at once. Timeouts are real time under either clock.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let endpoint = try Endpoint(url: request.url)
        if let reason = configuration.refusal(endpoint.host, UInt16(endpoint.port) ?? 0) {
            throw HTTPError(kind: .denied, message: reason)
        }
        let transfer = try Transfer(request, to: endpoint, in: queue, configuration: configuration)
        return try await queue.send(transfer)
    }
}
