package import RowDecoder

extension QuerySpecification {
    /// The body of `POST /generate-query` for one window of a resolved query; `everyRow` is the row limit
    /// sent when the script wants every row.
    package func body(for window: QueryWindow, everyRow: Int = RouteTable.rowLimit) -> JSONValue {
        var interval: [JSONValue.Member] = [.init(name: "interval", value: .string(self.interval.rawValue))]
        if let intervalSort { interval.append(.init(name: "sortDirection", value: .string(intervalSort.rawValue))) }
        var members: [JSONValue.Member] = [
            .init(
                name: "date",
                value: .object([
                    .init(name: "unixTimeMillisecondsStart", value: .integer(window.start)),
                    .init(name: "unixTimeMillisecondsEnd", value: .integer(window.end)),
                ])),
            .init(name: "timeInterval", value: .object(interval)),
            .init(name: "measurements", value: .array(measurements.map(\.body))),
        ]
        if !dimensions.isEmpty {
            members.append(.init(name: "dimensions", value: .array(dimensions.map(\.body))))
        }
        if let filter { members.append(.init(name: "filters", value: filter.body)) }
        // Always sent: the API's default of 1,000 rows drops the others without a word.
        members.append(.init(name: "rowLimit", value: .integer(Int64(rowLimit ?? everyRow))))
        return .object(members)
    }
}

extension Measurement {
    fileprivate var body: JSONValue {
        var members: [JSONValue.Member] = [
            .init(name: "type", value: .string(type.rawValue)),
            // Always sent: what the API does without is not documented (facts.md section 10).
            .init(name: "operator", value: .string(self.operator.rawValue)),
        ]
        if let sort { members.append(.init(name: "sortDirection", value: .string(sort.rawValue))) }
        return .object(members)
    }
}

extension KeyReference {
    /// `type` is always sent: for a key with several the documents disagree on what the API does without (C10).
    fileprivate var body: [JSONValue.Member] {
        [
            .init(name: "costCenter", value: .string(costCenter)),
            .init(name: "key", value: .string(key)),
            .init(name: "type", value: .string(type ?? "")),
        ]
    }
}

extension Dimension {
    fileprivate var body: JSONValue {
        .object(key.body + (sort.map { [.init(name: "sortDirection", value: .string($0.rawValue))] } ?? []))
    }
}

extension Filter {
    fileprivate var body: JSONValue {
        switch self {
        case .leaf(let leaf):
            var members = leaf.key.body + [.init(name: "operator", value: .string(leaf.operator.rawValue))]
            if leaf.operator.takesValues {
                // An array always (C14); `displayName` never (C15).
                members.append(.init(name: "value", value: .array(leaf.values.map { .string($0) })))
            }
            return .object(members)
        case .all(let nodes), .any(let nodes):
            return .object([.init(name: word, value: .array(nodes.map(\.body)))])
        }
    }
}
