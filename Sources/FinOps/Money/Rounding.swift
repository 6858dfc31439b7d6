/// What becomes of a number between two that can be written.
public enum Rounding: String, Sendable, CaseIterable {
    /// To the nearer; from the middle to the even one.
    case halfEven
    /// To the nearer; from the middle away from zero.
    case halfUp
    /// To the nearer; from the middle towards zero.
    case halfDown
    /// Away from zero.
    case up
    /// Towards zero.
    case down
    /// Towards minus infinity.
    case floor
    /// Towards plus infinity.
    case ceiling

    /// Whether the magnitude grows by one. `half` is where the part cut off lies: below (-1), at (0) or above (1) the
    /// middle.
    func grows(isExact: Bool, half: Int, isOdd: Bool, isNegative: Bool) -> Bool {
        guard !isExact else { return false }
        switch self {
        case .halfEven: return half > 0 || half == 0 && isOdd
        case .halfUp: return half >= 0
        case .halfDown: return half > 0
        case .up: return true
        case .down: return false
        case .floor: return isNegative
        case .ceiling: return !isNegative
        }
    }
}

extension Decimal {
    /// The nearest decimal with at most `scale` digits (0 … 46) after the point. Fails with `invalid`, and with
    /// `overflow` at the end of the range.
    public func rounded(to scale: Int, _ rounding: Rounding = .halfEven) throws(FinOpsError) -> Decimal {
        let scale = try Self.checked(scale)
        guard scale < Self.places else { return self }
        let (quotient, digit, hasMore) = units.divided(byPowerOfTen: Self.places - scale)
        let half = digit == 5 ? (hasMore ? 1 : 0) : digit > 5 ? 1 : -1
        var magnitude = quotient
        if rounding.grows(
            isExact: digit == 0 && !hasMore, half: half, isOdd: quotient.low & 1 == 1, isNegative: isNegative)
        {
            guard let next = quotient.adding(UInt256(UInt64(1))) else { throw Self.overflow }
            magnitude = next
        }
        guard let units = magnitude.multiplied(byPowerOfTen: Self.places - scale) else { throw Self.overflow }
        return try Decimal(isNegative: isNegative, units)
    }

    static func checked(_ scale: Int) throws(FinOpsError) -> Int {
        guard (0...places).contains(scale) else {
            throw FinOpsError(.invalid, "A scale of \(scale) cannot be: it is the digits after the point, 0 to 46.")
        }
        return scale
    }

    /// The digits after the point that it takes to write it.
    public var scale: Int {
        var rest = units
        guard rest != .zero else { return 0 }
        var zeros = 0
        for step in [16, 16, 8, 4, 2, 1] where zeros + step <= Self.places {
            let (quotient, digit, hasMore) = rest.divided(byPowerOfTen: step)
            if digit == 0, !hasMore {
                rest = quotient
                zeros += step
            }
        }
        return Self.places - zeros
    }
}
