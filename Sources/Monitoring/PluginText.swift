/// Text that cannot break a plugin's line.
enum PluginText {
    /// One line: whatever breaks or controls one is a space, a `|`, which would begin performance data, a `/`.
    static func line(_ text: String) -> String {
        let safe = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate: " "
                    default: scalar == "|" ? "/" : scalar
                    }
                }))
        return safe.split(separator: " ").joined(separator: " ")
    }

    /// As many of the texts as a line has room for, and how many more there are.
    static func joined(_ texts: [String]) -> String {
        var (line, count) = ("", 0)
        for text in texts {
            let next = (line.isEmpty ? "" : line + "; ") + cut(text)
            if count > 0, next.count > room { break }
            (line, count) = (next, count + 1)
        }
        return line + (count < texts.count ? "; and \(texts.count - count) more" : "")
    }

    private static func cut(_ text: String) -> String { text.count > room ? text.prefix(room) + "…" : text }

    /// Characters of a line. Nagios 2 read 350 of them, its successors 8 KB with the performance data.
    private static let room = 700
}
