import FinOps
import Finout
import HostLoop
import LuaRuntime
import Wording

/// The host's half of an allocation: what was read, the rows in the making, and what came of them.
@HostLoop
private final class ScriptAllocation {
    let allocation: Allocation
    let columns: [String]
    var rows: CostRows?
    var result: AllocationResult?

    init(_ allocation: Allocation, columns: [String]) {
        self.allocation = allocation
        self.columns = columns
    }
}

extension ScriptModule {
    /// `finlua.allocate`.
    /// `observe` hears of each coverage that the script asks for.
    @HostLoop
    static func allocate(_ observe: @escaping @HostLoop (ScriptObservation) -> Void) -> ScriptModule {
        ScriptModule(
            name: "finlua.allocate", source: PackageResources.allocate_lua,
            native: [
                "read": NativeFunction(call: call) { arguments in
                    let (allocation, columns) = try AllocationReader().read(try arguments.table(0, "options"))
                    return .values([
                        .object(ScriptAllocation(allocation, columns: columns)),
                        .table(LuaTable(array: columns.map(LuaValue.string))),
                    ])
                },
                "begin": NativeFunction(call: call) { arguments in
                    let box = try box(arguments)
                    box.rows = try exact(call) { () throws(FinOpsError) in try CostRows(columns: box.columns) }
                    return .values([])
                },
                "add": NativeFunction(call: call) { arguments in
                    try add(try arguments.table(1, "rows").array, to: try box(arguments))
                    return .values([])
                },
                "run": NativeFunction(call: call) { arguments in
                    let box = try box(arguments)
                    guard let rows = box.rows else { return .values([]) }
                    box.rows = nil
                    box.result = try exact(call) { () throws(FinOpsError) in
                        if let dead = box.allocation.deadRules.first?.message { throw FinOpsError(.invalid, dead) }
                        let result = try box.allocation.result(of: rows)
                        try checkPools(box.allocation, result)
                        _ = try result.prove()
                        return result
                    }
                    return .values([])
                },
                "lines": query { result throws(FinOpsError) in
                    .array(
                        try result.lines.map { line throws(FinOpsError) in
                            try line.table(of: result.period)
                        })
                },
                "totals": query { result throws(FinOpsError) in .array(try totals(result)) },
                "coverage": NativeFunction(call: call) { arguments in
                    let result = try result(arguments)
                    let coverage = try exact(call) { () throws(FinOpsError) in try result.coverage() }
                    observe(.coverage(coverage.allocatedShare))
                    return .values([.table(coverage.table)])
                },
                "prove": query { result throws(FinOpsError) in
                    let proof = try result.prove()
                    return .one(
                        LuaTable(fields: [
                            "rows": .integer(Int64(proof.rows)), "lines": .integer(Int64(proof.lines)),
                            "moves": .integer(Int64(proof.moves)), "total": .number(Double(proof.total)),
                        ]))
                },
                "rules": query { result throws(FinOpsError) in
                    .array(
                        result.rules.map { rule in
                            LuaTable(fields: [
                                "rule": .string(rule.rule), "rows": .integer(Int64(rule.rows)),
                                "cost": .number(Double(rule.amount)),
                                "problem": rule.message.map(LuaValue.string) ?? .nil,
                            ])
                        })
                },
                "explain": NativeFunction(call: call) { arguments in
                    let result = try result(arguments)
                    let moves = result.explain(try arguments.string(1, "target"))
                    return .values([
                        .table(
                            LuaTable(fields: [
                                "received": .table(
                                    LuaTable(array: moves.received.map { .table($0.table(of: result.period)) })),
                                "passed": .table(
                                    LuaTable(array: moves.passed.map { .table($0.table(of: result.period)) })),
                            ]))
                    ])
                },
                "diff": NativeFunction(call: call) { arguments in
                    let (before, after) = (try result(arguments), try result(arguments, 1))
                    let difference = try exact(call) { () throws(FinOpsError) in
                        try AllocationDifference(from: before, to: after)
                    }
                    return .values([
                        .table(LuaTable(array: difference.changes.map { .table($0.table) })),
                        .table(difference.total.table),
                    ])
                },
                "virtual_tag": NativeFunction(call: call) { arguments in
                    let box = try box(arguments)
                    let options = try arguments.table(1, "options")
                    let tag = try virtualTag(box.allocation, options)
                    return .values([
                        tag.body.value, .table(LuaTable(array: tag.unexpressed.map(LuaValue.string))),
                    ])
                },
            ])
    }

