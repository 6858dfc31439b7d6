/// What all requests of a client share.
public struct HTTPConfiguration: Sendable {
    /// Transfers open at once; further requests wait their turn, first come first served.
    public var maximumConnections: Int

    /// The `User-Agent` field.
    public var userAgent: String

    /// Certificates to trust instead of the system's, as a PEM file; for tests.
    public var caFile: String?

    /// Why a request may not go to a host, in lower case, and its port; nil where it may. By default it may go anywhere.
    /// Asked before there is a connection; a redirect is never followed.
    public var refusal: @Sendable (_ host: String, _ port: UInt16) -> String? = { _, _ in nil }

    /// Bodies are taken in byte by byte, however they come; for tests.
    package var splitsReads = false

    /// A configuration with these values.
    public init(maximumConnections: Int = 16, userAgent: String = "finlua", caFile: String? = nil) {
        self.maximumConnections = maximumConnections
        self.userAgent = userAgent
        self.caFile = caFile
    }
}
