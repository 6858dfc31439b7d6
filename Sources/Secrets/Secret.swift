/// A value that must never be shown, and the words that stand in its place.
public struct Secret: Sendable, Hashable {
    /// What it is, `secret` or `client id`: shown in brackets where it stood.
    public let name: String
    /// The value as it was read.
    public let value: String

    /// Bytes a value has at least to count as a secret: a shorter one is a word that stands in many a message and many a
    /// row, and no key of any service is so short.
    public static let leastBytes = 8

    /// A secret; nil where the value is too short to be one.
    public init?(_ value: String, name: String) {
        guard value.utf8.count >= Self.leastBytes else { return nil }
        self.value = value
        self.name = name
    }
}
