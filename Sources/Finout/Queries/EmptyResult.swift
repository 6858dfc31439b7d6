import HostLoop
import Wording

/// Why a result has no rows, where the account can tell. No failure: there may just be no costs.
struct EmptyResult {
    let specification: QuerySpecification

    /// The one reason that needs no question: the days are yet to come, seen from `today` (UTC).
    func reason(today: Day) -> String? {
        guard case .days(let first, let last) = specification.dates, first > today else { return nil }
        return "\(first) to \(last) is to come; today is \(today) (UTC)"
    }

    /// The conditions that must hold and name values, which can be looked up.
    var demands: [FilterLeaf] {
        func demands(_ filter: Filter) -> [FilterLeaf] {
            switch filter {
            case .leaf(let leaf): [.oneOf, .is].contains(leaf.operator) ? [leaf] : []
            case .all(let filters): filters.flatMap(demands)
            case .any(let filters): filters.count == 1 ? demands(filters[0]) : []
            }
        }
        return specification.filter.map(demands) ?? []
    }

    /// What is wrong with a condition of which the key has none of the values; nil where it has one.
    func reason(_ leaf: FilterLeaf, known: [String]) -> String? {
        guard Set(known).isDisjoint(with: leaf.values) else { return nil }
        let named = leaf.values.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        let rest = leaf.values.count > 3 ? " or any other of the \(leaf.values.count)" : ""
        let near = leaf.values.prefix(3).flatMap { NearMatches.best(for: $0, among: known, limit: 1) }
        let hint =
            near.isEmpty
            ? "list them with: finlua values '\(leaf.key.path)'" : "did you mean \(NearMatches.list(near))?"
        return "\(leaf.key.path) has no value \(named)\(rest); \(hint)"
    }
}

extension Query {
    /// Warns of what leaves a result without rows. What cannot be looked up is passed over.
    func explainEmptiness(of resolved: QuerySpecification) async {
        let empty = EmptyResult(specification: resolved)
        var reasons = empty.reason(today: HostLoop.now.day).map { [$0] } ?? []
        if reasons.isEmpty {
            // One call each.
            for leaf in empty.demands.prefix(5) {
                guard let known = try? await client.values(of: leaf.key) else { continue }
                if let reason = empty.reason(leaf, known: known) { reasons.append(reason) }
            }
        }
        for reason in reasons { client.observer?(.warning("a query has no rows: \(reason)")) }
    }
}
