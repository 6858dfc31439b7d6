/// Why a script did not get what it asked for.
public struct Refusal: Error, Sendable, Equatable {
    /// What a caller decides by.
    public enum Kind: Sendable {
        /// The permissions do not allow it.
        case denied
        /// What was given cannot be the path of a file.
        case malformed
        /// There is no such file.
        case missing
        /// The file or its folder cannot be used as asked.
        case unusable
    }

    /// What a caller decides by.
    public let kind: Kind
    /// What was asked and why it is refused.
    public let message: String
    /// What to do next, with the flag that would allow it where one would.
    public let hint: String?

    init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }
}
