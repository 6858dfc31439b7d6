/// The weights of a split after its policies, as whole numbers: made once, used for any number of amounts.
struct Claims: Sendable {
    private let names: [String]
    private let weights: [Decimal]
    private let total: Decimal
    private let split: Split
    /// In a common unit, with the source's claim last where it has one; empty where all is kept.
    private var units: [BigInteger] = []
    /// The same where they are all at least zero and small enough.
    private var smallUnits: [UInt128] = []
    /// Whose claim comes first where two are the same.
    private var ranks: [Int] = []

    init(_ targets: [Weight], _ split: Split) throws(FinOpsError) {
        var weights = targets.map(\.value)
        if let index = weights.firstIndex(where: \.isNegative) {
            switch split.negativeWeights {
            case .error:
                throw FinOpsError(
                    .weights,
                    "The weight of '\(targets[index].name)' is \(weights[index]), below zero. Say what that means: clamp (it counts as zero) or net (it gets an opposite share)."
                )
            case .clamp: weights = weights.map { max($0, .zero) }
            case .net: break
            }
        }
        if try Decimal.sum(weights).isZero {
            switch split.zeroWeights {
            case .error: throw Self.noWeights(targets)
            case .even:
                guard !targets.isEmpty else { throw Self.noWeights(targets) }
                weights = weights.map { _ in Decimal(1) }
            case .keep: weights = weights.map { _ in .zero }
            }
        }
        try self.init(names: targets.map(\.name), weights: weights, kept: .zero, split)
    }

    init(percentages: [Weight], remainder: Remainder, _ split: Split) throws(FinOpsError) {
        var percentages = percentages
        if let negative = percentages.first(where: \.value.isNegative) {
            throw FinOpsError(.weights, "'\(negative.name)' has \(negative.value) %, below zero.")
        }
        let sum = try Decimal.sum(percentages.map(\.value))
        let rest = try Decimal(100) - sum
        guard !rest.isNegative else {
            throw FinOpsError(.weights, "The percentages sum to \(sum), \(-rest) more than 100.")
        }
        var kept = Decimal.zero
        switch remainder {
        case .none:
            guard rest.isZero else {
                throw FinOpsError(
                    .weights,
                    "The percentages sum to \(sum): \(rest) is missing. Make them sum to 100, or name who takes the rest."
                )
            }
        case .target(let name):
            if let index = percentages.firstIndex(where: { $0.name == name }) {
                percentages[index].value = try percentages[index].value + rest
            } else {
                percentages.append(Weight(name, rest))
            }
        case .keep: kept = rest
        }
        try self.init(names: percentages.map(\.name), weights: percentages.map(\.value), kept: kept, split)
    }

    private init(names: [String], weights: [Decimal], kept: Decimal, _ split: Split) throws(FinOpsError) {
        self.names = names
        self.weights = weights
        self.split = split
        total = try Decimal.sum(weights + [kept])
        guard !total.isZero else { return }
        let claims = kept.isZero ? weights : weights + [kept]
        // Weights below zero may outweigh the others; the opposite of all weights claims the same.
        let scale = claims.map(\.scale).max() ?? 0
        units = claims.map { claim in
            let whole = claim.units.divided(byPowerOfTen: Decimal.places - scale).quotient
            return BigInteger(isNegative: claim.isNegative != total.isNegative, whole)
        }
        smallUnits = units.compactMap { $0.isNegative ? nil : $0.magnitude256 }.compactMap {
            $0.high == 0 ? $0.low : nil
        }
        if smallUnits.count < units.count { smallUnits = [] }
        var order = Array(names.indices)
        if split.ties == .name { order.sort { (names[$0].bytes, $0) < (names[$1].bytes, $1) } }
        // The source comes after every target.
        ranks = units.indices.map { $0 }
        for (rank, index) in order.enumerated() { ranks[index] = rank }
    }

    /// The weights after the policies, with what is kept last under a name of its own.
    func claims(keeper: String) throws(FinOpsError) -> [Weight] {
        let kept = try total - Decimal.sum(weights)
        return zip(names, weights).map { Weight($0, $1) } + (kept.isZero ? [] : [Weight(keeper, kept)])
    }

    private static func noWeights(_ targets: [Weight]) -> FinOpsError {
        let what = targets.isEmpty ? "There is no target" : "The weights of all \(targets.count) targets sum to zero"
        return FinOpsError(
            .weights, "\(what), so nobody can be given anything. Say what that means: even (the same for each) or keep."
        )
    }

    /// Divides an amount. Fails with `invalid` for a scale that cannot be.
    func shares(of amount: Decimal) throws(FinOpsError) -> Shares {
        let scale = try Decimal.checked(split.scale ?? max(2, amount.scale))
        guard !units.isEmpty else {
            let parts = zip(names, weights).map { Shares.Part(name: $0, weight: $1, amount: .zero) }
            return Shares(parts: parts, kept: amount, weight: total)
        }
        let whole = amount.units.divided(byPowerOfTen: Decimal.places - scale).quotient
        var parts: [Shares.Part] = []
        parts.reserveCapacity(names.count)
        var kept = amount
        for (index, part) in deal(whole).prefix(names.count).enumerated() {
            guard let units = part.units.multiplied(byPowerOfTen: Decimal.places - scale) else {
                throw Decimal.overflow
            }
            let given = try Decimal(isNegative: part.isNegative != amount.isNegative, units)
            parts.append(Shares.Part(name: names[index], weight: weights[index], amount: given))
            kept = try kept - given
        }
        return Shares(parts: parts, kept: kept, weight: total)
    }

    /// Divides a number of units.
    private func deal(_ whole: UInt256) -> [(isNegative: Bool, units: UInt256)] {
        if whole.high == 0, let dealt = LargestRemainder.deal(whole.low, smallUnits, ranks) {
            return dealt.map { (false, UInt256($0)) }
        }
        let dealt = LargestRemainder.deal(BigInteger(whole), units, ranks)
        // Only weights that nearly cancel each other give parts beyond every amount; the caller finds the highest bit.
        return dealt.map { ($0.isNegative, $0.magnitude256 ?? UInt256(high: .max, low: .max)) }
    }
}

extension String {
    /// What names are ordered by.
    var bytes: BytesInOrder { BytesInOrder(text: self) }
}

/// A text that sorts by its UTF-8, which is the order of its Unicode scalars.
struct BytesInOrder: Comparable {
    let text: String

    static func == (left: BytesInOrder, right: BytesInOrder) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    static func < (left: BytesInOrder, right: BytesInOrder) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
