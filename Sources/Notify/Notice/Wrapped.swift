/// Text made fit for a place in a message. Nothing is ever cut inside a character.
package enum Wrapped {
    /// On one line: what would break it, or is not to be seen, becomes a space.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isControl(scalar) ? " " : scalar) }
        return String(result)
    }

    /// With its line breaks, as `\n`, and no other control character.
    package static func lines(_ text: String) -> [String] {
        var lines = [String.UnicodeScalarView()]
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\n" && last == "\r" {
                last = scalar
                continue
            }
            last = scalar
            if scalar == "\n" || scalar == "\r" {
                lines.append(String.UnicodeScalarView())
            } else {
                lines[lines.count - 1].append(isControl(scalar) && scalar != "\t" ? " " : scalar)
            }
        }
        return lines.map(String.init)
    }

    /// At most `limit` by `size`, with `…` in the place of what is cut off; `size` of a text is the sum of its characters'.
    static func cut(_ text: String, to limit: Int, size: (String) -> Int) -> String {
        guard size(text) > limit else { return text }
        let room = limit - size("…")
        var (result, used) = ("", 0)
        for character in text {
            let more = size(String(character))
            guard used + more <= room else { break }
            result.append(character)
            used += more
        }
        return room < 0 ? "" : result + "…"
    }

    /// Controls, line and paragraph separators, and what turns the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
