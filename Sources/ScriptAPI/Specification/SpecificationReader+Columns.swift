import Finout
import LuaRuntime

extension SpecificationReader {
    /// What is measured: a name, an array, or a table that gives each an alias. None is the platform's default.
    func readMeasurements(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> [Measurement] {
        switch value {
        case .nil: return [Measurement(type: .netAmortizedCost)]
        case .string: return [try measurement(value, alias: nil, at: path)]
        case .table(let table):
            if isMeasurement(table) { return [try measurement(value, alias: nil, at: path)] }
            var list: [Measurement] = []
            for (index, item) in table.array.enumerated() {
                if case .table(let inner) = item, !isMeasurement(inner) {
                    list += try readMeasurements(item, at: path[index])
                } else {
                    list.append(try measurement(item, alias: nil, at: path[index]))
                }
            }
            for (alias, item) in table.fields.sorted(by: { $0.key < $1.key }) {
                list.append(try measurement(item, alias: alias, at: path[alias]))
            }
            guard !list.isEmpty else {
                throw bad(path, "is empty", hint: "write measurements = { cost = \"netAmortizedCost\" }")
            }
            return list
        default: throw wrong(value, at: path, expected: "a measurement or a table of them")
        }
    }

    private func isMeasurement(_ table: LuaTable) -> Bool {
        guard table.array.isEmpty, case .string(let type) = table["type"] else { return false }
        return MeasurementType(rawValue: type) != nil || table.fields.keys.contains("operator")
    }

    private func measurement(
        _ value: LuaValue, alias: String?, at path: FieldPath
    ) throws(LuaFailure) -> Measurement {
        switch value {
        case .string: return Measurement(type: try word(value, at: path), alias: alias)
        case .table(let table):
            try checkNames(table, known: ["type", "operator", "sortDirection", "alias"], at: path)
            return Measurement(
                type: try word(table["type"], at: path["type"]),
                operator: table["operator"].isNil ? .sum : try word(table["operator"], at: path["operator"]),
                alias: try text(table, "alias", at: path) ?? alias,
                sort: try sortDirection(table, at: path))
        default:
            throw wrong(
                value, at: path, expected: "a measurement, such as \"netAmortizedCost\" or { type =, operator = }")
        }
    }

    /// What rows are split by: a path, an array, or a table that gives each an alias.
    func readDimensions(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> [Dimension] {
        switch value {
        case .nil: return []
        case .string: return [try dimension(value, alias: nil, at: path)]
        case .table(let table):
            if isKey(table) { return [try dimension(value, alias: nil, at: path)] }
            var list: [Dimension] = []
            for (index, item) in table.array.enumerated() {
                if case .table(let inner) = item, !isKey(inner) {
                    list += try readDimensions(item, at: path[index])
                } else {
                    list.append(try dimension(item, alias: nil, at: path[index]))
                }
            }
            for (alias, item) in table.fields.sorted(by: { $0.key < $1.key }) {
                list.append(try dimension(item, alias: alias, at: path[alias]))
            }
            return list
        default: throw wrong(value, at: path, expected: "a key or a table of them")
        }
    }

    /// Whether a table names a key rather than aliases: it has a cost center or a path.
    func isKey(_ table: LuaTable) -> Bool {
        table.array.isEmpty && (!table["costCenter"].isNil || !table["path"].isNil)
    }

    private func dimension(_ value: LuaValue, alias: String?, at path: FieldPath) throws(LuaFailure) -> Dimension {
        guard case .table(let table) = value else {
            return Dimension(key: try key(value, at: path), alias: alias)
        }
        try checkNames(
            table, known: ["costCenter", "key", "type", "path", "sortDirection", "alias", "displayName"], at: path)
        return Dimension(
            key: try key(value, at: path), alias: try text(table, "alias", at: path) ?? alias,
            sort: try sortDirection(table, at: path))
    }

    /// A key: `"costCenter/key"`, `{ path =, type = }` or `{ costCenter =, key =, type = }`.
    func key(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> KeyReference {
        switch value {
        case .string(let text):
            guard let reference = KeyReference(path: text) else {
                throw wrong(
                    value, at: path, expected: "a key as \"costCenter/key\", such as \"AWS/service\"",
                    hint: "finlua keys lists them")
            }
            return reference
        case .table(let table):
            let type = try text(table, "type", at: path)
            if !table["path"].isNil {
                var reference = try key(table["path"], at: path["path"])
                reference.type = type
                return reference
            }
            guard let costCenter = try text(table, "costCenter", at: path) else {
                throw bad(path["costCenter"], "is missing")
            }
            guard let name = try text(table, "key", at: path) else { throw bad(path["key"], "is missing") }
            return KeyReference(costCenter: costCenter, key: name, type: type)
        default:
            throw wrong(value, at: path, expected: "a key, such as \"AWS/service\" or { costCenter =, key =, type = }")
        }
    }
}
