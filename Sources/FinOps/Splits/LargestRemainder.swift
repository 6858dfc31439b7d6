/// The method of Hamilton and Hare: whole units by weights, nothing lost and nothing made up.
enum LargestRemainder {
    /// Deals `whole` by weights of at least zero, not all of them zero; nil if that does not fit into 128 bits.
    ///
    /// `ranks` tells who comes first where two lost the same.
    static func deal(_ whole: UInt128, _ weights: [UInt128], _ ranks: [Int]) -> [UInt128]? {
        var total: UInt128 = 0
        for weight in weights {
            let (sum, over) = total.addingReportingOverflow(weight)
            if over { return nil }
            total = sum
        }
        guard total > 0, !whole.multipliedReportingOverflow(by: total).overflow else { return nil }
        var parts: [UInt128] = []
        var lost: [UInt128] = []
        parts.reserveCapacity(weights.count)
        lost.reserveCapacity(weights.count)
        var rest = whole
        for weight in weights {
            let (part, remainder) = (whole * weight).quotientAndRemainder(dividingBy: total)
            parts.append(part)
            lost.append(remainder)
            rest -= part
        }
        for index in winners(of: Int(rest), lost, ranks) { parts[index] += 1 }
        return parts
    }

    /// Deals `whole` by weights whose sum is above zero.
    static func deal(_ whole: BigInteger, _ weights: [BigInteger], _ ranks: [Int]) -> [BigInteger] {
        deal(weights.map { whole * $0 }, over: weights.reduce(.zero, +), whole, ranks)
    }

    /// Rounds the fractions `numerators / denominator`, which sum to `whole`, to whole numbers that do.
    static func deal(
        _ numerators: [BigInteger], over denominator: BigInteger, _ whole: BigInteger, _ ranks: [Int]
    ) -> [BigInteger] {
        let divided = numerators.map { $0.flooredDivision(by: denominator) }
        var parts = divided.map(\.quotient)
        let rest = whole - parts.reduce(.zero, +)
        // The fractions lost are each below one: fewer units are left than there are parts.
        let count = Int(rest.limbs.first ?? 0)
        for index in winners(of: count, divided.map(\.remainder), ranks) { parts[index] = parts[index] + .one }
        return parts
    }

    /// The `count` that lost most.
    private static func winners<Lost: Comparable>(of count: Int, _ lost: [Lost], _ ranks: [Int]) -> ArraySlice<Int> {
        guard count > 0 else { return [] }
        return lost.indices.sorted { left, right in
            lost[left] == lost[right] ? ranks[left] < ranks[right] : lost[left] > lost[right]
        }[..<count]
    }
}
