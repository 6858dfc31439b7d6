extension RowCondition {
    /// A column that a condition contradicts itself on, so that no row can ever pass; nil if none is seen.
    var contradiction: String? { contradiction(with: []) }

    /// The same where other comparisons must hold as well.
    private func contradiction(with others: [RowComparison]) -> String? {
        var leaves = others
        var groups: [[RowCondition]] = []
        collect(&leaves, &groups)
        for column in Set(leaves.map(\.column)).sorted() where Self.isEmpty(leaves.filter { $0.column == column }) {
            return column
        }
        // A group fails where each of its ways contradicts what must hold.
        return groups.lazy.compactMap { group in
            let found = group.map { $0.contradiction(with: leaves) }
            return found.contains(nil) ? nil : found.first ?? nil
        }.first
    }

    private func collect(_ leaves: inout [RowComparison], _ groups: inout [[RowCondition]]) {
        switch self {
        case .leaf(let leaf): leaves.append(leaf)
        case .all(let conditions): for condition in conditions { condition.collect(&leaves, &groups) }
        case .any(let conditions): groups.append(conditions)
        }
    }

    /// Whether no text, nor the lack of one, passes all of these comparisons of one column.
    private static func isEmpty(_ leaves: [RowComparison]) -> Bool {
        // No text passes every negative comparison.
        if leaves.allSatisfy(\.operator.isNegative) { return false }
        if leaves.contains(where: { $0.operator == .notExists }) { return true }
        // Where one comparison names all that it allows, each of that is tried.
        guard let named = leaves.first(where: { $0.operator == .oneOf || $0.operator == .is }) else { return false }
        return !named.values.contains { value in leaves.allSatisfy { $0.passes(value) } }
    }
}
