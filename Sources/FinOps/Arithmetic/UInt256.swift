/// What the magnitude of a `Decimal` is made of.
package struct UInt256: Hashable, Comparable, Sendable {
    var high: UInt128
    var low: UInt128

    static let zero = UInt256(high: 0, low: 0)

    package init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    package init(_ value: some UnsignedInteger & FixedWidthInteger) {
        self.init(high: 0, low: UInt128(value))
    }

    /// 10 to the powers 0 … 77; the next would not fit.
    package static let powersOfTen: [UInt256] = {
        var powers = [UInt256(high: 0, low: 1)]
        while let next = powers[powers.count - 1].multiplied(by: 10) { powers.append(next) }
        return powers
    }()

    /// 10 to the powers 0 … 19; the next would not fit.
    static let shortPowersOfTen: [UInt64] = (0...19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

    package static func < (left: UInt256, right: UInt256) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    /// The sum; nil if it does not fit.
    func adding(_ other: UInt256) -> UInt256? {
        let (low, carry) = low.addingReportingOverflow(other.low)
        let (half, first) = high.addingReportingOverflow(other.high)
        let (high, second) = half.addingReportingOverflow(carry ? 1 : 0)
        return first || second ? nil : UInt256(high: high, low: low)
    }

    /// The product; nil if it does not fit.
    func multiplied(by factor: UInt64) -> UInt256? {
        let (carry, low) = low.multipliedFullWidth(by: UInt128(factor))
        let (product, first) = high.multipliedReportingOverflow(by: UInt128(factor))
        let (high, second) = product.addingReportingOverflow(carry)
        return first || second ? nil : UInt256(high: high, low: low)
    }

    /// The product with 10 to a power; nil if it does not fit.
    func multiplied(byPowerOfTen exponent: Int) -> UInt256? {
        var result = self
        var rest = exponent
        while rest > 0 {
            guard let next = result.multiplied(by: Self.shortPowersOfTen[min(rest, 19)]) else { return nil }
            result = next
            rest -= 19
        }
        return result
    }

    /// The whole quotient and the remainder.
    func divided(by divisor: UInt64) -> (quotient: UInt256, remainder: UInt64) {
        let mask = UInt128(UInt64.max)
        let (first, rest1) = divisor.dividingFullWidth((0, UInt64(high >> 64)))
        let (second, rest2) = divisor.dividingFullWidth((rest1, UInt64(high & mask)))
        let (third, rest3) = divisor.dividingFullWidth((rest2, UInt64(low >> 64)))
        let (fourth, rest4) = divisor.dividingFullWidth((rest3, UInt64(low & mask)))
        return (
            UInt256(high: UInt128(first) << 64 | UInt128(second), low: UInt128(third) << 64 | UInt128(fourth)), rest4
        )
    }

    /// The whole quotient by 10 to a power of at least 0, the first digit cut off, and whether any digit after that is
    /// not zero.
    func divided(byPowerOfTen exponent: Int) -> (quotient: UInt256, digit: UInt64, hasMore: Bool) {
        guard exponent > 0 else { return (self, 0, false) }
        var result = self
        var rest = exponent - 1
        var hasMore = false
        while rest > 0 {
            let (quotient, remainder) = result.divided(by: Self.shortPowersOfTen[min(rest, 19)])
            result = quotient
            hasMore = hasMore || remainder != 0
            rest -= 19
        }
        let (quotient, digit) = result.divided(by: 10)
        return (quotient, digit, hasMore)
    }
}
