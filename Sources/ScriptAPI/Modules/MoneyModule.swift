import FinOps
import HostLoop
import LuaRuntime
import Wording

extension ScriptModule {
    /// `finlua.money`. Between Lua and here an exact amount is its decimal text.
    @HostLoop static var money: ScriptModule {
        ScriptModule(
            name: "finlua.money", source: PackageResources.money_lua,
            native: [
                "decimal": native("money.exact") { arguments throws(LuaFailure) in try arguments.decimal(0) },
                "sum": native("money.sum") { arguments throws(LuaFailure) in
                    let terms = try arguments.table(0, "amounts").array
                    var sum = DecimalSum()
                    for term in terms { sum.add(try term.decimal("money.sum")) }
                    return try exact("money.sum") { () throws(FinOpsError) in try sum.total() }
                },
                "add": operation("amount") { left, right throws(FinOpsError) in try left + right },
                "subtract": operation("amount") { left, right throws(FinOpsError) in try left - right },
                "multiply": operation("amount") { left, right throws(FinOpsError) in try left * right },
                "divide": native("amount:divide") { arguments throws(LuaFailure) in
                    let (dividend, divisor) = (try arguments.decimal(0), try arguments.decimal(1))
                    let scale = try arguments.scale(2)
                    let rounding = try arguments.rounding(3)
                    return try exact("amount:divide") { () throws(FinOpsError) in
                        try dividend.divided(by: divisor, scale: scale, rounding)
                    }
                },
                "round": native("money.round") { arguments throws(LuaFailure) in
                    let amount = try arguments.decimal(0)
                    let scale = try arguments.scale(1)
                    let rounding = try arguments.rounding(2)
                    return try exact("money.round") { () throws(FinOpsError) in try amount.rounded(to: scale, rounding)
                    }
                },
                "compare": NativeFunction(call: "money.compare") { arguments in
                    let (left, right) = (try arguments.decimal(0), try arguments.decimal(1))
                    return .values([.integer(left < right ? -1 : left == right ? 0 : 1)])
                },
                "ratio": NativeFunction(call: "amount:ratio") { arguments in
                    let ratio = try arguments.decimal(0).ratio(to: try arguments.decimal(1))
                    return .values([ratio.map(LuaValue.number) ?? .nil])
                },
                "format": NativeFunction(call: "money.format") { arguments in
                    let amount = try arguments.decimal(0)
                    let scale = try arguments.scale(1)
                    let separator = try arguments.string(2, "separator")
                    let rounding = try arguments.rounding(3)
                    let text = try exact("money.format") { () throws(FinOpsError) in
                        try amount.formatted(scale: scale, rounding: rounding, separator: separator)
                    }
                    return .values([.string(text)])
                },
                "split": NativeFunction(call: "money.split") { arguments in .values(try split(arguments)) },
            ],
            cFunctions: ["exact_sum"])
    }

    /// `split(amount, weights, names, options)`: the parts, and what is kept.
    @HostLoop
    private static func split(_ arguments: LuaArguments) throws(LuaFailure) -> [LuaValue] {
        let amount = try arguments.decimal(0)
        let names = try arguments.table(2, "names").array.compactMap(\.string)
        var weights: [Weight] = []
        for (name, value) in zip(names, try arguments.table(1, "weights").array) {
            weights.append(Weight(name, try value.decimal("money.split: weight \(name)")))
        }
        let options = try arguments.table(3, "options")
        var way = Split(scale: options["scale"].integer.map(Int.init), ties: .position)
        if options["by_name"].boolean == true { way.ties = .name }
        way.zeroWeights = try choice(options["zero"], "zero", way.zeroWeights)
        way.negativeWeights = try choice(options["negative"], "negative", way.negativeWeights)
        let shares = try exact("money.split") { () throws(FinOpsError) in
            guard options["percent"].boolean == true else { return try way.shares(of: amount, by: weights) }
            let remainder: Remainder =
                switch options["rest"].string {
                case nil: .none
                case "keep": .keep
                case let name?: .target(name)
                }
            return try way.shares(of: amount, percentages: weights, remainder: remainder)
        }
        return [
            .table(LuaTable(array: shares.amounts.map { .string($0.description) })), .string(shares.kept.description),
        ]
    }

    @HostLoop
    private static func native(
        _ call: String, _ body: @escaping @HostLoop (LuaArguments) throws(LuaFailure) -> Decimal
    ) -> NativeFunction {
        NativeFunction(call: call) { arguments in .values([.string(try body(arguments).description)]) }
    }

    @HostLoop
    private static func operation(
        _ call: String, _ body: @escaping @Sendable (Decimal, Decimal) throws(FinOpsError) -> Decimal
    ) -> NativeFunction {
        native(call) { arguments throws(LuaFailure) in
            let (left, right) = (try arguments.decimal(0), try arguments.decimal(1))
            return try exact(call) { () throws(FinOpsError) in try body(left, right) }
        }
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: LuaValue, _ name: String, _ otherwise: Choice
    ) throws(LuaFailure) -> Choice {
        guard !value.isNil else { return otherwise }
        if let choice = value.string.flatMap(Choice.init(rawValue:)) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw LuaFailure(
            code: "bad_argument",
            message: "money.split: \(name) is \(value.shown); it is one of \(known.joined(separator: ", "))",
            hint: value.string.flatMap { NearMatches.hint(for: $0, among: known) })
    }
}

/// Runs exact arithmetic; what it refuses is the failure `bad_argument` of `call`.
func exact<Value>(_ call: String, _ body: () throws(FinOpsError) -> Value) throws(LuaFailure) -> Value {
    do {
        return try body()
    } catch {
        let hint =
            error.code == .weights
            ? "the options are zero = \"even\" or \"keep\", negative = \"clamp\" or \"net\", and rest = a target's name"
            : nil
        throw LuaFailure(code: "bad_argument", message: "\(call): \(error.message)", hint: hint)
    }
}

extension LuaValue {
    /// A number as the decimal it was printed as, or a decimal's text. Fails with `bad_argument`.
    func decimal(_ call: String) throws(LuaFailure) -> Decimal {
        switch self {
        case .integer(let value): Decimal(Int(value))
        case .number(let value): try exact(call) { () throws(FinOpsError) in try Decimal(value) }
        case .string(let text): try exact(call) { () throws(FinOpsError) in try Decimal(text) }
        default: throw LuaFailure(code: "bad_argument", message: "\(call): \(shown) is no amount", hint: nil)
        }
    }
}

extension LuaArguments {
    fileprivate func decimal(_ index: Int) throws(LuaFailure) -> Decimal { try self[index].decimal("amount") }

    fileprivate func scale(_ index: Int) throws(LuaFailure) -> Int {
        Int(truncatingIfNeeded: try integer(index, "scale"))
    }

    /// `half_even` and the like; absent: half even.
    fileprivate func rounding(_ index: Int) throws(LuaFailure) -> Rounding {
        guard let name = try optionalString(index, "mode") else { return .halfEven }
        let known = Rounding.allCases.map(\.scriptName)
        if let place = known.firstIndex(of: name) { return Rounding.allCases[place] }
        throw LuaFailure(
            code: "bad_argument", message: "the mode \"\(name)\" is none of \(known.joined(separator: ", "))",
            hint: NearMatches.hint(for: name, among: known))
    }
}

extension Rounding {
    /// Scripts write half_even, as Lua's names go.
    fileprivate var scriptName: String {
        rawValue.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
    }
}
