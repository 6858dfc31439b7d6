import RowDecoder

/// The sections of a message to Slack in the making, within what is left of blocks and characters.
struct SlackSections {
    private var blocks: Int
    private var characters: Int
    private var done: [JSONValue] = []
    private var open = ""

    /// Kept free for a line each that says how much was left out: of fields, findings and rows.
    private static let reserved = 3
    private static let longestNote = 60

    init(blocks: Int, characters: Int) {
        self.blocks = blocks
        self.characters = characters
    }

    /// A text, in as many sections as it takes.
    mutating func add(text: String) {
        guard !text.isEmpty else { return }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            for piece in Self.pieces(line) where !put(SlackMessage.escaped(piece)) { return close() }
        }
        close()
    }

    /// Things to count, each whole, from a section of their own on; gives how many there was room for.
    mutating func add(items: [String], heading: String?) -> Int {
        guard !items.isEmpty else { return 0 }
        close()
        defer { close() }
        if let heading, !put(heading) { return 0 }
        for (index, item) in items.enumerated()
        where !put(SlackMessage.cut(item, SlackMessage.longestSection - 1)) {
            return index
        }
        return items.count
    }

    /// Rows in a section of their own, as many as fit.
    mutating func add(table: Notice.Table) {
        close()
        let fence = "```"
        let free = min(SlackMessage.longestSection, characters - Self.reserved * Self.longestNote)
        let room = free - 2 * fence.count - 3 - Self.longestNote
        var (lines, used, shown) = ([String](), 0, 0)
        for (index, line) in (table.head + table.lines).enumerated() {
            // A row holds no fence of its own.
            let clean = SlackMessage.escaped(line).unicodeScalars.reduce(into: "") {
                $0.unicodeScalars.append($1 == "`" ? "'" : $1)
            }
            guard used + SlackMessage.size(clean) + 1 <= room else { break }
            lines.append(clean)
            used += SlackMessage.size(clean) + 1
            if index >= table.head.count { shown += 1 }
        }
        if shown > 0, put(fence + "\n" + lines.joined(separator: "\n") + "\n" + fence) {
        } else {
            shown = 0
        }
        if shown < table.count { say(left: table.count - shown, of: table.count) }
        close()
    }

    /// How many were left out; there is always room for it.
    mutating func say(left count: Int, of total: Int) {
        put(note: Digest.left(count, of: total))
    }

    /// The sections.
    mutating func finished() -> [JSONValue] {
        close()
        return done
    }

    /// Adds a line to the open section, or to a new one; false where there is no room.
    private mutating func put(_ line: String) -> Bool {
        let needed = SlackMessage.size(line) + 1
        guard needed <= characters - Self.reserved * Self.longestNote else { return false }
        let isNew = open.isEmpty || SlackMessage.size(open) + needed > SlackMessage.longestSection
        guard !isNew || blocks - (open.isEmpty ? 0 : 1) > Self.reserved else { return false }
        if isNew { close() }
        open += (open.isEmpty ? "" : "\n") + line
        characters -= needed
        return true
    }

    private mutating func put(note: String) {
        if SlackMessage.size(open) + SlackMessage.size(note) + 1 > SlackMessage.longestSection { close() }
        open += (open.isEmpty ? "" : "\n") + note
        characters -= SlackMessage.size(note) + 1
        close()
    }

    private mutating func close() {
        guard !open.isEmpty else { return }
        done.append(["type": "section", "text": SlackMessage.text(open)])
        blocks -= 1
        open = ""
    }

    /// A line in pieces that each fit into a section, broken behind a space where there is one.
    private static func pieces(_ line: Substring) -> [String] {
        let limit = SlackMessage.longestSection - 1
        func size(_ text: String) -> Int { SlackMessage.size(SlackMessage.escaped(text)) }
        var pieces: [String] = []
        var (piece, used, afterSpace): (String, Int, String.Index?) = ("", 0, nil)
        for character in line {
            // What no section can hold is one character in name only.
            let text = Wrapped.cut(String(character), to: limit, size: size)
            if used + size(text) > limit {
                let end = afterSpace ?? piece.endIndex
                let rest = String(piece[end...])
                pieces.append(String(piece[..<end]))
                (piece, used, afterSpace) = (rest, size(rest), nil)
            }
            piece += text
            used += size(text)
            if character == " " { afterSpace = piece.endIndex }
        }
        return pieces + [piece]
    }
}
