/// A whole response, whatever its status: redirects are not followed.
public struct HTTPResponse: Sendable {
    /// 200 … 599, or 102 and the like if the server ended the exchange after an interim answer.
    public let status: Int

    /// The fields of the final answer, without trailers.
    public let headers: HTTPHeaders

    /// The decompressed body; empty if there was none.
    public let body: ReceivedBody

    /// As in `1.1` or `2`.
    public let version: String

    /// Real time from the start of the attempt to its last byte.
    public let duration: Duration

    /// A response made elsewhere than by a transfer.
    public init(status: Int, headers: HTTPHeaders, body: ReceivedBody, version: String, duration: Duration) {
        self.status = status
        self.headers = headers
        self.body = body
        self.version = version
        self.duration = duration
    }
}
