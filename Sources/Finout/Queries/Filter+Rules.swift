extension Filter {
    /// Every condition with its place in the query, `filters.AND[1]`.
    var leaves: [(path: String, leaf: FilterLeaf)] { leaves(path: "filters") }

    private func leaves(path: String) -> [(path: String, leaf: FilterLeaf)] {
        switch self {
        case .leaf(let leaf): [(path, leaf)]
        case .all(let nodes), .any(let nodes):
            nodes.enumerated().flatMap { $1.leaves(path: QuerySpecification.place("\(path).\(word)", $0)) }
        }
    }

    /// The API's name of a group.
    var word: String {
        if case .any = self { "OR" } else { "AND" }
    }

    func check() throws(FinoutError) {
        try checkGroups(path: "filters")
        let leaves = leaves
        if leaves.count > QuerySpecification.maximumFilters {
            throw QuerySpecification.refusal(
                "filters", "holds \(leaves.count) conditions; a query takes at most 30", api: "FILTERS_LIMIT_EXCEEDED",
                hint: "One condition with oneOf takes many values.")
        }
        for (path, leaf) in leaves {
            if leaf.operator.takesValues, leaf.values.isEmpty {
                throw QuerySpecification.refusal(
                    "\(path).value", "is empty; '\(leaf.operator.rawValue)' needs at least one")
            }
            if !leaf.operator.takesValues, !leaf.values.isEmpty {
                throw QuerySpecification.refusal("\(path).value", "is not taken by '\(leaf.operator.rawValue)'")
            }
        }
    }

    private func checkGroups(path: String) throws(FinoutError) {
        switch self {
        case .leaf: return
        case .all(let nodes), .any(let nodes):
            if nodes.isEmpty {
                throw QuerySpecification.refusal("\(path).\(word)", "is an empty group", hint: "Leave it out.")
            }
            for (index, node) in nodes.enumerated() {
                try node.checkGroups(path: QuerySpecification.place("\(path).\(word)", index))
            }
        }
    }

    func resolved(by catalog: KeyCatalog, path: String) throws(FinoutError) -> Filter {
        switch self {
        case .leaf(var leaf):
            leaf.key = try catalog.resolve(leaf.key, field: path)
            return .leaf(leaf)
        case .all(let nodes): return .all(try resolved(nodes, by: catalog, path: path))
        case .any(let nodes): return .any(try resolved(nodes, by: catalog, path: path))
        }
    }

    private func resolved(
        _ nodes: [Filter], by catalog: KeyCatalog, path: String
    ) throws(FinoutError) -> [Filter] {
        var resolved: [Filter] = []
        for (index, node) in nodes.enumerated() {
            resolved.append(try node.resolved(by: catalog, path: QuerySpecification.place("\(path).\(word)", index)))
        }
        return resolved
    }
}
