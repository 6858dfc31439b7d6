/// Why there is no response.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, as far as a caller decides by it.
    public enum Kind: Sendable {
        /// The host's name is unknown, or the proxy in the environment is unusable.
        case resolve
        /// No connection: refused, unreachable, or not within the connect timeout.
        case connect
        /// The certificate or the TLS handshake was not acceptable.
        case tls
        /// The whole attempt took too long.
        case timeout
        /// No byte moved for the stall timeout.
        case stalled
        /// The body or the header fields exceeded their limit.
        case tooLarge
        /// The connection ended before the response was whole.
        case interrupted
        /// What the server sent is not HTTP, or cannot be decompressed.
        case malformed
        /// The configuration does not let requests go there.
        case denied
        /// Neither `https` nor `http` on loopback.
        case refusedScheme
        /// The task was cancelled.
        case cancelled
        /// Anything else.
        case other
    }

    /// What went wrong.
    public let kind: Kind

    /// Names host, port and cause; holds no header, query or body.
    public let message: String

    /// An error with a message for the user.
    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