    private static let call = "allocate"

    private enum Answer {
        case array([LuaTable])
        case one(LuaTable)
    }

    @HostLoop
    private static func box(_ arguments: LuaArguments, _ index: Int = 0) throws(LuaFailure) -> ScriptAllocation {
        try arguments.object(index, "allocation", as: ScriptAllocation.self)
    }

    @HostLoop
    private static func result(_ arguments: LuaArguments, _ index: Int = 0) throws(LuaFailure) -> AllocationResult {
        guard let result = try box(arguments, index).result else {
            throw LuaFailure(code: "bad_argument", message: "allocate: there is no result", hint: nil)
        }
        return result
    }

    @HostLoop
    private static func query(
        _ body: @escaping @Sendable (AllocationResult) throws(FinOpsError) -> Answer
    ) -> NativeFunction {
        NativeFunction(call: call) { arguments in
            let result = try result(arguments)
            return switch try exact(call, { () throws(FinOpsError) in try body(result) }) {
            case .array(let rows): .values([.table(LuaTable(array: rows.map(LuaValue.table)))])
            case .one(let table): .values([.table(table)])
            }
        }
    }

    // One row after the other: day, columns, amount, unit, number; false stands for what is missing.
    @HostLoop
    private static func add(_ values: [LuaValue], to box: ScriptAllocation) throws(LuaFailure) {
        let width = box.columns.count + 4
        for start in stride(from: 0, to: values.count, by: width) {
            let row = values[start..<start + width]
            var day: CostDay?
            if let text = row[start].string {
                day = CostDay(text: text)
                if day == nil {
                    throw LuaFailure(code: "bad_argument", message: "allocate: \"\(text)\" is no day", hint: nil)
                }
            }
            let amount = try row[start + width - 3].decimal(call)
            let texts = row[(start + 1)..<(start + 1 + box.columns.count)].map(\.string)
            try exact(call) { () throws(FinOpsError) in
                try box.rows?.append(
                    day: day, texts, amount: amount, unit: row[start + width - 2].string,
                    number: Int(row[start + width - 1].integer ?? 1))
            }
        }
    }

    // A pool whose name is misspelt would pass on nothing, and nobody would know. One that a column may feed can be empty.
    private static func checkPools(_ allocation: Allocation, _ result: AllocationResult) throws(FinOpsError) {
        var targets: Set<String> = [allocation.otherwise.name]
        var hasColumns = false
        for rule in allocation.rules {
            if case .target(let name) = rule.destination { targets.insert(name) } else { hasColumns = true }
        }
        targets.formUnion(result.moves.map(\.target))
        for pool in allocation.pools where !targets.contains(pool.name) {
            let near = NearMatches.hint(for: pool.name, among: targets.sorted())
            if near == nil, hasColumns || result.rows.count == 0 { continue }
            throw FinOpsError(
                .invalid,
                "pools.\(pool.name): no rule and no row gives anything to '\(pool.name)'"
                    + (near.map { "; \($0)" } ?? "."))
        }
    }

    // The greatest first, then by name.
    private static func totals(_ result: AllocationResult) throws(FinOpsError) -> [LuaTable] {
        let sorted = try result.totals().sorted { left, right in
            left.value == right.value ? left.key < right.key : left.value > right.value
        }
        let kinds = Dictionary(result.lines.map { ($0.target, $0.kind) }, uniquingKeysWith: { first, _ in first })
        return sorted.map { name, amount in
            LuaTable(fields: [
                "target": .string(name), "kind": .string(kinds[name]?.rawValue ?? ""), "cost": .number(Double(amount)),
            ])
        }
    }

