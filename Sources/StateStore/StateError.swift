/// Why the state could not be read or written: what was done, what SQLite or the system said, what to do next.
public struct StateError: Error, Sendable, CustomStringConvertible {
    /// The cause, as far as a caller decides by it.
    public enum Kind: Sendable {
        /// The disk or the quota is full.
        case full
        /// The file or its folder may not be written.
        case readOnly
        /// The file is no SQLite database any more.
        case damaged
        /// The file is a database of something else.
        case foreign
        /// A newer finlua wrote the file.
        case newer
        /// Another run changed what this one had read.
        case changed
        /// Another process holds the file, and did not let go of it in time.
        case busy
        /// Anything else.
        case other
    }

    /// The cause.
    public let kind: Kind
    /// What happened, with the file's path.
    public let message: String
    /// What to do next.
    public let hint: String

    /// What to do with a damaged state.
    static let keepAsideHint =
        "It is left as it is. To keep it aside under another name and begin a new one: --replace-state"

    init(_ kind: Kind, _ message: String, hint: String) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    /// Message and hint in one line.
    public var description: String { "\(message). \(hint)" }
}
