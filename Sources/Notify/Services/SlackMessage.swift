package import RowDecoder

/// A notice as the body of an incoming webhook of Slack.
///
/// Slack: at most 50 blocks, 3,000 characters in a section, 150 in a header, and about 13,200 in all before a message is
/// cut. What does not fit is counted: `…and 12 more of 400`.
package enum SlackMessage {
    package static let mostBlocks = 50
    package static let longestSection = 3000
    package static let longestHeader = 150
    package static let longestMessage = 13_200
    /// For a text that is not made of things to count, a part of the whole.
    private static let longestText = 5000

    package static func body(_ digest: Digest) -> JSONValue {
        let footer = cut(escaped(Wrapped.line(digest.footer)), 300)
        let summary = cut(escaped([digest.heading, digest.total].compactMap { $0 }.joined(separator: " · ")), 300)
        let header = cut(escaped(digest.heading), longestHeader)
        var sections = SlackSections(
            blocks: mostBlocks - 2, characters: longestMessage - size(footer) - size(summary) - size(header))
        sections.add(text: Wrapped.cut(digest.text.joined(separator: "\n"), to: longestText) { size(escaped($0)) })
        let fields = digest.fields.map { "*\(escaped($0.name)):* \(escaped($0.value))" }
        let fieldsShown = sections.add(items: fields, heading: nil)
        if fieldsShown < fields.count { sections.say(left: fields.count - fieldsShown, of: fields.count) }
        let count = digest.groups.reduce(0) { $0 + $1.items.count }
        var shown = 0
        for group in digest.groups {
            let lines = group.items.map { item in
                "• \(escaped(item.line))" + (item.detail.map { "\n      \(escaped($0))" } ?? "")
            }
            let taken = sections.add(
                items: lines, heading: "*\(symbol(group.heading)) \(group.heading) (\(group.items.count))*")
            shown += taken
            if taken < lines.count { break }
        }
        if shown < count { sections.say(left: count - shown, of: count) }
        if let table = digest.table { sections.add(table: table) }
        if let link = digest.link { _ = sections.add(items: ["<\(escaped(link))|Open>"], heading: nil) }
        let head: JSONValue = ["type": "header", "text": ["type": "plain_text", "text": .string(header)]]
        let foot: JSONValue = ["type": "context", "elements": [text(footer)]]
        return ["text": .string(summary), "blocks": .array([head] + sections.finished() + [foot])]
    }

    /// Slack's three: everything else means itself or is formatting, which harms nobody.
    static func escaped(_ text: String) -> String {
        // By code points: an accent behind a bracket makes both one character for Swift.
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// As Slack may count them: never fewer than code points.
    package static func size(_ text: String) -> Int { text.utf16.count }

    /// Cut inside neither a character nor an escape.
    static func cut(_ escaped: String, _ limit: Int) -> String {
        let result = Wrapped.cut(escaped, to: limit, size: size)
        guard result != escaped, let start = result.lastIndex(of: "&"), !result[start...].contains(";") else {
            return result
        }
        return result[..<start] + "…"
    }

    static func text(_ text: String) -> JSONValue {
        // Verbatim: no name of a channel or an address is made a link.
        ["type": "mrkdwn", "text": .string(text), "verbatim": true]
    }

    static func symbol(_ severity: String) -> String {
        ["critical": "🔴", "major": "🟠", "minor": "🟡", "resolved": "✅"][severity] ?? "🔵"
    }

}
