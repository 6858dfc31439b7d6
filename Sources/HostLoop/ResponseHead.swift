/// The status line and the fields of a response, read line by line as they arrive.
package struct ResponseHead {
    /// All status lines and fields of one response together. Larger than any real one, smaller than libcurl's own 300 KB.
    package static let maximumBytes = 128 << 10

    package enum Line {
        case accepted
        /// The blank line behind the fields of a final response.
        case complete
        case tooLarge
    }

    package private(set) var status = 0
    private(set) var version = ""
    /// All of a final answer's fields are there.
    package private(set) var isComplete = false
    package private(set) var headers = HTTPHeaders()
    private var byteCount = 0

    package init() {}

    /// No final answer was seen: an interim one at most.
    var isInterim: Bool { status < 200 }

    /// Nil unless the body's length in bytes was announced; a number beyond 64 bits, which libcurl ignores, is the largest.
    package var contentLength: Int? {
        guard let text = headers["Content-Length"], !text.isEmpty else { return nil }
        return Int(text) ?? (text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int.max : nil)
    }

    var isCompressed: Bool {
        guard let encoding = headers["Content-Encoding"] else { return false }
        return !HTTPHeaders.isSame(encoding, "identity")
    }

    package mutating func read(_ line: UnsafeRawBufferPointer) -> Line {
        byteCount += line.count
        guard byteCount <= Self.maximumBytes else { return .tooLarge }
        let text = String(decoding: line.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        if text.isEmpty {
            isComplete = !isInterim
            return isComplete ? .complete : .accepted
        }
        // Lines behind the body are trailers; they must not replace a field.
        if isComplete { return .accepted }
        if text.hasPrefix("HTTP/"), isInterim {
            let parts = text.dropFirst(5).split(separator: " ", maxSplits: 2)
            version = parts.first.map(String.init) ?? ""
            status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            headers = HTTPHeaders()
        } else if let first = text.first, first == " " || first == "\t", !headers.pairs.isEmpty {
            headers.pairs[headers.pairs.count - 1].value += " " + Self.trimmed(text[...])
        } else if let colon = text.firstIndex(of: ":") {
            headers.pairs.append(
                (name: String(text[..<colon]), value: Self.trimmed(text[text.index(after: colon)...])))
        }
        return .accepted
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
