import CRowDecoder

extension String {
    init(_ text: rd_text) {
        self.init(decoding: UnsafeRawBufferPointer(start: text.text, count: text.count), as: UTF8.self)
    }

    init?(optional text: rd_text) {
        guard text.text != nil else { return nil }
        self.init(text)
    }
}

/// Lends the texts to `body`; a nil text has a null pointer.
func withTexts<R>(_ texts: [String?], _ body: ([rd_text]) -> R) -> R {
    var bytes: [CChar] = []
    var ranges: [Range<Int>?] = []
    for text in texts {
        let start = bytes.count
        if let text { bytes.append(contentsOf: text.utf8.lazy.map(CChar.init(bitPattern:))) }
        ranges.append(text.map { _ in start..<bytes.count })
    }
    bytes.append(0)
    return bytes.withUnsafeBufferPointer { bytes in
        body(
            ranges.map { range in
                range.map { rd_text(text: bytes.baseAddress! + $0.lowerBound, count: $0.count) } ?? rd_text()
            })
    }
}
