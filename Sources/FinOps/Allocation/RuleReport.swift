/// What a rule did.
public struct RuleReport: Hashable, Sendable {
    /// Why a rule took no row.
    public enum Problem: Hashable, Sendable {
        /// Its condition contradicts itself on a column: it can never match, whatever the rows.
        case contradiction(column: String)
        /// A rule before it takes every row that it could: it can never match, whatever the rows.
        case hidden(by: String)
        /// It holds only on days that these rows do not have.
        case otherDays
        /// These rows hold nothing that it asks for.
        case noSuchRow
        /// Rules before it took every one of these rows that it asks for.
        case taken(by: [String])

        /// Whether it can never match, whatever the rows.
        public var isForever: Bool {
            switch self {
            case .contradiction, .hidden: true
            case .otherDays, .noSuchRow, .taken: false
            }
        }
    }

    /// The rule.
    public let rule: String
    /// How many rows it took.
    public let rows: Int
    /// What they cost.
    public let amount: Decimal
    /// Why it took none; nil where it took one.
    public let problem: Problem?

    /// The problem as a sentence.
    public var message: String? {
        switch problem {
        case nil: nil
        case .contradiction(let column):
            "The rule '\(rule)' can never match: its conditions on '\(column)' contradict each other."
        case .hidden(let earlier):
            "The rule '\(rule)' can never match: the rule '\(earlier)' before it takes every row that it could."
        case .otherDays: "The rule '\(rule)' matched nothing: it holds on none of the days of these rows."
        case .noSuchRow: "The rule '\(rule)' matched nothing: no row is what it asks for."
        case .taken(let earlier):
            "The rule '\(rule)' matched nothing: its rows were taken by \(earlier.map { "'\($0)'" }.joined(separator: ", ")) before it."
        }
    }
}

extension AllocationRule {
    /// Why it can never match after other rules; nil if nothing is seen.
    func problem(after rules: ArraySlice<AllocationRule>) -> RuleReport.Problem? {
        if let column = condition?.contradiction { return .contradiction(column: column) }
        let hiding = rules.first { rule in
            guard case .target = rule.destination else { return false }
            return (rule.condition == nil || rule.condition == condition) && rule.covers(self)
        }
        return hiding.map { .hidden(by: $0.name) }
    }

    /// Whether it holds on every day on which another does.
    private func covers(_ other: AllocationRule) -> Bool {
        (from.map { from in other.from.map { from <= $0 } ?? false } ?? true)
            && (to.map { to in other.to.map { $0 <= to } ?? false } ?? true)
    }
}

extension Allocation {
    /// The rules that can never match, whatever the rows.
    public var deadRules: [RuleReport] {
        rules.indices.compactMap { index in
            rules[index].problem(after: rules[..<index]).map {
                RuleReport(rule: rules[index].name, rows: 0, amount: .zero, problem: $0)
            }
        }
    }
}
