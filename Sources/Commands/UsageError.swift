import Wording

/// The command line, the environment or the configuration asks for what cannot be. Exit status 2.
package struct UsageError: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// The command that explains the usage.
    var help = "finlua help"

    init(_ description: String) { self.description = description }

    /// `kind` is what the word should have been, `words` what it could have been.
    static func unknown(_ kind: String, _ word: String, among words: [String]) -> UsageError {
        let near = NearMatches.best(for: word, among: words, limit: 2)
        let hint =
            near.isEmpty ? "known: \(words.joined(separator: ", "))" : "did you mean \(near.joined(separator: " or "))?"
        return UsageError("unknown \(kind) \(word); \(hint)")
    }
}
