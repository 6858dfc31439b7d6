/// A refusal in the API's own words.
public struct SimulatorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The HTTP status it is answered with.
    public let status: Int
    /// The API's code, for example `TIMEFRAME_LIMIT_EXCEEDED`.
    public let code: String
    /// What is wrong, naming the field.
    public let message: String

    /// A refusal; limits answer 400 unless the docs say otherwise.
    public init(status: Int = 400, code: String = "BAD_REQUEST", message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// `CODE (status): message`.
    public var description: String { "\(code) (\(status)): \(message)" }
}

/// The server could not be started.
public struct SimulatorStartError: Error, Sendable, CustomStringConvertible {
    /// What was asked and what the system said.
    public let description: String
}
