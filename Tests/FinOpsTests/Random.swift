import FinOps

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A decimal of 1 to 17 digits, its last place anywhere from 10^-30 to 10^4, either sign, one in ten zero.
    mutating func decimal() throws -> Decimal {
        guard Int.random(in: 0..<10, using: &self) > 0 else { return .zero }
        let digits = UInt64.random(
            in: 0..<[10, 1_000, 1_000_000, 100_000_000_000_000_000].randomElement(using: &self)!, using: &self)
        let exponent = [0, -2, -2, -6, -11, Int.random(in: -30...4, using: &self)].randomElement(using: &self)!
        return try Decimal("\(Bool.random(using: &self) ? "-" : "")\(digits)e\(exponent)")
    }

    /// A finite double of any sign and size that a `Decimal` can hold, half of them with few digits.
    mutating func double() -> Double {
        if Bool.random(using: &self) {
            let digits = Double(Int64.random(in: -10_000_000_000...10_000_000_000, using: &self))
            return digits / [1, 10, 100, 1e6, 1e11].randomElement(using: &self)!
        }
        let exponent = Int.random(in: -99...98, using: &self)
        let size = Double(sign: .plus, exponent: exponent, significand: Double.random(in: 1..<2, using: &self))
        return Bool.random(using: &self) ? -size : size
    }
}
