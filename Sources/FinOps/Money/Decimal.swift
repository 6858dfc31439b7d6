/// An exact amount: a whole number of 10^-46 between ±5.789e30.
///
/// Any double of that range from 1e-30 on has a place here with all its 17 digits, so sums, differences and comparisons
/// need no rounding and no alignment. What would leave the range is an error, never a wrap or a loss.
public struct Decimal: Hashable, Sendable {
    /// Digits after the point that are kept.
    public static let places = 46

    /// Nothing.
    public static let zero = Decimal(high: 0, low: 0)

    /// Two's complement, in units of 10^-46. The smallest value, which has no opposite, does not occur.
    let high: Int128
    let low: UInt128

    /// One that the caller knows to be in range.
    init(high: Int128, low: UInt128) {
        self.high = high
        self.low = low
    }

    /// A number of units of 10^-46. Fails with `overflow`.
    init(isNegative: Bool, _ magnitude: UInt256) throws(FinOpsError) {
        guard magnitude.high >> 127 == 0 else { throw Self.overflow }
        let positive = Decimal(high: Int128(magnitude.high), low: magnitude.low)
        self = isNegative ? -positive : positive
    }

    /// A whole number.
    public init(_ value: Int) {
        guard let magnitude = UInt256.powersOfTen[Self.places].multiplied(by: UInt64(value.magnitude)) else {
            preconditionFailure("19 digits and 46 fit into 77")
        }
        let positive = Decimal(high: Int128(magnitude.high), low: magnitude.low)
        self = value < 0 ? -positive : positive
    }

    /// Whether it is below zero.
    public var isNegative: Bool { high < 0 }

    /// Whether it is zero.
    public var isZero: Bool { high == 0 && low == 0 }

    /// Its distance from zero.
    public var magnitude: Decimal { isNegative ? -self : self }

    /// In units of 10^-46.
    var units: UInt256 {
        let positive = magnitude
        return UInt256(high: UInt128(truncatingIfNeeded: positive.high), low: positive.low)
    }

    /// In units of 10^-46.
    var bigUnits: BigInteger { BigInteger(isNegative: isNegative, units) }

    static let overflow = FinOpsError(
        .overflow, "A result is beyond 5.789e30: no amount of money is that large.")

    /// The same amount the other way.
    public static prefix func - (value: Decimal) -> Decimal {
        let (low, carry) = (~value.low).addingReportingOverflow(1)
        return Decimal(high: ~value.high &+ (carry ? 1 : 0), low: low)
    }

    /// The exact sum. Fails with `overflow`.
    public static func + (left: Decimal, right: Decimal) throws(FinOpsError) -> Decimal {
        var sum = DecimalSum()
        sum.add(left)
        sum.add(right)
        return try sum.total()
    }

    /// The exact difference. Fails with `overflow`.
    public static func - (left: Decimal, right: Decimal) throws(FinOpsError) -> Decimal { try left + -right }
}

extension Decimal: Comparable {
    /// Whether one is less than the other, exactly.
    public static func < (left: Decimal, right: Decimal) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension Decimal: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }
}
