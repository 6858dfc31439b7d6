/// One HTTP request and its bounds.
public struct HTTPRequest: Sendable {
    /// As in `GET`.
    public var method: String

    /// An absolute `https` address, or a `http` one on loopback.
    public var url: String

    /// Sent in this order. Values are never logged.
    public var headers: [(name: String, value: String)]

    /// Sent as it is; without a `Content-Type` field of its own none is added.
    public var body: [UInt8]?

    /// Until name, connection and TLS stand.
    public var connectTimeout: Duration = .seconds(10)

    /// Without one byte in either direction, once connected.
    public var stallTimeout: Duration = .seconds(30)

    /// The whole attempt, from the moment a connection was free for it.
    public var timeout: Duration = .seconds(120)

    /// The most a decompressed body may hold.
    public var maximumBodyBytes: Int = 256 << 20

    /// A request with the usual bounds.
    public init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
