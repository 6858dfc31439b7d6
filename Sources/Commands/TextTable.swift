/// Rows for people: columns padded to their widest cell, numbers to the right. What stands in a cell is shown, never
/// obeyed: control characters are escaped.
struct TextTable {
    struct Column {
        let title: String
        var isNumber = false
    }

    let columns: [Column]
    var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// The table with its titles, each line at most `width` characters long.
    func text(width: Int = .max) -> String {
        let lines = ([columns.map(\.title)] + rows).map { $0.map(Self.shown) }
        let widths = columns.indices.map { index in lines.map { $0[index].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = columns.indices.map { index in
                let gap = String(repeating: " ", count: widths[index] - cells[index].count)
                return columns[index].isNumber ? gap + cells[index] : cells[index] + gap
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            if line.count > width { line = line.prefix(max(width - 1, 0)) + "…" }
            return line + "\n"
        }.joined()
    }

    /// The text with nothing in it that a terminal would obey.
    static func shown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
