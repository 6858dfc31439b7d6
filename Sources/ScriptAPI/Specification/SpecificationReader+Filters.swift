import Finout
import LuaRuntime

extension SpecificationReader {
    /// The filter: `{ ["AWS/region"] = { "us-east-1" } }`, `finout.any`, `finout.all`, or the API's own node.
    func readFilters(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> Filter? {
        switch value {
        case .nil: return nil
        case .table(let table):
            // The API may refuse an empty group; no condition is no filter.
            return combined(try parts(of: table, at: path))
        default: throw wrong(value, at: path, expected: "a table of filters", hint: example)
        }
    }

    private var example: String { "write filters = { [\"AWS/region\"] = { \"us-east-1\", \"us-east-2\" } }" }

    // The conditions of one table, each whole in itself: its array, then its named ones in order of name.
    private func parts(of table: LuaTable, at path: FieldPath) throws(LuaFailure) -> [Filter] {
        if !filtersColumns, !table["costCenter"].isNil || !table["operator"].isNil {
            return [try leaf(table, at: path)]
        }
        var list: [Filter] = []
        for (index, item) in table.array.enumerated() {
            guard case .table(let inner) = item else {
                throw wrong(item, at: path[index], expected: "a filter", hint: example)
            }
            guard let part = combined(try parts(of: inner, at: path[index])) else {
                throw bad(path[index], "is empty: it needs at least one filter")
            }
            list.append(part)
        }
        for (name, item) in table.fields.sorted(by: { $0.key < $1.key }) {
            if name == "AND" || name == "OR" {
                list.append(try group(item, all: name == "AND", at: path[name]))
            } else if let part = combined(
                try conditions(on: try subject(name, at: path[name]), item, at: path[name]))
            {
                list.append(part)
            }
        }
        return list
    }

    // What a condition is on.
    private func subject(_ name: String, at path: FieldPath) throws(LuaFailure) -> KeyReference {
        filtersColumns ? KeyReference(costCenter: "", key: name, type: nil) : try key(.string(name), at: path)
    }

    private func group(_ value: LuaValue, all: Bool, at path: FieldPath) throws(LuaFailure) -> Filter {
        guard case .table(let table) = value else { throw wrong(value, at: path, expected: "a list of filters") }
        let parts = try parts(of: table, at: path)
        guard let whole = combined(parts) else { throw bad(path, "is empty: it needs at least one filter") }
        return all || parts.count == 1 ? whole : .any(parts)
    }

    // All of them as one filter, without a group inside a group; nil for none.
    private func combined(_ parts: [Filter]) -> Filter? {
        if parts.count < 2 { return parts.first }
        return .all(
            parts.flatMap { part in
                if case .all(let inner) = part { return inner }
                return [part]
            })
    }

    // `{ costCenter =, key =, type =, operator =, value = }`
    private func leaf(_ table: LuaTable, at path: FieldPath) throws(LuaFailure) -> Filter {
        try checkNames(
            table, known: ["costCenter", "key", "type", "path", "operator", "value", "displayName"], at: path)
        let comparison: FilterOperator = try word(table["operator"], at: path["operator"])
        let values = try values(table["value"], of: comparison, at: path["value"])
        return .leaf(FilterLeaf(key: try key(.table(table), at: path), operator: comparison, values: values))
    }

    // What stands under a key: values, or operators with theirs.
    private func conditions(
        on key: KeyReference, _ value: LuaValue, at path: FieldPath
    ) throws(LuaFailure) -> [Filter] {
        guard case .table(let table) = value else {
            return [.leaf(FilterLeaf(key: key, operator: .oneOf, values: try values(value, of: .oneOf, at: path)))]
        }
        guard !table.fields.isEmpty else {
            return [.leaf(FilterLeaf(key: key, operator: .oneOf, values: try values(value, of: .oneOf, at: path)))]
        }
        guard table.array.isEmpty else {
            throw bad(path, "holds both values and operators", hint: "write { oneOf = { … }, notOneOf = { … } }")
        }
        var reference = key
        var list: [Filter] = []
        for (name, item) in table.fields.sorted(by: { $0.key < $1.key }) {
            if name == "type" {
                reference.type = try text(table, "type", at: path)
                continue
            }
            let comparison: FilterOperator = try word(.string(name), at: path)
            let values = try values(item, of: comparison, at: path[name])
            list.append(.leaf(FilterLeaf(key: reference, operator: comparison, values: values)))
        }
        // "type" may come after the operators in order of name.
        return list.map { filter in
            guard case .leaf(var leaf) = filter else { return filter }
            leaf.key.type = reference.type
            return .leaf(leaf)
        }
    }

    private func values(
        _ value: LuaValue, of comparison: FilterOperator, at path: FieldPath
    ) throws(LuaFailure) -> [String] {
        if comparison == .exists || comparison == .notExists {
            switch value {
            case .nil, .boolean(true): return []
            default: throw wrong(value, at: path, expected: "true, as \(comparison.rawValue) takes no values")
            }
        }
        let items: [LuaValue]
        if case .table(let table) = value, table.fields.isEmpty { items = table.array } else { items = [value] }
        guard !items.isEmpty else { throw bad(path, "has no values") }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            switch item {
            case .string(let text): texts.append(text)
            // Account numbers are digits; a script may well write them so.
            case .integer(let integer): texts.append(String(integer))
            default: throw wrong(item, at: items.count > 1 ? path[index] : path, expected: "a text")
            }
        }
        return texts
    }
}
