/// The service's address: https, or http to this machine.
package struct BaseURL: Sendable {
    /// Without a slash at the end.
    package let text: String

    /// Fails with `bad_argument` that says what is wrong with the address.
    package init(_ text: String) throws(FinoutError) {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        let parts = Self.split(text)
        guard let parts, !parts.host.isEmpty else { throw Self.refusal("'\(text)' is no https address") }
        if parts.hasUser { throw Self.refusal("the address holds a user name or password") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { throw Self.refusal("'\(text)' holds a character that an address cannot") }
        switch parts.scheme {
        case "https": break
        case "http" where Self.isLoopback(parts.host): break
        case "http": throw Self.refusal("plain http to '\(parts.host)' would send the secret key unencrypted")
        default: throw Self.refusal("'\(parts.scheme)' is not https")
        }
        self.text = text
    }

    private static func refusal(_ problem: String) -> FinoutError {
        FinoutError(
            .badArgument, "The service's address (--base-url, FINOUT_BASE_URL) is refused: \(problem).",
            hint: "Use https://app.finout.io; plain http is for this machine only.")
    }

    private static func split(_ text: String) -> (scheme: String, host: String, hasUser: Bool)? {
        let pieces = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard pieces.count >= 3, pieces[0].hasSuffix(":"), pieces[1].isEmpty else { return nil }
        let authority = pieces[2]
        let hasUser = authority.contains("@")
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let host: Substring
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            host = place[place.index(after: place.startIndex)..<end]
        } else {
            host = place.prefix { $0 != ":" }
        }
        return (pieces[0].dropLast().lowercased(), host.lowercased(), hasUser)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}

/// Text as one segment of a path or one value of a query: everything but RFC 3986's unreserved is escaped.
package enum PercentEncoding {
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
