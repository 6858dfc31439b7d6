extension Decimal {
    /// The exact product. Fails with `overflow`, and with `inexact` where it has digits after the 46th place.
    public static func * (left: Decimal, right: Decimal) throws(FinOpsError) -> Decimal {
        let (product, rest) = left.product(with: right)
        guard rest.isZero else {
            throw FinOpsError(
                .inexact,
                "\(left) times \(right) has digits after the 46th place. Round the product instead: name a scale.")
        }
        return try Decimal(isNegative: left.isNegative != right.isNegative, product)
    }

    /// The product, rounded once to `scale` digits after the point. Fails with `overflow` and `invalid`.
    public func multiplied(
        by factor: Decimal, scale: Int, _ rounding: Rounding = .halfEven
    ) throws(FinOpsError) -> Decimal {
        try Self.rounded(
            bigUnits.magnitude * factor.bigUnits.magnitude, over: .powerOfTen(2 * Self.places),
            isNegative: isNegative != factor.isNegative, scale: scale, rounding)
    }

    /// The quotient, rounded once to `scale` digits after the point. Fails with `divisionByZero`, `overflow` and
    /// `invalid`.
    public func divided(
        by divisor: Decimal, scale: Int, _ rounding: Rounding = .halfEven
    ) throws(FinOpsError) -> Decimal {
        guard !divisor.isZero else {
            throw FinOpsError(.divisionByZero, "\(self) cannot be divided by zero.")
        }
        return try Self.rounded(
            bigUnits.magnitude, over: divisor.bigUnits.magnitude, isNegative: isNegative != divisor.isNegative,
            scale: scale, rounding)
    }

    /// How many times the other it is, within two units of a double's last place; nil where the other is zero.
    public func ratio(to other: Decimal) -> Double? {
        other.isZero ? nil : Double(self) / Double(other)
    }

    /// `dividend / divisor`, both magnitudes, at a scale.
    static func rounded(
        _ dividend: BigInteger, over divisor: BigInteger, isNegative: Bool, scale: Int, _ rounding: Rounding
    ) throws(FinOpsError) -> Decimal {
        let scale = try checked(scale)
        let (quotient, rest) = (dividend * .powerOfTen(scale)).flooredDivision(by: divisor)
        let twice = rest + rest
        let half = twice < divisor ? -1 : twice == divisor ? 0 : 1
        let isOdd = (quotient.limbs.first ?? 0) & 1 == 1
        let grows = rounding.grows(isExact: rest.isZero, half: half, isOdd: isOdd, isNegative: isNegative)
        let units = (grows ? quotient + .one : quotient) * .powerOfTen(places - scale)
        guard let magnitude = units.magnitude256 else { throw overflow }
        return try Decimal(isNegative: isNegative, magnitude)
    }

    private func product(with other: Decimal) -> (UInt256, rest: BigInteger) {
        let (quotient, rest) = (bigUnits.magnitude * other.bigUnits.magnitude)
            .flooredDivision(by: .powerOfTen(Self.places))
        // What does not fit is out of range for certain: the caller finds the highest bit set.
        return (quotient.magnitude256 ?? UInt256(high: .max, low: .max), rest)
    }
}
