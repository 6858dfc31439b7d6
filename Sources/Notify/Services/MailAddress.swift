/// An address of a mail, such as `finops@example.com` or `FinOps <finops@example.com>`.
package struct MailAddress: Sendable, Equatable {
    /// As servers are told it.
    package let address: String
    /// What stands before it for people.
    package let name: String?

    /// Nil for what no server would take, and for what would break a header: RFC 5321's characters without quotes, in ASCII,
    /// 254 of them at most.
    package init?(_ text: String) {
        var address = text[...]
        var name: String?
        if text.hasSuffix(">"), let bracket = text.lastIndex(of: "<") {
            address = text[text.index(after: bracket)...].dropLast()
            let words = text[..<bracket].split(separator: " ").joined(separator: " ")
            name = words.isEmpty ? nil : words
        }
        guard let at = address.lastIndex(of: "@"), address.utf8.count <= 254,
            Self.isPlain(address[..<at], also: "!#$%&'*+-/=?^_`{|}~."),
            Self.isPlain(address[address.index(after: at)...], also: "-.[]:"),
            name == nil || name == Wrapped.line(name ?? "")
        else { return nil }
        self.address = String(address)
        self.name = name
    }

    /// What follows the `@`.
    var domain: String { String(address[(address.lastIndex(of: "@") ?? address.startIndex)...].dropFirst()) }

    private static func isPlain(_ text: Substring, also others: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.hasSuffix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: others.utf8.contains(byte)
                }
            }
    }
}
