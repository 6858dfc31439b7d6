/// The forms of all secrets, compiled for one pass over a text.
///
/// A place is looked at closely only if the two bytes there may begin a form, which few do: the pass goes at the speed of
/// a table look-up for each byte.
struct SecretSearch: Sendable {
    /// Where a secret stands.
    struct Match {
        let secret: Int
        let start: Int
        var end: Int
        /// The text ended before this was decided.
        var isOpen = false
    }

    private let forms: [SecretForm]
    /// One bit for each pair of bytes, the first in the low eight: whether a form may begin so.
    private let pairs: [UInt64]
    /// Forms by the byte they may begin with, as it stands in a text.
    private let starts: [[Int]]
    /// Forms that begin with a character that is not ASCII.
    private let wideStarts: [Int]
    private let folds: [[UInt8]]

    init(_ forms: [SecretForm]) {
        self.forms = forms
        let folds = SecretForm.Alphabet.allCases.map { alphabet in (0...255).map { SecretForm.fold($0, alphabet) } }
        var pairs = [UInt64](repeating: 0, count: 1024)
        var starts = [[Int]](repeating: [], count: 256)
        for (index, form) in forms.enumerated() {
            let fold = folds[form.alphabet.rawValue]
            let first = Self.spellings(of: form.bytes[0], fold)
            var second = Self.spellings(of: form.bytes[1], fold) + Self.introducers
            if form.alphabet == .base64 { second += [10, 13] }
            for one in first {
                starts[Int(one)].append(index)
                for two in second { Self.mark(one, two, &pairs) }
            }
        }
        for one in Self.introducers { for two in 0...255 { Self.mark(one, UInt8(two), &pairs) } }
        self.folds = folds
        self.pairs = pairs
        self.starts = starts
        wideStarts = forms.indices.filter { forms[$0].scalars[0] > 0 }
    }

    private static let introducers = Array("%\\&".utf8)

    private static func mark(_ one: UInt8, _ two: UInt8, _ pairs: inout [UInt64]) {
        let pair = Int(one) | Int(two) << 8
        pairs[pair >> 6] |= 1 << UInt64(pair & 63)
    }

    private static func spellings(of byte: UInt8, _ fold: [UInt8]) -> [UInt8] {
        (0...255).filter { fold[$0] == byte }.map { UInt8($0) } + (byte == 0x20 ? [UInt8(ascii: "+")] : [])
    }

    /// The first place from `place` on where a secret stands; unless the text `isWhole`, also one where it is not decided.
    func first(in bytes: UnsafeBufferPointer<UInt8>, from place: Int, isWhole: Bool = true) -> Match? {
        guard place < bytes.count else { return nil }
        var text = EscapedText(bytes)
        return pairs.withUnsafeBufferPointer { pairs in
            var place = place
            while place + 1 < bytes.count {
                let pair = Int(bytes[place]) | Int(bytes[place + 1]) << 8
                if pairs[pair >> 6] >> UInt64(pair & 63) & 1 == 1, let match = match(in: &text, at: place, isWhole) {
                    return match
                }
                place += 1
            }
            // One byte that a form may begin with.
            let last = bytes[place]
            guard !isWhole, !starts[Int(last)].isEmpty || EscapedText.isIntroducer(last) else { return nil }
            return Match(secret: 0, start: place, end: place, isOpen: true)
        }
    }

    private func match(in text: inout EscapedText, at place: Int, _ isWhole: Bool) -> Match? {
        text.reachedEnd = false
        var best: Match?
        func look(_ index: Int, _ matched: Int, _ next: Int) {
            if let end = end(of: forms[index], in: &text, matched: matched, at: next), end > best?.end ?? place {
                best = Match(secret: forms[index].secret, start: place, end: end)
            }
        }
        let byte = text.bytes[place]
        if !EscapedText.isIntroducer(byte) {
            for index in starts[Int(byte)] { look(index, 0, place) }
        } else if !starts[Int(byte)].isEmpty || !isHarmless(text.bytes, at: place) {
            for character in text.characters(at: place) {
                for index in character.isScalar ? wideStarts : character.value < 256 ? starts[Int(character.value)] : []
                {
                    let form = forms[index]
                    if let next = step(form, 0, character, folds[form.alphabet.rawValue]) {
                        look(index, next, character.end)
                    }
                }
            }
        }
        if !isWhole, text.reachedEnd { return Match(secret: 0, start: place, end: place, isOpen: true) }
        return best
    }

