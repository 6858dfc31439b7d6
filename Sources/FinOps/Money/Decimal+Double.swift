extension Decimal {
    /// The decimal that a double is printed as: the shortest that reads back to the same double.
    ///
    /// Fails with `notANumber` for NaN and infinities, `overflow` beyond 5.789e30, and `inexact` where digits would stand
    /// after the 46th place (below 1e-30).
    public init(_ value: Double) throws(FinOpsError) {
        guard value.isFinite else {
            throw FinOpsError(.notANumber, "\(value) is no amount: a finite number is needed.")
        }
        if let short = Self.short(value) { self = short } else { self = try Decimal("\(value)") }
    }

    /// The decimal of at most 15 digits that reads back to a double; nil if there is none, or only a very small or large
    /// one.
    ///
    /// Two decimals of 15 digits never share a double, so the one found is the shortest. Its digits come out of one
    /// rounded product (10^22 is the last exact power of ten in a double, and two roundings move a number below 10^15 by
    /// less than a half), and a correctly rounded quotient proves them.
    private static func short(_ value: Double) -> Decimal? {
        let magnitude = value.magnitude
        guard magnitude >= 1e-7, magnitude < 1e15 else { return magnitude == 0 ? .zero : nil }
        // log10(2) is 0.30103; the estimate is exact or one too small.
        var places = 14 - Int((Double(magnitude.exponent) * 0.30103).rounded(.down))
        if places > 22 { places = 22 }
        var product = magnitude * exactPowersOfTen[places]
        if product >= 1e15, places > 0 {
            places -= 1
            product = magnitude * exactPowersOfTen[places]
        }
        let digits = product.rounded()
        guard digits < 1e15, digits / exactPowersOfTen[places] == magnitude else { return nil }
        guard let units = UInt256.powersOfTen[Self.places - places].multiplied(by: UInt64(digits)) else { return nil }
        let positive = Decimal(high: Int128(truncatingIfNeeded: units.high), low: units.low)
        return value < 0 ? -positive : positive
    }

    /// 10 to the powers 0 … 22, each exact.
    private static let exactPowersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}

extension Double {
    /// The nearest double.
    public init(_ value: Decimal) {
        guard let nearest = Double(value.description) else { preconditionFailure("\(value) is a decimal") }
        self = nearest
    }
}
