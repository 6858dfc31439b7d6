/// Small texts of settings: `50/60s`, `first=1s,max=5s`.
package enum SettingText {
    /// A duration: a number and `ms`, `s`, `m` or `h`; a bare number is seconds. Nil if it is no positive duration.
    package static func duration(_ text: some StringProtocol) -> Duration? {
        let units: [(suffix: String, milliseconds: Double)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("", 1000),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard let number = Double(String(digits)), number > 0, number < 1e9, digits.last?.isNumber == true else {
                return nil
            }
            // No setting is finer, and a time of nothing is no time.
            let milliseconds = Int64((number * unit.milliseconds).rounded())
            return milliseconds > 0 ? .milliseconds(milliseconds) : nil
        }
        return nil
    }

    /// `name=value` pairs between commas, or the piece that is none.
    static func pairs(_ text: String) -> Result<[(name: String, value: String)], BadPiece> {
        var pairs: [(name: String, value: String)] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return .failure(BadPiece(text: String(piece))) }
            pairs.append((trimmed(parts[0]), trimmed(parts[1])))
        }
        return .success(pairs)
    }

    /// A piece of a setting that says nothing.
    struct BadPiece: Error {
        let text: String
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var slice = text[...]
        while slice.first?.isWhitespace == true { slice = slice.dropFirst() }
        while slice.last?.isWhitespace == true { slice = slice.dropLast() }
        return String(slice)
    }
}

extension Duration {
    /// Seconds, for arithmetic and messages.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// `1.5s`, `2m`, `24h` for messages.
    package var text: String {
        let seconds = seconds
        if seconds >= 3600, seconds.truncatingRemainder(dividingBy: 3600) == 0 { return "\(Int(seconds / 3600))h" }
        if seconds >= 120, seconds.truncatingRemainder(dividingBy: 60) == 0 { return "\(Int(seconds / 60))m" }
        let tenths = (seconds * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))s" : "\(tenths)s"
    }
}
