package import RowDecoder

/// A notice as an Adaptive Card for a workflow ("when a webhook request is received") of Teams.
///
/// Teams: a message is 28 KB at most. Texts are runs, in which nothing is markup. What does not fit is counted.
package enum TeamsMessage {
    /// Bytes of the whole body.
    package static let largestBody = 28 << 10
    private static let longestText = 5000

    package static func body(_ digest: Digest) throws(JSONError) -> [UInt8] {
        var card = Card(room: largestBody - 1024)
        func cut(_ text: String, _ limit: Int) -> String { Wrapped.cut(text, to: limit, size: \.utf8.count) }
        card.add(run(cut(digest.heading, 600), ["size": "Large", "weight": "Bolder"]))
        for line in cut(digest.text.joined(separator: "\n"), longestText).split(
            separator: "\n", omittingEmptySubsequences: false) where !digest.text.isEmpty
        {
            card.add(run(String(line)))
        }
        card.add(items: digest.fields.map { cut("\($0.name): \($0.value)", 2000) }.map { [run($0)] })
        let items = digest.groups.flatMap { group in
            group.items.enumerated().map { index, item in
                let heading = "\(SlackMessage.symbol(group.heading)) \(group.heading) (\(group.items.count))"
                return (index == 0 ? [run(heading, ["weight": "Bolder"], spacing: "Medium")] : [])
                    + [run(cut("• " + item.line, 3000))]
                    + (item.detail.map { [run(cut($0, 3000), ["isSubtle": true], spacing: "None")] } ?? [])
            }
        }
        card.add(items: items)
        if let table = digest.table {
            for line in table.head { card.add(run(cut(line, 2000), ["fontType": "Monospace"], spacing: "None")) }
            card.add(
                items: table.lines.map { [run(cut($0, 2000), ["fontType": "Monospace"], spacing: "None")] },
                count: table.count)
        }
        var content: JSONValue = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "msteams": ["width": "Full"],
            "body": .array(card.elements + [run(cut(digest.footer, 400), ["isSubtle": true, "size": "Small"])]),
        ]
        if let link = digest.link, link.utf8.count <= 300, case .object(let members) = content {
            let action: JSONValue = ["type": "Action.OpenUrl", "title": "Open", "url": .string(link)]
            content = .object(members + [.init(name: "actions", value: [action])])
        }
        let body: JSONValue = [
            "type": "message",
            "attachments": [
                ["contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": content]
            ],
        ]
        return try body.serialized()
    }

    /// One line: a text block of Teams would read `*` and `[` as markup, a run shows them.
    private static func run(_ text: String, _ style: JSONValue = [:], spacing: String? = nil) -> JSONValue {
        let run: JSONValue = ["type": "TextRun", "text": .string(text)]
        let members: [JSONValue.Member] =
            if case .object(let run) = run, case .object(let style) = style { run + style } else { [] }
        var block: [JSONValue.Member] = [
            .init(name: "type", value: "RichTextBlock"), .init(name: "inlines", value: [.object(members)]),
        ]
        if let spacing { block.append(.init(name: "spacing", value: .string(spacing))) }
        return .object(block)
    }

    /// Elements in the making, within what is left of bytes.
    private struct Card {
        private(set) var elements: [JSONValue] = []
        private var room: Int
        /// Of a line that says how much was left out: of fields, findings and rows.
        private static let reserved = 3 * 160

        init(room: Int) { self.room = room }

        mutating func add(_ element: JSONValue) {
            let size = Self.size([element])
            guard size <= room - Self.reserved else { return }
            elements.append(element)
            room -= size
        }

        /// Things to count, each whole, and how many there was no room for.
        mutating func add(items: [[JSONValue]], count: Int? = nil) {
            let count = count ?? items.count
            var shown = 0
            for item in items {
                let size = Self.size(item)
                guard size <= room - Self.reserved else { break }
                elements += item
                room -= size
                shown += 1
            }
            guard shown < count else { return }
            let note = TeamsMessage.run(Digest.left(count - shown, of: count))
            elements.append(note)
            room -= Self.size([note])
        }

        /// Bytes, each with the comma behind it.
        private static func size(_ elements: [JSONValue]) -> Int {
            elements.reduce(0) { $0 + ((try? $1.serialized().count) ?? 0) + 1 }
        }
    }
}
