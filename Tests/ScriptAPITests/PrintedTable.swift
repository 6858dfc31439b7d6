/// A table that a recipe printed: cells by the first of the line and the name of the column.
struct PrintedTable {
    /// The first cells, from the top.
    private(set) var names: [String] = []
    private var cells: [String: [String: String]] = [:]

    /// Reads lines up to one that is no part of a table. Cells stand two spaces apart, numbers end where their column does.
    init(_ output: String) {
        var lines = output.split(separator: "\n").map { Array($0) }[...]
        guard let header = lines.popFirst(), let rule = lines.popFirst() else { return }
        var columns: [Range<Int>] = []
        for (place, character) in rule.enumerated() where character == "-" {
            if let last = columns.last, last.upperBound == place {
                columns[columns.count - 1] = last.lowerBound..<place + 1
            } else {
                columns.append(place..<place + 1)
            }
        }
        func cell(_ line: [Character], _ column: Range<Int>) -> String {
            let text = line[min(column.lowerBound, line.count)..<min(column.upperBound, line.count)]
            return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let titles = columns.map { cell(header, $0) }
        for line in lines where line.count <= rule.count && line.first != "{" {
            let name = cell(line, columns[0])
            names.append(name)
            for (title, column) in zip(titles, columns) { cells[name, default: [:]][title] = cell(line, column) }
        }
    }

    /// A cell as it stands there; empty where there is none.
    func text(_ name: String, _ column: String) -> String { cells[name]?[column] ?? "" }

    /// A cell as a number; NaN where it is none.
    func number(_ name: String, _ column: String) -> Double { Double(text(name, column)) ?? .nan }

    /// A cell of two decimals in millionths; nil where it is none.
    func cents(_ name: String, _ column: String) -> Int64? {
        let parts = text(name, column).split(separator: ".")
        guard parts.count == 2, parts[1].count == 2, let cents = Int64(parts.joined()) else { return nil }
        return cents * 10_000
    }

    /// Whether a cell shows an amount in cents, half a cent going either way.
    func shows(_ name: String, _ column: String, _ millionths: Int64) -> Bool {
        cents(name, column).map { abs($0 - millionths) <= 5_000 } ?? false
    }
}
