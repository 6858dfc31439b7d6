/// Changes inputs at random, the same way at every run.
package struct Mutator {
    /// Bytes of a changed input; long enough to show time that grows with the square.
    private static let longest = 1 << 16

    private var random: SplitMix
    private let words: [[UInt8]]

    package init(seed: UInt64, words: [String]) {
        random = SplitMix(seed: seed)
        self.words = words.map { Array($0.utf8) }
    }

    /// `bytes` after one to four changes; `other` is an input to take pieces from.
    package mutating func changed(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0...random.below(4) { change(&result, other) }
        return Array(result.prefix(Self.longest))
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let place = random.below(bytes.count + 1)
        switch random.below(24) {
        case 0...4: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        case 5...7: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
        case 8...10: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
        case 11...12: bytes.insert(random.pick(Array("\0 \t\r\n\"'\\/,;:=-+.0123456789eE%[]{}()".utf8)), at: place)
        case 13...16: if !words.isEmpty { bytes.insert(contentsOf: random.pick(words), at: place) }
        case 17: bytes.removeSubrange(place...)
        case 18...19:
            let start = random.below(other.count + 1)
            bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(64))], at: place)
        case 20...21:
            let numbers = [
                "0", "-1", "9223372036854775808", "1e308", "1e-320", "NaN", "999999999999999999999", "1e999",
            ]
            bytes.insert(contentsOf: random.pick(numbers).utf8, at: place)
        case 22: bytes.insert(contentsOf: random.pick(["\u{FEFF}", "é", "\u{202E}", "👩‍👩‍👧", "\u{2028}"]).utf8, at: place)
        default:
            // A piece many times over: hardly ever many, for the suite's time.
            let piece = Array(bytes[place..<min(bytes.count, place + 1 + random.below(8))])
            let count = random.chance(4) ? Self.longest / max(1, piece.count) : random.below(40)
            for _ in 0..<count where bytes.count < Self.longest { bytes.insert(contentsOf: piece, at: place) }
        }
    }
}
