/// An exact sum in the making. Neither the order nor the number of the terms changes it, nor whether it fails.
public struct DecimalSum: Sendable {
    private var high: Int128 = 0
    private var low: UInt128 = 0
    /// How many times `high` went over, up or down.
    private var turns = 0

    /// Nothing yet.
    public init() {}

    /// Adds a term.
    public mutating func add(_ term: Decimal) {
        let (sum, carry) = low.addingReportingOverflow(term.low)
        low = sum
        let (first, over) = high.addingReportingOverflow(term.high)
        let (second, again) = first.addingReportingOverflow(carry ? 1 : 0)
        if over { turns += term.isNegative ? -1 : 1 }
        if again { turns += 1 }
        high = second
    }

    /// Adds a number as it was printed. Fails as `Decimal.init(_:)` does.
    public mutating func add(_ term: Double) throws(FinOpsError) {
        add(try Decimal(term))
    }

    /// The sum of the terms. Fails with `overflow`.
    public func total() throws(FinOpsError) -> Decimal {
        // The smallest value has no opposite and is left out of the range.
        guard turns == 0, high != .min || low != 0 else { throw Decimal.overflow }
        return Decimal(high: high, low: low)
    }
}

extension Decimal {
    /// The exact sum of numbers as they were printed. Fails as `Decimal.init(_:)` does, and with `overflow`.
    public static func sum(_ terms: some Sequence<Double>) throws(FinOpsError) -> Decimal {
        var sum = DecimalSum()
        for term in terms { try sum.add(term) }
        return try sum.total()
    }

    /// The exact sum. Fails with `overflow`.
    public static func sum(_ terms: some Sequence<Decimal>) throws(FinOpsError) -> Decimal {
        var sum = DecimalSum()
        for term in terms { sum.add(term) }
        return try sum.total()
    }
}
