import Wording

/// A condition made ready for rows: what each distinct text of a column comes to stands in a table.
struct RowMatcher: Sendable {
    private indirect enum Node: Sendable {
        /// Whether a row passes whose text stands at place `index - 1`; the first is for a row without one.
        case leaf(column: Int, passes: [Bool])
        case all([Node])
        case any([Node])
    }

    private let root: Node?

    /// Fails with `invalid` for a column that the rows do not have, a group of nothing, and values that do not fit the
    /// operator. Nil holds for every row.
    init(_ condition: RowCondition?, _ rows: CostRows) throws(FinOpsError) {
        guard let condition else {
            root = nil
            return
        }
        root = try Self.node(condition, rows)
    }

    private static func node(_ condition: RowCondition, _ rows: CostRows) throws(FinOpsError) -> Node {
        switch condition {
        case .leaf(let comparison):
            let column = try rows.place(of: comparison.column)
            guard comparison.operator.takesValues != comparison.values.isEmpty else {
                throw FinOpsError(
                    .invalid,
                    "The condition on '\(comparison.column)' says \(comparison.operator.rawValue) with \(comparison.values.count) values: it takes \(comparison.operator.takesValues ? "at least one" : "none")."
                )
            }
            return .leaf(
                column: column,
                passes: [comparison.passes(nil)] + rows.data[column].texts.map { comparison.passes($0) })
        case .all(let conditions): return .all(try nodes(conditions, rows))
        case .any(let conditions): return .any(try nodes(conditions, rows))
        }
    }

    private static func nodes(_ conditions: [RowCondition], _ rows: CostRows) throws(FinOpsError) -> [Node] {
        guard !conditions.isEmpty else {
            throw FinOpsError(.invalid, "A group of conditions is empty. Leave it out, or name at least one.")
        }
        return try conditions.map { condition throws(FinOpsError) in try node(condition, rows) }
    }

    /// Whether a row passes.
    func passes(_ row: Int, _ rows: CostRows) -> Bool {
        guard let root else { return true }
        return Self.passes(root, row, rows)
    }

    private static func passes(_ node: Node, _ row: Int, _ rows: CostRows) -> Bool {
        switch node {
        case .leaf(let column, let passes): passes[Int(rows.data[column].rows[row]) + 1]
        case .all(let nodes): nodes.allSatisfy { Self.passes($0, row, rows) }
        case .any(let nodes): nodes.contains { Self.passes($0, row, rows) }
        }
    }
}

extension CostRows {
    /// Where a column stands. Fails with `invalid`.
    func place(of column: String) throws(FinOpsError) -> Int {
        guard let place = columns.firstIndex(of: column) else {
            let hint = NearMatches.hint(for: column, among: columns) ?? "there are \(NearMatches.list(columns))."
            throw FinOpsError(.invalid, "The rows have no column '\(column)': \(hint)")
        }
        return place
    }
}
