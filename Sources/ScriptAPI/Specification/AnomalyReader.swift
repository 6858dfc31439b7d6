import FinOps
import Finout
import HostLoop
import LuaRuntime

/// Turns the options of `anomaly.check` into settings. Every failure names the option.
struct AnomalyReader {
    private let reader: SpecificationReader

    init(call: String) {
        // Days are written out, so that today does not matter.
        reader = SpecificationReader(today: Day(daysSinceEpoch: 0), call: call, code: "bad_argument")
    }

    /// What is read in Lua: it names columns of the rows, days and the memory.
    private static let columns = ["by", "value", "contributors", "remember", "mute", "as_of"]
    private static let knobs = ["method", "lag", "min_impact", "min_percent", "ready_part", "top"]
    /// What only methods look at that judge a day by its weekday.
    private static let weekdayKnobs = ["weeks", "threshold", "min_history", "adopt_after", "month_effects"]

    /// How a method is written in a script.
    private enum Method: String, CaseIterable {
        case weekday, esd, ewma
        case monthToDate = "month_to_date"

        var method: AnomalySettings.Method {
            switch self {
            case .weekday: .sameWeekday
            case .esd: .generalizedESD
            case .ewma: .ewma
            case .monthToDate: .monthToDate
            }
        }
    }

    /// The settings, and how many contributors a finding names.
    func read(_ table: LuaTable) throws(LuaFailure) -> (AnomalySettings, contributors: Int) {
        let root = FieldPath("")
        if !table.array.isEmpty {
            throw reader.bad(root, "options have names", hint: "write { by = \"service\", value = \"cost\" }")
        }
        try reader.checkNames(
            table, known: Self.columns + Self.knobs + Self.weekdayKnobs + ["smoothing", "significance"], at: root)
        let method: Method = table["method"].isNil ? .weekday : try reader.word(table["method"], at: root["method"])
        for (name, owner) in [("smoothing", Method.ewma), ("significance", .esd)]
        where !table[name].isNil && method != owner {
            throw reader.bad(root[name], "only the method \"\(owner.rawValue)\" has it, this is \"\(method.rawValue)\"")
        }
        if method == .monthToDate, let name = Self.weekdayKnobs.first(where: { !table[$0].isNil }) {
            throw reader.bad(root[name], "the method \"month_to_date\" does not have it")
        }
        var settings = AnomalySettings()
        settings.method = method.method
        try read(table, "weeks", &settings.weeks)
        try read(table, "lag", &settings.lag)
        try read(table, "min_history", &settings.minimumHistory)
        try read(table, "threshold", &settings.threshold)
        try read(table, "min_impact", &settings.minimumMoney)
        try read(table, "min_percent", &settings.minimumPercent)
        try read(table, "ready_part", &settings.readyPart)
        try read(table, "smoothing", &settings.smoothing)
        try read(table, "significance", &settings.significance)
        switch table["adopt_after"] {
        case .nil: break
        case .boolean(false): settings.adoptAfter = nil
        case let value:
            guard let days = value.wholeNumber else {
                throw reader.wrong(
                    value, at: root["adopt_after"], expected: "a whole number of days, or false for never")
            }
            settings.adoptAfter = days
        }
        if !table["month_effects"].isNil {
            guard let flag = table["month_effects"].boolean else {
                throw reader.wrong(table["month_effects"], at: root["month_effects"], expected: "true or false")
            }
            settings.knowsMonths = flag
        }
        var count = 5
        try read(table, "top", &count)
        guard (1...1000).contains(count) else {
            throw reader.wrong(table["top"], at: root["top"], expected: "from 1 to 1000 contributors")
        }
        return (settings, count)
    }

    private func read(_ table: LuaTable, _ name: String, _ setting: inout Int) throws(LuaFailure) {
        guard !table[name].isNil else { return }
        guard let number = table[name].wholeNumber else {
            throw reader.wrong(table[name], at: FieldPath(name), expected: "a whole number")
        }
        setting = number
    }

    private func read(_ table: LuaTable, _ name: String, _ setting: inout Double) throws(LuaFailure) {
        guard !table[name].isNil else { return }
        guard let number = table[name].number else {
            throw reader.wrong(table[name], at: FieldPath(name), expected: "a number")
        }
        guard number.isFinite else { throw reader.bad(FieldPath(name), "is not a finite number") }
        setting = number
    }
}