    private static func virtualTag(
        _ allocation: Allocation, _ options: LuaTable
    ) throws(LuaFailure) -> VirtualTag {
        let reader = SpecificationReader(
            today: Day(daysSinceEpoch: 0), call: "allocate: virtual_tag", code: "bad_argument")
        let root = FieldPath("")
        guard let name = try reader.text(options, "name", at: root) else {
            throw reader.bad(root["name"], "the tag needs a name")
        }
        guard case .table(let table) = options["keys"] else {
            throw reader.wrong(
                options["keys"], at: root["keys"], expected: "what the API calls each column",
                hint: "write keys = { service = { costCenter = \"AWS\", key = \"service\", type = \"col\" } }")
        }
        var keys: [String: TagKey] = [:]
        for (column, value) in table.fields {
            let key = try reader.key(value, at: root["keys"][column])
            guard let type = key.type else {
                throw reader.bad(
                    root["keys"][column], "the key's type is missing",
                    hint: "write { costCenter = \"\(key.costCenter)\", key = \"\(key.key)\", type = \"…\" }; "
                        + "`finlua keys` lists types")
            }
            keys[column] = TagKey(costCenter: key.costCenter, key: key.key, type: type)
        }
        return try exact("allocate") { () throws(FinOpsError) in
            try allocation.virtualTag(
                named: name, keys: keys, changeDescription: options["description"].string)
        }
    }
}

extension AllocationPeriod {
    /// The field of a row that names a period's first day, and how it is written.
    fileprivate func fields(_ day: CostDay?) -> [String: LuaValue] {
        guard let day else { return [:] }
        return self == .month
            ? ["month": .string(String(day.description.prefix(7)))] : ["day": .string(day.description)]
    }
}

extension AllocationResult.Line {
    fileprivate func table(of period: AllocationPeriod) throws(FinOpsError) -> LuaTable {
        var fields: [String: LuaValue] = [
            "target": .string(target), "kind": .string(kind.rawValue), "direct": .number(Double(direct)),
            "shared": .number(Double(shared)), "cost": .number(Double(try total())),
        ]
        fields.merge(period.fields(self.period)) { field, _ in field }
        return LuaTable(fields: fields)
    }
}

extension AllocationResult.Move {
    fileprivate func table(of period: AllocationPeriod) -> LuaTable {
        var fields: [String: LuaValue] = [
            "target": .string(target), "method": .string(method), "share": .number(share),
            "rules": .table(LuaTable(array: rules.map(LuaValue.string))), "rows": .integer(Int64(rows)),
            "cost": .number(Double(amount)),
        ]
        fields["source"] = source.map(LuaValue.string)
        fields["weight"] = weight.map { .number(Double($0)) }
        fields.merge(period.fields(self.period)) { field, _ in field }
        return LuaTable(fields: fields)
    }
}

extension AllocationResult.Coverage {
    fileprivate var table: LuaTable {
        var fields: [String: LuaValue] = [
            "total": .number(Double(total)), "allocated": .number(Double(allocated)),
            "unallocated": .number(Double(unallocated)), "kept": .number(Double(kept)),
            "shared": .number(Double(shared)),
        ]
        fields["allocated_share"] = allocatedShare.map(LuaValue.number)
        fields["shared_share"] = sharedShare.map(LuaValue.number)
        return LuaTable(fields: fields)
    }
}

extension AllocationDifference.Change {
    fileprivate var table: LuaTable {
        var fields: [String: LuaValue] = [
            "target": .string(target), "before": .number(Double(before)), "after": .number(Double(after)),
            "change": .number(Double(change)),
        ]
        fields["percent"] = percent.map(LuaValue.number)
        return LuaTable(fields: fields)
    }
}

extension PlainValue {
    /// As a script has it: tables of arrays and fields.
    fileprivate var value: LuaValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let integer): .integer(integer)
        case .array(let items): .table(LuaTable(array: items.map(\.value)))
        case .object(let fields):
            .table(LuaTable(fields: Dictionary(fields.map { ($0.name, $0.value.value) }, uniquingKeysWith: { $1 })))
        }
    }
}
