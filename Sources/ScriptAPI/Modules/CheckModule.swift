import HostLoop
import LuaRuntime
import Monitoring
import RowDecoder

/// The labels of a run's performance data, of which each stands once: a second would be mixed with the first in a graph.
@HostLoop
private final class Labels {
    private var taken: Set<String> = []

    func take(_ label: String, _ call: String) throws(LuaFailure) {
        guard taken.insert(label).inserted else {
            throw LuaFailure(
                code: "bad_argument", message: "\(call): there is a value named \"\(label)\" already",
                hint: "give each value a name of its own")
        }
    }
}

extension ScriptModule {
    /// `finlua.check`. `observe` hears of each check and each value.
    @HostLoop
    static func check(_ observe: @escaping @HostLoop (ScriptObservation) -> Void) -> ScriptModule {
        let labels = Labels()
        return ScriptModule(
            name: "finlua.check", source: PackageResources.check_lua,
            native: [
                "value": NativeFunction(call: "check.value") { arguments in
                    let datum = try datum(arguments, "check.value")
                    try labels.take(datum.label, "check.value")
                    let check = Check(datum)
                    observe(.datum(datum))
                    observe(.check(check))
                    return .values([.string(check.state.scriptName)])
                },
                "data": NativeFunction(call: "check.data") { arguments in
                    let datum = try datum(arguments, "check.data")
                    try labels.take(datum.label, "check.data")
                    observe(.datum(datum))
                    return .values([])
                },
                "say": NativeFunction(call: "check") { arguments in
                    let name = try arguments.string(0, "state")
                    let state = CheckState.allCases.first { $0.scriptName == name } ?? .unknown
                    observe(.check(Check(state, try arguments.string(1, "text"))))
                    return .values([.string(state.scriptName)])
                },
            ])
    }

    /// `name, value, options`.
    @HostLoop
    private static func datum(_ arguments: LuaArguments, _ call: String) throws(LuaFailure) -> PerformanceDatum {
        let label = try arguments.string(0, "name")
        var datum = PerformanceDatum(label, try arguments[1].number)
        let options = try arguments.table(2, "options")
        func bad(_ name: String, _ problem: String, hint: String? = nil) -> LuaFailure {
            LuaFailure(code: "bad_argument", message: "\(call): \(label): \(name): \(problem)", hint: hint)
        }
        func threshold(_ name: String) throws(LuaFailure) -> Threshold? {
            let text: String
            switch options[name] {
            case .nil: return nil
            case .string(let range): text = range
            case .integer(let number): text = "\(number)"
            case .number(let number): text = NumberText.shortest(number)
            case let other: throw bad(name, "expected a range or a number, got a \(other.typeName)")
            }
            do throws(Threshold.Fault) { return try Threshold(text) } catch {
                throw bad(name, error.message, hint: error.hint)
            }
        }
        func number(_ name: String) throws(LuaFailure) -> Double? {
            if options[name].isNil { return nil }
            guard let number = options[name].number, number.isFinite else { throw bad(name, "expected a number") }
            return number
        }
        datum.warning = try threshold("warn")
        datum.critical = try threshold("crit")
        datum.minimum = try number("min")
        datum.maximum = try number("max")
        if !options["unit"].isNil {
            guard let unit = options["unit"].string, PerformanceDatum.isUnit(unit) else {
                throw bad(
                    "unit", "expected a unit, such as \"USD\", \"%\" or \"s\"",
                    hint: "it has no digit, space, quote, equals sign, colon, semicolon, point or bar")
            }
            datum.unit = unit
        }
        return datum
    }
}

extension CheckState {
    /// As scripts write it.
    fileprivate var scriptName: String { word.lowercased() }
}
