/// Costs that others bear, and who they are.
public struct CostPool: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it costs before any other pool passes costs to it.
    public var own: Decimal
    /// Who it serves, pools and targets. What it does for itself does not count.
    public var serves: [Weight]

    /// A pool.
    public init(_ name: String, own: Decimal, serves: [Weight]) {
        self.name = name
        self.own = own
        self.serves = serves
    }
}

/// How pools that serve each other pass on their costs.
public enum ChainMethod: Hashable, Sendable {
    /// Each pool's own cost goes to targets only, as if it served no other pool.
    case direct
    /// One pool after the other, each to the pools after it and to targets. Without an order each pool comes after those
    /// that serve it; a circle of pools is then an error that names it.
    case stepDown(order: [String]?)
    /// All at once: each pool passes on what it costs with what the others pass to it, solved exactly.
    case reciprocal

    /// One word for explanations.
    public var name: String {
        switch self {
        case .direct: "direct"
        case .stepDown: "step-down"
        case .reciprocal: "reciprocal"
        }
    }
}

/// What a chain came to. Each pool's amounts add up exactly.
public struct ChainResult: Hashable, Sendable {
    /// An amount that went from a pool to another or to a target.
    public struct Move: Hashable, Sendable {
        /// The pool.
        public let source: String
        /// Who got it.
        public let target: String
        /// What the pool serves the target with; zero where a cost came by way of other pools only.
        public let weight: Decimal
        /// The part of what the pool passed on, before rounding.
        public let share: Double
        /// What was moved.
        public let amount: Decimal
    }

    /// What became of a pool.
    public struct Pool: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What it cost before.
        public let own: Decimal
        /// With what other pools passed to it; in the reciprocal method rounded.
        public let gross: Decimal
        /// What it could pass to nobody.
        public let kept: Decimal
    }

    /// Every move, pool by pool in the order in which they passed on their costs.
    public let moves: [Move]
    /// In the order given.
    public let pools: [Pool]

    /// What a target or pool was given.
    public func received(by name: String) throws(FinOpsError) -> Decimal {
        try Decimal.sum(moves.lazy.filter { $0.target == name }.map(\.amount))
    }
}
