/// Bytes as every reader may take them: each as it stands, and as what an escape that begins there comes to.
///
/// Escapes are those of URLs (`%41`), of JSON, Lua, C and shells (`\u0041`, `\x41`, `\065`, `\"`), and of HTML (`&#65;`,
/// `&#x41;`, `&quot;`). They nest: what makes up an escape may itself stand escaped, `depth` times.
struct EscapedText {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Something was left undecided because the text ended.
    var reachedEnd = false
    /// What was found at the places read last, by place and depth: escapes that stand close are read many times over.
    private var memory: [Reading] = []

    private struct Reading {
        var place = -1
        var characters: [Character] = []
        var reachedEnd = false
    }

    /// JSON in an address in JSON; or an address in an address in HTML.
    static let depth = 3
    /// Places remembered: more than an escape of that depth takes, but for the longest.
    private static let window = 64

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// One way to read the text at some place.
    struct Character: Equatable {
        /// A byte, or a code point.
        let value: UInt32
        /// Above 127: whether it is a code point and not a byte of one.
        var isScalar = false
        /// Where the next one begins.
        let end: Int
    }

    /// Whether an escape may begin with this byte.
    @inline(__always)
    static func isIntroducer(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "&")
    }

    /// Every way to read the text at `place`; none beyond its end.
    mutating func characters(at place: Int, depth: Int = Self.depth) -> [Character] {
        guard place < bytes.count else {
            reachedEnd = true
            return []
        }
        let byte = bytes[place]
        guard depth > 0, Self.isIntroducer(byte) else { return [Character(value: UInt32(byte), end: place + 1)] }
        if memory.isEmpty { memory = Array(repeating: Reading(), count: Self.window * Self.depth) }
        let slot = place % Self.window * Self.depth + depth - 1
        if memory[slot].place != place {
            let reachedBefore = reachedEnd
            reachedEnd = false
            let found = escapes(at: place, depth)
            memory[slot] = Reading(place: place, characters: found, reachedEnd: reachedEnd)
            reachedEnd = reachedBefore
        }
        if memory[slot].reachedEnd { reachedEnd = true }
        return memory[slot].characters
    }

    /// The byte itself, and every escape that begins with it.
    private mutating func escapes(at place: Int, _ depth: Int) -> [Character] {
        let plain = characters(at: place, depth: depth - 1)
        var found = plain
        /// Runs of escapes can be read in many ways that come to the same.
        func add(_ characters: [Character]) {
            for character in characters where !found.contains(character) { found.append(character) }
        }
        for introducer in plain {
            switch introducer.value {
            case UInt32(UInt8(ascii: "%")):
                add(
                    numbers(at: introducer.end, depth - 1, radix: 16, digits: 2...2).map {
                        Character(value: $0.value, end: $0.end)
                    })
            case UInt32(UInt8(ascii: "\\")): add(backslash(at: introducer.end, depth - 1))
            case UInt32(UInt8(ascii: "&")): add(entity(at: introducer.end, depth - 1))
            default: break
            }
        }
        return found
    }

    /// What a backslash and the text behind it come to.
    private mutating func backslash(at place: Int, _ depth: Int) -> [Character] {
        var found: [Character] = []
        for character in characters(at: place, depth: depth) where character.value < 0x80 {
            let byte = UInt8(character.value)
            switch byte {
            case UInt8(ascii: "u"): found += units(at: character.end, depth)
            case UInt8(ascii: "U"):
                found += scalars(numbers(at: character.end, depth, radix: 16, digits: 8...8))
            case UInt8(ascii: "x"):
                for number in numbers(at: character.end, depth, radix: 16, digits: 2...2) {
                    found.append(Character(value: number.value, end: number.end))
                }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                // Lua's are decimal, C's octal.
                let decimal = numbers(at: place, depth, radix: 10, digits: 1...3)
                for number in decimal + numbers(at: place, depth, radix: 8, digits: 3...3) where number.value < 256 {
                    found.append(Character(value: number.value, end: number.end))
                }
            default:
                guard let value = Self.letters[byte] ?? (Self.isLetter(byte) ? nil : byte) else { continue }
                found.append(Character(value: UInt32(value), end: character.end))
            }
        }
        return found
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
        UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "e"): 27,
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    /// What stands behind `\u`: four digits, two such units for a code point beyond 16 bits, or digits in braces.
    private mutating func units(at place: Int, _ depth: Int) -> [Character] {
        var found: [Character] = []
        for unit in numbers(at: place, depth, radix: 16, digits: 4...4) {
            guard (0xD800..<0xDC00).contains(unit.value) else {
                found += scalars([unit])
                continue
            }
            for slash in characters(at: unit.end, depth: depth) where slash.value == UInt32(UInt8(ascii: "\\")) {
                for letter in characters(at: slash.end, depth: depth) where letter.value == UInt32(UInt8(ascii: "u")) {
                    for low in numbers(at: letter.end, depth, radix: 16, digits: 4...4)
                    where (0xDC00..<0xE000).contains(low.value) {
                        let value = 0x10000 + (unit.value - 0xD800) << 10 + (low.value - 0xDC00)
                        found.append(Character(value: value, isScalar: true, end: low.end))
                    }
                }
            }
        }
        for brace in characters(at: place, depth: depth) where brace.value == UInt32(UInt8(ascii: "{")) {
            let inside = numbers(at: brace.end, depth, radix: 16, digits: 1...8)
            found += scalars(closed(inside, by: UInt8(ascii: "}"), depth))
        }
        return found
    }

    /// What stands behind `&`: a number, or a name.
    private mutating func entity(at place: Int, _ depth: Int) -> [Character] {
        var found: [Character] = []
        for character in characters(at: place, depth: depth) {
            if character.value == UInt32(UInt8(ascii: "#")) {
                var inside = numbers(at: character.end, depth, radix: 10, digits: 1...8)
                for letter in characters(at: character.end, depth: depth)
                where letter.value | 0x20 == UInt32(UInt8(ascii: "x")) {
                    inside += numbers(at: letter.end, depth, radix: 16, digits: 1...8)
                }
                found += scalars(closed(inside, by: UInt8(ascii: ";"), depth))
            } else if character.value < 0x80, Self.isLetter(UInt8(character.value)), let name = name(at: place, depth) {
                found.append(name)
            }
        }
        return found
    }

    private mutating func name(at place: Int, _ depth: Int) -> Character? {
        var letters = ""
        var place = place
        while letters.utf8.count <= 6 {
            guard let next = characters(at: place, depth: depth).last, next.value < 0x80 else { return nil }
            place = next.end
            if next.value == UInt32(UInt8(ascii: ";")) {
                return Self.names[letters].map { Character(value: UInt32($0), end: place) }
            }
            letters.unicodeScalars.append(Unicode.Scalar(UInt8(next.value)))
        }
        return nil
    }

    /// HTML's names of ASCII.
    private static let names: [String: UInt8] = [
        "Tab": 9, "NewLine": 10, "excl": 33, "quot": 34, "num": 35, "dollar": 36, "percnt": 37, "amp": 38, "apos": 39,
        "lpar": 40, "rpar": 41, "ast": 42, "plus": 43, "comma": 44, "period": 46, "sol": 47, "colon": 58, "semi": 59,
        "lt": 60, "equals": 61, "gt": 62, "quest": 63, "commat": 64, "lsqb": 91, "lbrack": 91, "bsol": 92,
        "rsqb": 93, "rbrack": 93, "Hat": 94, "lowbar": 95, "grave": 96, "lcub": 123, "lbrace": 123, "verbar": 124,
        "rcub": 125, "rbrace": 125,
    ]

    private struct Number {
        var value: UInt32
        var digits: Int
        var end: Int
    }

    /// Every number of so many digits at `place`.
    private mutating func numbers(
        at place: Int, _ depth: Int, radix: UInt32, digits: ClosedRange<Int>
    ) -> [Number] {
        var found: [Number] = []
        var open = [Number(value: 0, digits: 0, end: place)]
        while let number = open.popLast() {
            if digits.contains(number.digits) { found.append(number) }
            guard number.digits < digits.upperBound else { continue }
            for character in characters(at: number.end, depth: depth) {
                guard let digit = Self.digit(character.value), digit < radix else { continue }
                open.append(
                    Number(value: number.value &* radix &+ digit, digits: number.digits + 1, end: character.end))
            }
        }
        return found
    }

    private static func digit(_ value: UInt32) -> UInt32? {
        switch value {
        case 0x30...0x39: value - 0x30
        case 0x41...0x46: value - 0x41 + 10
        case 0x61...0x66: value - 0x61 + 10
        default: nil
        }
    }

    private mutating func closed(_ numbers: [Number], by end: UInt8, _ depth: Int) -> [Number] {
        var found: [Number] = []
        for number in numbers {
            for character in characters(at: number.end, depth: depth) where character.value == UInt32(end) {
                found.append(Number(value: number.value, digits: number.digits, end: character.end))
            }
        }
        return found
    }

    private func scalars(_ numbers: [Number]) -> [Character] {
        numbers.map { Character(value: $0.value, isScalar: $0.value >= 0x80, end: $0.end) }
    }
}
