import HostLoop

/// Header fields of a mail: RFC 5322, with RFC 2047's encoded words for what is not ASCII.
enum MailHeader {
    /// A field with free text, such as a subject. Nothing in the text ends the field.
    static func text(_ name: String, _ text: String) -> String { "\(name): \(words(Wrapped.line(text)))" }

    /// A field with addresses.
    static func addresses(_ name: String, _ list: [MailAddress]) -> String {
        "\(name): "
            + list.map { address in
                guard let name = address.name else { return address.address }
                return (needsEncoding(name) ? words(name) : quoted(name)) + " <\(address.address)>"
            }.joined(separator: ",\r\n ")
    }

    /// As in `Sat, 21 Nov 2026 06:44:05 +0000`.
    static func date(_ moment: Moment) -> String {
        let day = moment.day
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
        let number = day.dayOfMonth < 10 ? "0\(day.dayOfMonth)" : "\(day.dayOfMonth)"
        let time = moment.description.dropFirst(11).dropLast()
        return "\(weekday), \(number) \(month) \(day.year) \(time) +0000"
    }

    /// Plain where it can be, else encoded words of at most 75 characters, none of which ends inside a character.
    private static func words(_ text: String) -> String {
        guard needsEncoding(text) else { return text }
        var words: [[UInt8]] = [[]]
        for character in text {
            // 45 bytes are 60 characters of base64, and 12 stand around them. A character may be longer than that by its
            // marks, and is divided between them.
            let bytes = Array(String(character).utf8)
            let parts = bytes.count <= 45 ? [bytes] : String(character).unicodeScalars.map { Array(String($0).utf8) }
            for part in parts {
                if words[words.count - 1].count + part.count > 45 { words.append([]) }
                words[words.count - 1] += part
            }
        }
        return words.map { "=?utf-8?B?\(Base64.text($0))?=" }.joined(separator: "\r\n ")
    }

    private static func needsEncoding(_ text: String) -> Bool {
        // A line of a mail holds 998 characters.
        text.utf8.contains { $0 < 0x20 || $0 > 0x7E } || text.contains("=?") || text.utf8.count > 900
    }

    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            !"()<>[]:;@\\,.\"".utf8.contains(byte)
        }
        return isPlain
            ? name : "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

/// RFC 4648.
enum Base64 {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[start + $1]) : 0) }
            for place in 0..<4 {
                result.append(
                    place <= group.count ? digits[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
