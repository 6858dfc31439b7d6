/// Why somebody could not be told.
public struct NotifyError: Error, Sendable, CustomStringConvertible {
    /// One of the codes that scripts see.
    public enum Code: String, Sendable {
        /// The name, or the notice, cannot be used.
        case badArgument = "bad_argument"
        /// The service knows the endpoint, its key or its password not, or no more.
        case unauthorized
        /// The service wants no more messages before a time that is too late.
        case rateLimited = "rate_limited"
        /// The service could not be reached, or kept failing.
        case unavailable
        /// What was told could not be written down.
        case state
    }

    /// The cause, as far as a caller decides by it.
    public let code: Code
    /// Names the endpoint and the cause; holds no address and no secret.
    public let message: String
    /// What to do next.
    public let hint: String?

    /// An error with a message for the user.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Message and hint.
    public var description: String { message + (hint.map { "\nhint: \($0)" } ?? "") }
}
