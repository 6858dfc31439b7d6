import FinOps
import Finout
import HostLoop
import LuaRuntime

/// Turns the table that `allocate` is given into rules and pools. Every failure names the field by its path.
struct AllocationReader {
    private let reader: SpecificationReader

    init() {
        // Days are written out in rules, so that today does not matter.
        reader = SpecificationReader(
            today: Day(daysSinceEpoch: 0), call: "allocate", code: "bad_argument", filtersColumns: true)
    }

    private static let fields = [
        "of", "rules", "pools", "default", "chain", "period", "scale", "zero", "negative",
    ]

    /// The allocation, and the columns that its rules ask for, in order of name.
    func read(_ table: LuaTable) throws(LuaFailure) -> (Allocation, columns: [String]) {
        let root = FieldPath("")
        try reader.checkNames(table, known: Self.fields, at: root)
        guard case .table(let list) = table["rules"], !list.array.isEmpty || list.fields.isEmpty else {
            throw reader.wrong(
                table["rules"], at: root["rules"], expected: "a list of rules",
                hint: "write rules = { { to = \"Web\", filters = { service = { \"EC2\" } } } }")
        }
        var columns: Set<String> = []
        var rules: [AllocationRule] = []
        for (index, item) in list.array.enumerated() {
            rules.append(try rule(item, index, at: root["rules"][index], &columns))
        }
        var allocation = Allocation(rules: rules)
        allocation.pools = try pools(table["pools"], at: root["pools"])
        if let name = try reader.text(table, "default", at: root) { allocation.otherwise = .target(name) }
        allocation.chain = try chain(table["chain"], at: root["chain"])
        if !table["period"].isNil { allocation.period = try reader.word(table["period"], at: root["period"]) }
        if !table["scale"].isNil {
            guard let scale = table["scale"].wholeNumber else {
                throw reader.wrong(table["scale"], at: root["scale"], expected: "the digits after the point")
            }
            allocation.split.scale = scale
        }
        if !table["zero"].isNil { allocation.split.zeroWeights = try reader.word(table["zero"], at: root["zero"]) }
        if !table["negative"].isNil {
            allocation.split.negativeWeights = try reader.word(table["negative"], at: root["negative"])
        }
        return (allocation, columns.sorted())
    }

    private func rule(
        _ value: LuaValue, _ index: Int, at path: FieldPath, _ columns: inout Set<String>
    ) throws(LuaFailure) -> AllocationRule {
        guard case .table(let table) = value else { throw reader.wrong(value, at: path, expected: "a rule") }
        try reader.checkNames(table, known: ["name", "to", "filters", "timeframe"], at: path)
        let destination: AllocationRule.Destination
        switch table["to"] {
        case .string(let target) where !target.isEmpty: destination = .target(target)
        case .table(let inner):
            try reader.checkNames(inner, known: ["column"], at: path["to"])
            guard let column = try reader.text(inner, "column", at: path["to"]) else {
                throw reader.bad(path["to"], "names no column", hint: "write to = { column = \"team\" }")
            }
            columns.insert(column)
            destination = .valueOf(column: column)
        default:
            throw reader.wrong(
                table["to"], at: path["to"], expected: "the name of a target", hint: "or to = { column = \"team\" }")
        }
        let condition = try reader.readFilters(table["filters"], at: path["filters"]).map(RowCondition.init)
        condition?.collectColumns(into: &columns)
        var frame = LuaTable()
        if case .table(let table) = table["timeframe"] {
            frame = table
        } else if !table["timeframe"].isNil {
            throw reader.wrong(table["timeframe"], at: path["timeframe"], expected: "{ from =, to = }")
        }
        try reader.checkNames(frame, known: ["from", "to"], at: path["timeframe"])
        return AllocationRule(
            try reader.text(table, "name", at: path) ?? "rule \(index + 1)", where: condition,
            from: try day(frame["from"], at: path["timeframe"]["from"]),
            to: try day(frame["to"], at: path["timeframe"]["to"]), destination)
    }

