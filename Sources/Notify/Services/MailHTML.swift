/// A notice as a page of HTML that needs nothing from the network.
enum MailHTML {
    static func lines(_ digest: Digest) -> [String] {
        var lines = [
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head>",
            "<body style=\"font-family:sans-serif\">", "<h2>\(escaped(digest.heading))</h2>",
        ]
        if !digest.text.isEmpty { lines.append("<p>" + digest.text.map(escaped).joined(separator: "<br>") + "</p>") }
        if !digest.fields.isEmpty {
            lines.append("<table>")
            lines += digest.fields.map {
                "<tr><th align=\"left\">\(escaped($0.name))</th><td>\(escaped($0.value))</td></tr>"
            }
            lines.append("</table>")
        }
        let count = digest.groups.reduce(0) { $0 + $1.items.count }
        var room = PlainText.mostItems
        for group in digest.groups where room > 0 {
            lines.append("<h3>\(escaped(group.heading)) (\(group.items.count))</h3><ul>")
            lines += group.items.prefix(room).map { item in
                "<li>\(escaped(item.line))" + (item.detail.map { "<br><small>\(escaped($0))</small>" } ?? "") + "</li>"
            }
            lines.append("</ul>")
            room -= group.items.count
        }
        if room < 0 { lines.append("<p>\(escaped(Digest.left(count - PlainText.mostItems, of: count)))</p>") }
        if let table = digest.table {
            let shown = table.lines.prefix(PlainText.mostRows)
            // One line of a mail may not be as long as a table, and a line break counts in here.
            lines.append("<pre>")
            lines += (table.head + shown).map(escaped)
            lines.append("</pre>")
            if shown.count < table.count {
                lines.append("<p>\(escaped(Digest.left(table.count - shown.count, of: table.count)))</p>")
            }
        }
        if let link = digest.link { lines.append("<p><a href=\"\(escaped(link))\">\(escaped(link))</a></p>") }
        return lines + ["<p><small>\(escaped(digest.footer))</small></p></body></html>"]
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
