/// A host and a port of it.
public struct NetworkHost: Sendable, Hashable {
    /// In lower case; an IPv6 address keeps its brackets.
    public let name: String
    /// 1 to 65535.
    public let port: UInt16

    /// A host as a request names it.
    public init(name: String, port: UInt16) {
        self.name = name.lowercased()
        self.port = port
    }

    /// Reads `hooks.example.com`, `hooks.example.com:8443` or `[::1]:8443`; the port is 443 unless given. Nil for
    /// anything else, such as an address with a scheme or a pattern.
    public init?(_ text: String) {
        var host = text[...]
        var port = Self.https
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt16(digits), number > 0
            else { return nil }
            port = number
            host = text[..<colon]
        }
        guard Self.isName(host) || Self.isAddress6(host) else { return nil }
        self.init(name: String(host), port: port)
    }

    /// As in `hooks.example.com:443`.
    public var text: String { "\(name):\(port)" }

    /// As the flag takes it.
    var short: String { port == Self.https ? name : text }

    private static let https: UInt16 = 443

    private static func isName(_ text: Substring) -> Bool {
        // RFC 1035: 253 characters in all, 63 of each part.
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            (1...63).contains(part.utf8.count) && part.utf8.allSatisfy(Self.isNameByte)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isAddress6(_ text: Substring) -> Bool {
        text.hasPrefix("[") && text.hasSuffix("]") && text.utf8.count > 3
            && text.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
}
