extension Decimal: CustomStringConvertible {
    /// A decimal: `-12.5`, `.5`, `3e-7`. Fails with `notANumber`, `overflow` beyond 5.789e30, and `inexact` where a digit
    /// stands after the 46th place.
    public init(_ text: some StringProtocol) throws(FinOpsError) {
        var reader = DecimalReader()
        for byte in text.utf8 where !reader.accept(byte) { throw Self.malformed(text) }
        guard reader.isComplete else { throw Self.malformed(text) }
        guard reader.significand != .zero else {
            self = .zero
            return
        }
        let shift = reader.exponent + Self.places
        guard !reader.isTooLong, shift <= Self.places + 30 else { throw Self.tooLarge(text) }
        var units = reader.significand
        if shift < 0 {
            let (quotient, digit, hasMore) = units.divided(byPowerOfTen: min(-shift, 78))
            guard digit == 0, !hasMore else {
                throw FinOpsError(
                    .inexact, "\(text) has digits after the 46th place: no amount of money is that small.")
            }
            units = quotient
        } else {
            guard let product = units.multiplied(byPowerOfTen: shift) else { throw Self.tooLarge(text) }
            units = product
        }
        guard let value = try? Decimal(isNegative: reader.isNegative, units) else { throw Self.tooLarge(text) }
        self = value
    }

    private static func malformed(_ text: some StringProtocol) -> FinOpsError {
        FinOpsError(.notANumber, "'\(text)' is no decimal: digits with at most one point are needed, such as -12.5.")
    }

    private static func tooLarge(_ text: some StringProtocol) -> FinOpsError {
        FinOpsError(.overflow, "\(text) is no amount: it is beyond 5.789e30.")
    }

    /// All its digits and no more, without an exponent: `-12.5`, `0.00000001`, `3`.
    public var description: String {
        let (whole, fraction) = digits(places: Self.places)
        guard let last = fraction.lastIndex(where: { $0 != UInt8(ascii: "0") }) else {
            return Self.text(isNegative, whole, [])
        }
        return Self.text(isNegative, whole, fraction[...last])
    }

    /// With exactly `scale` digits (0 … 46) after the point, and `separator` between groups of three before it:
    /// `1,234.50`. Fails with `overflow` and `invalid`.
    public func formatted(
        scale: Int, rounding: Rounding = .halfEven, separator: String = ""
    ) throws(FinOpsError) -> String {
        let rounded = try rounded(to: scale, rounding)
        let (whole, fraction) = rounded.digits(places: scale)
        let text = Self.text(rounded.isNegative, whole, fraction[...])
        guard !separator.isEmpty, whole.count > 3 else { return text }
        var grouped = rounded.isNegative ? "-" : ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += separator }
            grouped.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return grouped + text.utf8.dropFirst((rounded.isNegative ? 1 : 0) + whole.count).text
    }

    /// The digits before the point, at least one, and `places` after it; what stands behind is cut off.
    private func digits(places: Int) -> (whole: [UInt8], fraction: [UInt8]) {
        var rest = units.divided(byPowerOfTen: Self.places - places).quotient
        var digits: [UInt8] = []
        while rest != .zero || digits.count <= places {
            var group: UInt64
            (rest, group) = rest.divided(by: UInt256.shortPowersOfTen[19])
            var count = 0
            while group != 0 || count < 19 && (rest != .zero || digits.count <= places) {
                digits.append(UInt8(ascii: "0") + UInt8(group % 10))
                group /= 10
                count += 1
            }
        }
        while digits.count > places + 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits[places...].reversed(), digits[..<places].reversed())
    }

    private static func text(_ isNegative: Bool, _ whole: [UInt8], _ fraction: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        bytes += whole
        if !fraction.isEmpty { bytes += [UInt8(ascii: ".")] + fraction }
        return bytes.text
    }
}

extension Sequence<UInt8> {
    fileprivate var text: String { String(decoding: Array(self), as: UTF8.self) }
}