    private func day(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> CostDay? {
        guard !value.isNil else { return nil }
        guard let day = value.string.flatMap(CostDay.init(text:)) else {
            throw reader.wrong(value, at: path, expected: "a day, YYYY-MM-DD")
        }
        return day
    }

    // `"step_down"`, `{ step_down = { "S1", "S2" } }` and the like.
    private func chain(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> ChainMethod {
        switch value {
        case .nil, .string("step_down"): return .stepDown(order: nil)
        case .string("direct"): return .direct
        case .string("reciprocal"): return .reciprocal
        case .table(let table):
            try reader.checkNames(table, known: ["step_down"], at: path)
            return .stepDown(order: try names(table["step_down"], at: path["step_down"]))
        default:
            throw reader.wrong(
                value, at: path, expected: "\"direct\", \"step_down\", \"reciprocal\" or { step_down = { … } }")
        }
    }

    private func names(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> [String] {
        guard case .table(let table) = value, table.fields.isEmpty, !table.array.isEmpty else {
            throw reader.wrong(value, at: path, expected: "a list of names")
        }
        return try table.array.enumerated().map { index, item throws(LuaFailure) in
            guard case .string(let name) = item else {
                throw reader.wrong(item, at: path[index], expected: "a name")
            }
            return name
        }
    }

    private func pools(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> [SharedPool] {
        guard !value.isNil else { return [] }
        guard case .table(let table) = value, table.array.isEmpty else {
            throw reader.wrong(
                value, at: path, expected: "a table of pools by name", hint: "write pools = { Platform = \"even\" }")
        }
        return try table.fields.sorted { $0.key < $1.key }.map { name, item throws(LuaFailure) in
            SharedPool(name, try method(item, at: path[name]))
        }
    }

    private static let methods = ["even", "proportional", "fixed", "weights"]

    private func method(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> SharingMethod {
        switch value {
        case .string("even"): return .even(nil)
        case .string("proportional"): return .proportional(nil)
        case .table(let table):
            try reader.checkNames(table, known: Self.methods + ["rest"], at: path)
            guard let name = Self.methods.first(where: { !table[$0].isNil }),
                table.fields.count == (table["rest"].isNil ? 1 : 2)
            else { break }
            switch name {
            case "even": return .even(try names(table[name], at: path[name]))
            case "proportional": return .proportional(try names(table[name], at: path[name]))
            case "fixed":
                let weights = try weights(table[name], at: path[name]).map { Weight($0.name, $0.value) }
                switch try reader.text(table, "rest", at: path) {
                case nil: return .fixed(weights, .none)
                case "keep": return .fixed(weights, .keep)
                case let rest?: return .fixed(weights, .target(rest))
                }
            default:
                guard case .table(let inner) = table[name], case .table(let list) = inner["list"] else {
                    return .weighted("weights", try weights(table[name], at: path[name]))
                }
                return .weighted(inner["name"].string ?? "weights", try dated(list, at: path[name]))
            }
        default: break
        }
        throw reader.wrong(
            value, at: path,
            expected: "\"even\", \"proportional\", or one of { fixed = … }, { weights = … }, { even = … }")
    }

    // Numbers by target.
    private func weights(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> [DatedWeight] {
        guard case .table(let table) = value, table.array.isEmpty, !table.fields.isEmpty else {
            throw reader.wrong(value, at: path, expected: "numbers by target", hint: "write { Web = 60, Shop = 40 }")
        }
        return try table.fields.sorted { $0.key < $1.key }.map { name, item throws(LuaFailure) in
            DatedWeight(name, try item.decimal("allocate: \(path[name])"))
        }
    }

    // What the Lua half made of rows: { target =, day =, weight = }.
    private func dated(_ list: LuaTable, at path: FieldPath) throws(LuaFailure) -> [DatedWeight] {
        try list.array.compactMap(\.table).map { entry throws(LuaFailure) in
            DatedWeight(
                entry["target"].string ?? "", try entry["weight"].decimal("allocate: \(path)"),
                day: entry["day"].string.flatMap(CostDay.init(text:)))
        }
    }
}

extension CostDay {
    /// A day, or a month's first: `2026-10-01`, `2026-10`, also with a time behind it.
    init?(text: String) {
        let day = text.utf8.count == 7 ? Day(text + "-01") : Day(text.prefix(10))
        guard let day else { return nil }
        self.init(day.daysSinceEpoch)
    }
}

extension RowCondition {
    /// A filter whose keys are names of columns.
    fileprivate init(_ filter: Filter) {
        switch filter {
        case .leaf(let leaf):
            guard let comparison = RowOperator(rawValue: leaf.operator.rawValue) else {
                preconditionFailure("both list the operators of the API's filters")
            }
            self = .leaf(RowComparison(leaf.key.key, comparison, leaf.values))
        case .all(let parts): self = .all(parts.map(RowCondition.init))
        case .any(let parts): self = .any(parts.map(RowCondition.init))
        }
    }

    fileprivate func collectColumns(into columns: inout Set<String>) {
        switch self {
        case .leaf(let comparison): columns.insert(comparison.column)
        case .all(let parts), .any(let parts): for part in parts { part.collectColumns(into: &columns) }
        }
    }
}
