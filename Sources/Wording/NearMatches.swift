/// Which known names somebody may have meant.
public enum NearMatches {
    /// The best three, nearest first: same but for case, then holding one another, then few edits away.
    public static func best(for text: String, among names: [String], limit: Int = 3) -> [String] {
        let wanted = Array(text.lowercased().unicodeScalars)
        let allowed = max(1, (wanted.count + 1) / 3)
        var found: [(score: Int, name: String)] = []
        for name in Set(names) {
            let candidate = Array(name.lowercased().unicodeScalars)
            if candidate == wanted {
                found.append((0, name))
            } else if let distance = distance(wanted, candidate, atMost: allowed) {
                found.append((distance, name))
            } else if wanted.count >= 3, candidate.count >= 3, holds(candidate, wanted) || holds(wanted, candidate) {
                found.append((allowed + abs(candidate.count - wanted.count), name))
            }
        }
        return found.sorted { ($0.score, $0.name) < ($1.score, $1.name) }.prefix(limit).map(\.name)
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two texts; nil if more than `atMost`.
    static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar], atMost: Int) -> Int? {
        guard abs(first.count - second.count) <= atMost else { return nil }
        var older: [Int] = []
        var previous = Array(0...second.count)
        for row in 0..<first.count {
            var current = [row + 1]
            current.reserveCapacity(second.count + 1)
            for column in 0..<second.count {
                var cost = min(
                    previous[column + 1] + 1, current[column] + 1,
                    previous[column] + (first[row] == second[column] ? 0 : 1))
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    cost = min(cost, older[column - 1] + 1)
                }
                current.append(cost)
            }
            if current.min() ?? 0 > atMost { return nil }
            older = previous
            previous = current
        }
        let distance = previous[second.count]
        return distance <= atMost ? distance : nil
    }

    private static func holds(_ text: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }

    /// `did you mean day?`, or nil where no name is near.
    public static func hint(for text: String, among names: [String]) -> String? {
        best(for: text, among: names, limit: 1).first.map { "did you mean \($0)?" }
    }

    /// `'a', 'b' or 'c'`.
    public static func list(_ names: [String]) -> String {
        let quoted = names.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