    /// Whether the escape at `place` is one of the usual and surely no beginning of a form: JSON is full of them.
    private func isHarmless(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        let next = bytes[place + 1]
        guard !EscapedText.isIntroducer(next) else {
            // Of so many backslashes none but a backslash is made.
            let end = place + 1 << EscapedText.depth
            return next == UInt8(ascii: "\\") && end <= bytes.count && bytes[place..<end].allSatisfy { $0 == next }
        }
        switch bytes[place] {
        case UInt8(ascii: "\\"):
            switch next {
            case UInt8(ascii: "\""), UInt8(ascii: "/"): return starts[Int(next)].isEmpty
            case UInt8(ascii: "n"): return starts[10].isEmpty
            case UInt8(ascii: "u"):
                guard place + 5 < bytes.count else { return false }
                var value = 0
                for digit in bytes[(place + 2)...(place + 5)] {
                    guard let digit = Self.digit(digit) else { return false }
                    value = value << 4 | digit
                }
                guard value < 0x80 else { return wideStarts.isEmpty }
                return !EscapedText.isIntroducer(UInt8(value)) && starts[value].isEmpty
            default: return false
            }
        case UInt8(ascii: "%"):
            guard let high = Self.digit(next) else { return true }
            guard place + 2 < bytes.count, let low = Self.digit(bytes[place + 2]) else { return false }
            let value = high << 4 | low
            return !EscapedText.isIntroducer(UInt8(value)) && starts[value].isEmpty
        default:
            // The name of an entity is of letters and ends in a semicolon: R&D is none.
            var place = place + 1
            while place < bytes.count, (bytes[place] | 0x20) >= 0x61, (bytes[place] | 0x20) <= 0x7A { place += 1 }
            guard place < bytes.count else { return false }
            let end = bytes[place]
            return ![UInt8(ascii: ";"), UInt8(ascii: "#")].contains(end) && !EscapedText.isIntroducer(end)
        }
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }

    /// Where the form ends, of which `matched` bytes stand before `start`; nil if it is not there.
    private func end(of form: SecretForm, in text: inout EscapedText, matched: Int, at start: Int) -> Int? {
        let fold = folds[form.alphabet.rawValue]
        var best: Int?
        var open = [(matched: matched, place: start)]
        var seen: Set<Int> = []
        while let (from, at) = open.popLast() {
            var (matched, place) = (from, at)
            while true {
                if matched >= form.needed { best = max(best ?? 0, place) }
                if matched == form.bytes.count { break }
                guard place < text.bytes.count else {
                    text.reachedEnd = true
                    break
                }
                let byte = text.bytes[place]
                if EscapedText.isIntroducer(byte) {
                    // Each place is read once for each number of bytes matched before it.
                    guard seen.insert(place << 16 | matched & 0xFFFF).inserted else { break }
                    for character in text.characters(at: place) {
                        if let next = step(form, matched, character, fold) { open.append((next, character.end)) }
                    }
                    break
                }
                guard let next = step(form, matched, .init(value: UInt32(byte), end: place + 1), fold) else { break }
                (matched, place) = (next, place + 1)
            }
        }
        return best
    }

    /// The number of bytes matched once `character` is taken too; nil if it does not belong there.
    @inline(__always)
    private func step(
        _ form: SecretForm, _ matched: Int, _ character: EscapedText.Character, _ fold: [UInt8]
    ) -> Int? {
        let wanted = form.bytes[matched]
        if character.isScalar {
            return form.scalars[matched] == character.value
                ? matched + UTF8.width(Unicode.Scalar(character.value) ?? "?") : nil
        }
        guard character.value < 256 else { return nil }
        if fold[Int(character.value)] == wanted { return matched + 1 }
        switch form.alphabet {
        case .exact: return wanted == 0x20 && character.value == UInt32(UInt8(ascii: "+")) ? matched + 1 : nil
        case .base64: return matched > 0 && (character.value == 10 || character.value == 13) ? matched : nil
        case .hexadecimal: return nil
        }
    }
}
