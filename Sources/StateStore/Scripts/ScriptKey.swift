/// What a script keeps something under. Names are told apart by their bytes: to Swift two texts that differ in how an
/// accent is written are one.
public struct ScriptKey: Hashable, Sendable {
    /// What is kept.
    public enum Kind: Int64, Sendable {
        /// A value that the script named.
        case value = 0
        /// The rows that a comparison remembered.
        case rows = 1
    }

    /// What is kept.
    public let kind: Kind
    /// Its name, in UTF-8.
    public let name: [UInt8]

    /// A key.
    public init(_ kind: Kind, _ name: [UInt8]) {
        self.kind = kind
        self.name = name
    }

    /// As a message shows it.
    var shown: String {
        let text = String(decoding: name, as: UTF8.self)
        return kind == .rows ? "the rows remembered as \"\(text)\"" : "the value \"\(text)\""
    }
}
