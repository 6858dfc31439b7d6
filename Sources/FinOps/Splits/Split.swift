/// How an amount is divided: by largest remainder, so that the parts always add up to it.
///
/// Each target gets its exact share rounded down to the scale; the units left over go one each to those whose share lost
/// most, ties to the name that sorts first, then to the earlier one. An amount below zero splits as its opposite does.
public struct Split: Hashable, Sendable {
    /// What happens when all weights are zero.
    public enum ZeroWeights: String, Sendable, CaseIterable {
        /// An error.
        case error
        /// Every target gets the same.
        case even
        /// The amount stays where it is.
        case keep
    }

    /// What happens to a weight below zero.
    public enum NegativeWeights: String, Sendable, CaseIterable {
        /// An error.
        case error
        /// It counts as zero.
        case clamp
        /// It counts as it is: its target gets a share of the opposite sign, and the others so much more.
        case net
    }

    /// Who gets a unit that two have the same claim to.
    public enum Ties: String, Sendable, CaseIterable {
        /// The name that sorts first by its Unicode scalars: the order of the targets does not matter.
        case name
        /// The target that was named first.
        case position
    }

    /// Digits after the point of a part (0 … 46); nil takes those of the amount, at least two. What an amount has beyond
    /// the scale is kept.
    public var scale: Int?
    /// What happens when all weights are zero.
    public var zeroWeights: ZeroWeights
    /// What happens to a weight below zero.
    public var negativeWeights: NegativeWeights
    /// Who gets a unit that two have the same claim to.
    public var ties: Ties

    /// A way to split.
    public init(
        scale: Int? = nil, zeroWeights: ZeroWeights = .error, negativeWeights: NegativeWeights = .error,
        ties: Ties = .name
    ) {
        self.scale = scale
        self.zeroWeights = zeroWeights
        self.negativeWeights = negativeWeights
        self.ties = ties
    }

    /// Splits in proportion to weights. Fails with `weights` as the policies say, also without any target unless zero
    /// weights are kept, and with `invalid` for a scale that cannot be.
    public func shares(of amount: Decimal, by weights: [Weight]) throws(FinOpsError) -> Shares {
        try Claims(weights, self).shares(of: amount)
    }

    /// Splits evenly. Fails with `weights` without any target, and with `invalid` for a scale that cannot be.
    public func shares(of amount: Decimal, evenlyAmong names: [String]) throws(FinOpsError) -> Shares {
        try shares(of: amount, by: names.map { Weight($0, Decimal(1)) })
    }

    /// Splits by percentages. Fails with `weights` where they do not sum to 100 and no one is named for the rest, where
    /// they sum to more, or where one is below zero.
    public func shares(
        of amount: Decimal, percentages: [Weight], remainder: Remainder = .none
    ) throws(FinOpsError) -> Shares {
        try Claims(percentages: percentages, remainder: remainder, self).shares(of: amount)
    }
}

/// What a target is weighed with.
public struct Weight: Hashable, Sendable {
    /// The target.
    public var name: String
    /// Its weight, or its percentage.
    public var value: Decimal

    /// A target and its weight.
    public init(_ name: String, _ value: Decimal) {
        self.name = name
        self.value = value
    }
}

/// Who takes what percentages leave to 100.
public enum Remainder: Hashable, Sendable {
    /// No one: they must sum to exactly 100.
    case none
    /// A target, one of those named or a further one, which then comes last.
    case target(String)
    /// The source.
    case keep
}

/// What became of an amount. The parts and what is kept add up to it exactly.
public struct Shares: Hashable, Sendable {
    /// One target's part.
    public struct Part: Hashable, Sendable {
        /// The target.
        public let name: String
        /// What it was weighed with, as the policies left it.
        public let weight: Decimal
        /// What it got.
        public let amount: Decimal
    }

    /// In the order of the targets.
    public let parts: [Part]
    /// What stays in the source.
    public let kept: Decimal
    /// All weights together, with that of what is kept.
    public let weight: Decimal

    /// What each target got, in the order of the targets.
    public var amounts: [Decimal] { parts.map(\.amount) }

    /// A part's weight by the weight of all, before rounding.
    public func share(of part: Part) -> Double { part.weight.ratio(to: weight) ?? 0 }
}
