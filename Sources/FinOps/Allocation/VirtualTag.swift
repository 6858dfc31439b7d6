/// What the API calls a column of the rows.
public struct TagKey: Hashable, Sendable {
    /// The cost center.
    public var costCenter: String
    /// The key.
    public var key: String
    /// The key's type.
    public var type: String

    /// A key.
    public init(costCenter: String, key: String, type: String) {
        self.costCenter = costCenter
        self.key = key
        self.type = type
    }
}

/// The body of a request that makes a virtual tag out of rules. Nothing is sent here.
public struct VirtualTag: Hashable, Sendable {
    /// The body of `POST /v2/virtual-tags`.
    public let body: PlainValue
    /// What the API has no words for, as sentences.
    public let unexpressed: [String]
}

extension Allocation {
    /// Finout: "At most 1,000 rules per tag".
    static let maximumTagRules = 1_000

    /// The rules as a virtual tag of the V2 API. `keys` tells what the API calls each column that a rule names.
    ///
    /// Fails with `invalid` for a column without a key, for rules that cannot be meant, and for more than 1,000 rules.
    public func virtualTag(
        named name: String, keys: [String: TagKey], changeDescription: String? = nil
    ) throws(FinOpsError) -> VirtualTag {
        var written: [PlainValue] = []
        var fallback = otherwise.name
        for rule in rules {
            if rule.condition == nil, !rule.hasDates, case .target(let target) = rule.destination {
                // It takes every row: what follows it never comes to pass.
                fallback = target
                break
            }
            written.append(try value(of: rule, keys))
        }
        guard written.count <= Self.maximumTagRules else {
            throw FinOpsError(
                .invalid, "A virtual tag has at most 1,000 rules; these are \(written.count). Join some with OR.")
        }
        var fields: [PlainValue.Field] = [
            PlainValue.Field(name: "name", value: .string(name)),
            PlainValue.Field(name: "defaultValue", value: .string(fallback)),
            PlainValue.Field(name: "rules", value: .array(written)),
        ]
        if let changeDescription {
            fields.append(
                PlainValue.Field(
                    name: "versionMetadata", value: .object(["changeDescription": .string(changeDescription)])))
        }
        let unexpressed = pools.map { pool in
            "The virtual tag cannot split '\(pool.name)' (\(pool.method.name)): the API has no reallocation. Its rows get the value '\(pool.name)'."
        }
        return VirtualTag(body: .object(fields), unexpressed: unexpressed)
    }

    private func value(of rule: AllocationRule, _ keys: [String: TagKey]) throws(FinOpsError) -> PlainValue {
        func key(_ column: String) throws(FinOpsError) -> TagKey {
            guard let key = keys[column] else {
                throw FinOpsError(
                    .invalid,
                    "The rule '\(rule.name)' asks for '\(column)', and nothing says what the API calls that column: name its cost center, key and type."
                )
            }
            return key
        }
        var conditions: [PlainValue] = []
        if let condition = rule.condition { conditions.append(try Self.filter(condition, key)) }
        let to: PlainValue
        switch rule.destination {
        case .target(let target): to = .string(target)
        case .valueOf(let column):
            let key = try key(column)
            to = .object(["key": .string(key.key), "costCenter": .string(key.costCenter)])
            conditions.append(Self.leaf(key, .exists, []))
        }
        if conditions.isEmpty {
            // The API wants a filter: one that every row passes.
            guard let any = keys.sorted(by: { $0.key.bytes < $1.key.bytes }).first?.value else {
                throw FinOpsError(
                    .invalid, "The rule '\(rule.name)' has no condition, and no column is known to write one with.")
            }
            conditions = [.object(["OR": .array([Self.leaf(any, .exists, []), Self.leaf(any, .notExists, [])])])]
        }
        let filters = conditions.count == 1 ? conditions[0] : .object(["AND": .array(conditions)])
        guard rule.hasDates else { return .object(["to": to, "filters": filters]) }
        var timeframe = [
            PlainValue.Field(name: "from", value: .integer(rule.from?.milliseconds ?? 0))
        ]
        if let last = rule.to {
            // The last day is included: its last millisecond, as in queries.
            timeframe.append(
                PlainValue.Field(name: "to", value: .integer(last.advanced(by: 1).milliseconds - 1)))
        }
        return .object(["to": to, "filters": filters, "timeframe": .object(timeframe)])
    }

    private static func filter(
        _ condition: RowCondition, _ key: (String) throws(FinOpsError) -> TagKey
    ) throws(FinOpsError) -> PlainValue {
        switch condition {
        case .leaf(let comparison): return leaf(try key(comparison.column), comparison.operator, comparison.values)
        case .all(let conditions):
            return .object(["AND": .array(try filters(conditions, key))])
        case .any(let conditions): return .object(["OR": .array(try filters(conditions, key))])
        }
    }

    private static func filters(
        _ conditions: [RowCondition], _ key: (String) throws(FinOpsError) -> TagKey
    ) throws(FinOpsError) -> [PlainValue] {
        var written: [PlainValue] = []
        for condition in conditions { written.append(try filter(condition, key)) }
        return written
    }

    private static func leaf(_ key: TagKey, _ operator: RowOperator, _ values: [String]) -> PlainValue {
        var fields = [
            PlainValue.Field(name: "costCenter", value: .string(key.costCenter)),
            PlainValue.Field(name: "key", value: .string(key.key)),
            PlainValue.Field(name: "type", value: .string(key.type)),
            PlainValue.Field(name: "operator", value: .string(`operator`.rawValue)),
        ]
        if `operator`.takesValues {
            fields.append(PlainValue.Field(name: "value", value: .array(values.map { .string($0) })))
        }
        return .object(fields)
    }
}
