/// One spelling of a secret without its escapes: the bytes to look for, in which any may stand escaped.
struct SecretForm: Sendable {
    /// How bytes of the text are compared.
    enum Alphabet: Int, CaseIterable, Sendable {
        case exact
        /// `-` is `+` and `_` is `/`; line breaks count for nothing.
        case base64
        /// In any case.
        case hexadecimal
    }

    /// The secret's place in the scrubber's list.
    let secret: Int
    let alphabet: Alphabet
    /// Folded by the alphabet.
    let bytes: [UInt8]
    /// At the first byte of each character that is not ASCII: its code point; elsewhere 0.
    let scalars: [UInt32]
    /// So many bytes of it are as good as all: a key that a message cuts short is still most of a key.
    let needed: Int

    /// Bytes of a long secret that count as the whole. A UUID has 36 characters.
    static let enough = 24

    private init(_ secret: Int, _ alphabet: Alphabet, _ bytes: [UInt8], scalars: [UInt32]? = nil, needed: Int) {
        self.secret = secret
        self.alphabet = alphabet
        self.bytes = bytes.map { Self.fold($0, alphabet) }
        self.scalars = scalars ?? Array(repeating: 0, count: bytes.count)
        self.needed = min(needed, bytes.count)
    }

    /// Every form of a secret: itself, its hexadecimal digits, and what base64 makes of it at each of the three places
    /// where it can begin in a longer text.
    static func all(of value: String, secret: Int) -> [SecretForm] {
        var scalars: [UInt32] = []
        for scalar in value.unicodeScalars {
            let length = UTF8.width(scalar)
            scalars.append(length > 1 ? scalar.value : 0)
            scalars += Array(repeating: 0, count: length - 1)
        }
        let bytes = Array(value.utf8)
        var forms = [
            SecretForm(secret, .exact, bytes, scalars: scalars, needed: enough),
            SecretForm(secret, .hexadecimal, bytes.flatMap(hexadecimal), needed: 2 * enough),
        ]
        for offset in 0..<3 {
            forms.append(SecretForm(secret, .base64, base64(bytes, offset: offset), needed: enough * 4 / 3))
        }
        return forms
    }

    static func fold(_ byte: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch (alphabet, byte) {
        case (.base64, UInt8(ascii: "-")): UInt8(ascii: "+")
        case (.base64, UInt8(ascii: "_")): UInt8(ascii: "/")
        case (.hexadecimal, UInt8(ascii: "A")...UInt8(ascii: "F")): byte | 0x20
        default: byte
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// The characters that `bytes` alone decide, where they begin `offset` bytes into a group of three: those that share
    /// bits with what stands before and after differ from text to text.
    private static func base64(_ bytes: [UInt8], offset: Int) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let padded = Array(repeating: 0, count: offset) + bytes
        let first = (offset * 8 + 5) / 6
        let end = padded.count * 8 / 6
        return (first..<end).map { index in
            let bit = index * 6
            let low = bit / 8 + 1 < padded.count ? UInt16(padded[bit / 8 + 1]) : 0
            let pair = UInt16(padded[bit / 8]) << 8 | low
            return alphabet[Int(pair >> UInt16(10 - bit % 8) & 63)]
        }
    }
}
