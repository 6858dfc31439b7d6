/// Takes an input apart into choices, for targets whose input is no text.
struct InputReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isEmpty: Bool { bytes.isEmpty }

    /// The next byte, 0 at the end.
    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// 0 ..< bound, of at most 256.
    mutating func below(_ bound: Int) -> Int { Int(byte()) % bound }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Up to `most` bytes up to the next zero, as text.
    mutating func text(most: Int = 40) -> String {
        let piece = bytes.prefix(most).prefix { $0 != 0 }
        bytes = bytes.dropFirst(piece.count + 1)
        return String(decoding: piece, as: UTF8.self)
    }

    /// Eight bytes.
    mutating func word() -> UInt64 { (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) } }

    /// Numbers as they come, and those where something changes.
    mutating func integer() -> Int64 {
        switch below(8) {
        case 0: Int64(truncatingIfNeeded: word())
        case 1: pick([Int64.min, .max, -1, 0, 1, 100_001, 86_400_000, 253_402_300_799_999])
        default: Int64(byte())
        }
    }
}
