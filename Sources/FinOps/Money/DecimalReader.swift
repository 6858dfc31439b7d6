/// Reads a decimal byte by byte.
struct DecimalReader {
    private enum Place { case sign, whole, fraction, exponentSign, exponent }

    private(set) var isNegative = false
    /// Without the zeros that only move the point.
    private(set) var significand = UInt256.zero
    /// Whether there are more digits than fit.
    private(set) var isTooLong = false
    private var place = Place.sign
    private var hasDigit = false
    private var hasExponentDigit = false
    private var fractionDigits = 0
    /// Zeros that count only if another digit follows.
    private var pendingZeros = 0
    private var isExponentNegative = false
    private var writtenExponent = 0

    /// What power of ten the significand is multiplied with.
    var exponent: Int { (isExponentNegative ? -writtenExponent : writtenExponent) - fractionDigits + pendingZeros }

    /// Whether the bytes so far are a decimal.
    var isComplete: Bool { hasDigit && (place != .exponentSign && place != .exponent || hasExponentDigit) }

    /// Whether the byte can stand here.
    mutating func accept(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): acceptDigit(UInt64(byte - UInt8(ascii: "0")))
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            let isMinus = byte == UInt8(ascii: "-")
            switch place {
            case .sign: (isNegative, place) = (isMinus, .whole)
            case .exponentSign: (isExponentNegative, place) = (isMinus, .exponent)
            default: return false
            }
        case UInt8(ascii: "."):
            guard place == .sign || place == .whole else { return false }
            place = .fraction
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard hasDigit, place == .sign || place == .whole || place == .fraction else { return false }
            place = .exponentSign
        default: return false
        }
        return true
    }

    private mutating func acceptDigit(_ digit: UInt64) {
        switch place {
        case .exponentSign, .exponent:
            place = .exponent
            hasExponentDigit = true
            // Far beyond any place that counts.
            if writtenExponent < 1_000_000 { writtenExponent = writtenExponent * 10 + Int(digit) }
        case .sign, .whole, .fraction:
            if place == .sign { place = .whole }
            hasDigit = true
            if place == .fraction { fractionDigits += 1 }
            if digit == 0 {
                if significand != .zero { pendingZeros += 1 }
                return
            }
            append(digit)
        }
    }

    private mutating func append(_ digit: UInt64) {
        guard !isTooLong, let product = significand.multiplied(byPowerOfTen: pendingZeros + 1),
            let sum = product.adding(UInt256(digit))
        else {
            isTooLong = true
            return
        }
        significand = sum
        pendingZeros = 0
    }
}
