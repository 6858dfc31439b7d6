/// Why there is no number.
public struct FinOpsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, CaseIterable {
        /// NaN, an infinity, or text that is no decimal.
        case notANumber
        /// A number or a result beyond `Decimal.limit`.
        case overflow
        /// A number or a result that has digits after the 46th decimal place.
        case inexact
        /// Nothing can be divided by zero.
        case divisionByZero
        /// Weights or percentages that do not say who gets what.
        case weights
        /// Pools that pass costs around in a circle.
        case cycle
        /// A pool whose costs can reach nobody.
        case unreachable
        /// A rule, column, day or option that cannot be meant.
        case invalid
        /// A result whose parts do not add up to what went in: a defect of finlua.
        case notConserved
    }

    /// What kind of thing is wrong.
    public let code: Code
    /// What was asked, what is wrong with it and what to do.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
