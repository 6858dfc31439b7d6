/// A way in which services, proxies and logs write a text: what an echo of the credentials comes in.
///
/// Written out here a second time, apart from whatever finds such texts.
public enum EchoForm: String, CaseIterable, Sendable {
    case plain
    /// With JSON's shortest escapes, and with every escape it has.
    case json, jsonSlash = "json-slash", jsonUnicode = "json-u", jsonHalf = "json-half", jsonTwice = "json-twice"
    case base64, base64url
    /// Amid a longer text, so that it begins at another place of a group of three bytes.
    case base64Second = "base64-2", base64Third = "base64-3", base64Lines = "base64-lines"
    case url, urlLower = "url-lower", urlFull = "url-full", urlTwice = "url-twice", urlFullTwice = "url-full-twice"
    case hex, hexUpper = "hex-upper"
    case html, htmlNumbers = "html-numbers", htmlHex = "html-hex"
    case lua

    /// Whether the text is the inside of a JSON string as it is.
    public var isJSON: Bool {
        switch self {
        case .json, .jsonSlash, .jsonUnicode, .jsonHalf: true
        default: false
        }
    }

    /// The text in this form.
    public func text(_ value: String) -> String {
        switch self {
        case .plain: value
        case .json: Self.json(value, slash: false)
        case .jsonSlash: Self.json(value, slash: true)
        case .jsonUnicode: value.utf16.map(Self.unit).joined()
        case .jsonHalf:
            value.unicodeScalars.enumerated().map { index, scalar in
                index % 2 == 0 && scalar.value > 0x1F && scalar != "\"" && scalar != "\\"
                    ? String(scalar) : String(scalar).utf16.map(Self.unit).joined()
            }.joined()
        case .jsonTwice: Self.json(Self.json(value, slash: true), slash: false)
        case .base64: Self.base64(Array(value.utf8), "+/", pad: true)
        case .base64url: Self.base64(Array(value.utf8), "-_", pad: false)
        case .base64Second: Self.base64(Array("x\(value):".utf8), "+/", pad: true)
        case .base64Third: Self.base64(Array("id\(value)".utf8), "-_", pad: false)
        case .base64Lines: Self.lines(Self.base64(Array("user:\(value)".utf8), "+/", pad: true))
        case .url: Self.url(Array(value.utf8), upper: true, all: false)
        case .urlLower: Self.url(Array(value.utf8), upper: false, all: false)
        case .urlFull: Self.url(Array(value.utf8), upper: true, all: true)
        case .urlTwice:
            Self.url(Array(Self.url(Array(value.utf8), upper: true, all: false).utf8), upper: true, all: false)
        case .urlFullTwice:
            Self.url(Array(Self.url(Array(value.utf8), upper: true, all: true).utf8), upper: false, all: true)
        case .hex: value.utf8.map { Self.hex($0, upper: false) }.joined()
        case .hexUpper: value.utf8.map { Self.hex($0, upper: true) }.joined()
        case .html:
            value.unicodeScalars.map {
                ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"][$0] ?? String($0)
            }
            .joined()
        case .htmlNumbers: value.unicodeScalars.map { "&#\($0.value);" }.joined()
        case .htmlHex: value.unicodeScalars.map { "&#x\(String($0.value, radix: 16));" }.joined()
        case .lua: Self.lua(value)
        }
    }

    private static func hex(_ byte: UInt8, upper: Bool) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: upper)
    }

    private static func unit(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    static func json(_ value: String, slash: Bool) -> String {
        value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "/" where slash: "\\/"
            case "\n": "\\n"
            case "\t": "\\t"
            case _ where scalar.value < 0x20: unit(UInt16(scalar.value))
            default: String(scalar)
            }
        }.joined()
    }

    private static func url(_ bytes: [UInt8], upper: Bool, all: Bool) -> String {
        bytes.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte)
            return isPlain && !all ? String(Unicode.Scalar(byte)) : "%" + hex(byte, upper: upper)
        }.joined()
    }

    private static func lua(_ value: String) -> String {
        "\""
            + value.unicodeScalars.map { scalar in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\\n"
                case _ where scalar.value < 0x20: "\\\(scalar.value)"
                default: String(scalar)
                }
            }.joined() + "\""
    }

    private static func base64(_ bytes: [UInt8], _ last: String, pad: Bool) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(last)".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let number = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
            for index in 0...group.count { text.append(alphabet[number >> (18 - 6 * index) & 63]) }
            if pad { text += Array(repeating: UInt8(ascii: "="), count: 3 - group.count) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func lines(_ text: String) -> String {
        var lines: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(rest.prefix(12))
            rest = rest.dropFirst(12)
        }
        return lines.joined(separator: "\r\n")
    }
}
