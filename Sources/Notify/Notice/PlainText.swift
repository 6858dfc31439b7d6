/// A notice as plain text: the body of a mail, and what `--demo` shows.
enum PlainText {
    /// Findings shown at most; a mail of a thousand is read by nobody.
    static let mostItems = 200
    /// Rows shown at most.
    static let mostRows = 100

    static func lines(_ digest: Digest) -> [String] {
        var blocks: [[String]] = []
        if !digest.text.isEmpty { blocks.append(digest.text) }
        if !digest.fields.isEmpty { blocks.append(digest.fields.map { "\($0.name): \($0.value)" }) }
        let count = digest.groups.reduce(0) { $0 + $1.items.count }
        var room = mostItems
        for group in digest.groups where room > 0 {
            blocks.append(
                ["\(group.heading) (\(group.items.count))"]
                    + group.items.prefix(room).flatMap { item in
                        ["  \(item.line)"] + (item.detail.map { ["      \($0)"] } ?? [])
                    })
            room -= group.items.count
        }
        if room < 0 { blocks.append([Digest.left(count - mostItems, of: count)]) }
        if let table = digest.table {
            let shown = table.lines.prefix(mostRows)
            blocks.append(
                table.head + shown
                    + (shown.count < table.count ? [Digest.left(table.count - shown.count, of: table.count)] : []))
        }
        if let link = digest.link { blocks.append([link]) }
        blocks.append([digest.footer])
        return Array(blocks.joined(separator: [""]))
    }
}
