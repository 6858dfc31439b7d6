/// A command's own switches, which are not options of finlua.
enum OwnFlags {
    /// The words and the switches of a line. Fails for a switch that is not known.
    static func split(
        _ arguments: [String], known: [String]
    ) throws(UsageError) -> (words: [String], flags: Set<String>) {
        var (words, flags): ([String], Set<String>) = ([], [])
        for word in arguments where word != "--" {
            guard word.hasPrefix("-"), word.count > 1 else {
                words.append(word)
                continue
            }
            guard known.contains(word) else { throw .unknown("option", word, among: known) }
            flags.insert(word)
        }
        return (words, flags)
    }
}
