/// A request as it came over the wire.
struct ServiceRequest: Sendable {
    var method: String
    /// Path and query, nothing decoded.
    var target: String
    var clientID: String?
    var secretKey: String?
    var body: [UInt8] = []
    var isTooLarge = false

    /// The segments of the path, decoded one by one so that an encoded slash stays in its segment; nil when an
    /// encoding is broken.
    var path: [String]? {
        let path = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        var segments: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let text = percentDecoded(segment) else { return nil }
            segments.append(text)
        }
        return segments
    }

    /// The first value of a query parameter.
    func parameter(_ name: String) -> String? {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        for pair in parts[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if percentDecoded(sides[0]) == name { return sides.count == 2 ? percentDecoded(sides[1]) : "" }
        }
        return nil
    }
}

/// The text of a percent-encoded one; nil when the encoding is broken or no UTF-8.
private func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(code)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}

/// An answer and how it is sent.
struct Reply: Sendable {
    enum Delivery: Sendable {
        case whole
        /// No answer: the connection is reset.
        case reset
        /// Half of the body, then the connection is closed.
        case brokenOff
        /// The whole body, announced as half of it.
        case surplus
        /// The whole answer, 20 ms later.
        case late
        /// The body in small pieces.
        case drip
        /// The body byte by byte.
        case bytes
        /// Nothing, until the client gives up.
        case mute
        /// Half of the body, then nothing.
        case stall
    }

    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
    var delivery = Delivery.whole
}
