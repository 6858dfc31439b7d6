import FinOps
import HostLoop
import LuaRuntime

/// The host's half of a check: how it judges, and the costs in the making.
@HostLoop
private final class ScriptCheck {
    let detector: Detector
    let contributors: Int
    var costs = DailyCosts()
    var days: Set<CostDay> = []

    init(_ detector: Detector, contributors: Int) {
        self.detector = detector
        self.contributors = contributors
    }
}

extension ScriptModule {
    /// `finlua.anomaly`. Between Lua and here a series is one text that stands for its values; the total is none.
    /// `observe` hears of each report.
    @HostLoop
    static func anomaly(_ observe: @escaping @HostLoop (ScriptObservation) -> Void) -> ScriptModule {
        ScriptModule(
            name: "finlua.anomaly", source: PackageResources.anomaly_lua,
            native: [
                "read": NativeFunction(call: call) { arguments in
                    let (settings, count) = try AnomalyReader(call: call).read(try arguments.table(0, "options"))
                    let detector = try exact(call) { () throws(FinOpsError) in try Detector(settings) }
                    return .values([
                        .object(ScriptCheck(detector, contributors: count)), .integer(Int64(settings.lag)),
                    ])
                },
                "add": NativeFunction(call: call) { arguments in
                    try add(try arguments.table(1, "rows").array, to: try box(arguments))
                    return .values([])
                },
                "judge": NativeFunction(call: call) { arguments in
                    let box = try box(arguments)
                    let today = try day(try arguments.string(1, "today"))
                    let mutes = try arguments.table(2, "mutes").array.compactMap(\.table)
                        .map { mute throws(LuaFailure) in
                            AnomalyMemory.Mute(
                                series: mute["series"].string, until: try day(mute["through"].string ?? ""))
                        }
                    let memory = AnomalyMemory(
                        try arguments.table(3, "memory").array.map { entry throws(LuaFailure) in
                            guard let entry = AnomalyMemory.Entry(entry) else {
                                throw LuaFailure(
                                    code: "state", message: "\(call): what was remembered is damaged",
                                    hint: "delete it with store.delete")
                            }
                            return entry
                        })
                    let report = try exact(call) { () throws(FinOpsError) in
                        try box.detector.check(box.costs, today: today, contributors: box.contributors)
                    }
                    let (changes, after) = memory.updated(with: report, mutes: mutes)
                    var table = report.table(days: box.days.count { $0 <= report.day })
                    let reason = report.reason(box.detector.settings)
                    observe(.anomalies(reason == nil ? changes.counts : nil))
                    if let reason {
                        table["ready"] = false
                        table["reason"] = .string(reason)
                    }
                    table["findings"] = .table(
                        LuaTable(array: changes.compactMap { $0.findingTable(knowing: memory).map(LuaValue.table) }))
                    table["resolved"] = .table(
                        LuaTable(
                            array: changes.filter { $0.state == .resolved }.map { .table($0.entry.resolvedTable) }))
                    table["memory"] = .table(LuaTable(array: after.entries.map { .table($0.table) }))
                    return .values([.table(table)])
                },
            ])
    }

    private static let call = "anomaly.check"

    @HostLoop
    private static func box(_ arguments: LuaArguments) throws(LuaFailure) -> ScriptCheck {
        try arguments.object(0, "check", as: ScriptCheck.self)
    }

    private static func day(_ text: String) throws(LuaFailure) -> CostDay {
        guard text.utf8.count >= 10, let day = CostDay(text: text) else {
            throw LuaFailure(
                code: "bad_argument", message: "\(call): \"\(text)\" is no day", hint: "days are written YYYY-MM-DD")
        }
        return day
    }

    // One group after the other: day, series, part or false, amount.
    @HostLoop
    private static func add(_ values: [LuaValue], to box: ScriptCheck) throws(LuaFailure) {
        for start in stride(from: 0, to: values.count, by: 4) {
            let day = try day(values[start].string ?? "")
            box.days.insert(day)
            box.costs.add(
                try values[start + 3].decimal(call), series: values[start + 1].string ?? "",
                part: values[start + 2].string, on: day)
        }
    }
}

/// The exact difference of two amounts, as they are printed.
private func difference(_ left: Double, _ right: Double) -> LuaValue {
    guard let left = try? Decimal(left), let right = try? Decimal(right), let difference = try? left - right else {
        return .number(left - right)
    }
    return .number(Double(difference))
}

extension AnomalyReport {
    fileprivate func table(days: Int) -> LuaTable {
        LuaTable(fields: [
            "ready": true, "day": .string(day.description),
            "learning": .table(LuaTable(array: learning.map(LuaValue.string))),
            "checked": .table(
                LuaTable(fields: [
                    "series": .integer(Int64(judged.count { $0 != nil })), "days": .integer(Int64(days)),
                ])),
        ])
    }

    /// Why nothing can be said of the day; nil where something can.
    fileprivate func reason(_ settings: AnomalySettings) -> String? {
        switch state {
        case .notReady(let reason): reason
        case .judged where !judged.isEmpty: nil
        case .judged where settings.method == .monthToDate:
            "No series can be judged on \(day): the month to date is judged from its fifth day on, and needs costs of "
                + "each of its days and of as many of the month before."
        case .judged:
            "No series can be judged on \(day): each needs \(settings.minimumHistory) days with costs before it, and "
                + "two of the same weekday."
        }
    }
}

extension [AnomalyMemory.Change] {
    /// How many findings there are of each severity, neither muted nor explained.
    fileprivate var counts: [String: Int] {
        var counts = Dictionary(uniqueKeysWithValues: Severity.allCases.map { ("\($0)", 0) })
        for change in self where !change.isMuted {
            if let finding = change.finding, !finding.isExplained { counts["\(finding.severity)", default: 0] += 1 }
        }
        return counts
    }
}

extension AnomalyMemory.Change {
    /// The finding; nil where it is resolved. One of which an earlier run told on the same day is told of no more.
    fileprivate func findingTable(knowing memory: AnomalyMemory) -> LuaTable? {
        guard let finding else { return nil }
        let wasTold = memory.entries.contains { known in
            known.series == entry.series && known.isAbove == entry.isAbove && known.isAnnounced
                && known.last >= finding.day && known.severity >= finding.severity
        }
        var fields: [String: LuaValue] = [
            "day": .string(finding.day.description), "rule": .string(finding.kind.scriptName),
            "actual": .number(finding.actual), "expected": .number(finding.expected), "lower": .number(finding.lower),
            "upper": .number(finding.upper), "impact": difference(finding.actual, finding.expected),
            "severity": .string("\(finding.severity)"), "state": .string((wasTold ? .ongoing : state).rawValue),
            "alert": .boolean(isAlert && !wasTold), "muted": .boolean(isMuted),
            "explained": .boolean(finding.isExplained), "since": .string(entry.first.description),
            "impact_since": .number(entry.impact),
            "contributors": .table(LuaTable(array: finding.contributors.map { .table($0.table) })),
        ]
        fields["series"] = finding.series.map(LuaValue.string)
        fields["percent"] = finding.percent.map(LuaValue.number)
        fields["score"] = finding.score.map(LuaValue.number)
        return LuaTable(fields: fields)
    }
}

extension Finding.Kind {
    /// Scripts write new_spend, as Lua's names go.
    fileprivate var scriptName: String {
        switch self {
        case .above: "above"
        case .below: "below"
        case .newSpend: "new_spend"
        case .goneSpend: "gone_spend"
        }
    }
}

extension Finding.Contributor {
    fileprivate var table: LuaTable {
        LuaTable(fields: [
            "name": .string(name), "actual": .number(actual), "expected": .number(expected),
            "change": difference(actual, expected),
        ])
    }
}

extension AnomalyMemory.Entry {
    fileprivate var resolvedTable: LuaTable {
        var fields: [String: LuaValue] = [
            "state": "resolved", "since": .string(first.description), "last": .string(last.description),
            "severity": .string("\(severity)"), "impact_since": .number(impact),
        ]
        fields["series"] = series.map(LuaValue.string)
        return LuaTable(fields: fields)
    }

    /// As it is kept between runs.
    fileprivate var table: LuaTable {
        var fields: [String: LuaValue] = [
            "above": .boolean(isAbove), "first": .string(first.description), "last": .string(last.description),
            "state": .string(state.rawValue), "severity": .integer(Int64(severity.rawValue)),
            "impact": .number(impact), "announced": .boolean(isAnnounced),
        ]
        fields["series"] = series.map(LuaValue.string)
        return LuaTable(fields: fields)
    }

    /// As it was kept; nil for anything else.
    fileprivate init?(_ value: LuaValue) {
        guard let table = value.table, let isAbove = table["above"].boolean, let impact = table["impact"].number,
            let first = table["first"].string.flatMap(CostDay.init(text:)),
            let last = table["last"].string.flatMap(CostDay.init(text:)),
            let state = table["state"].string.flatMap(AnomalyMemory.State.init(rawValue:)),
            let severity = table["severity"].wholeNumber.flatMap(Severity.init(rawValue:)),
            let isAnnounced = table["announced"].boolean, table["series"].isNil || table["series"].string != nil
        else { return nil }
        self.init(
            series: table["series"].string, isAbove: isAbove, first: first, last: last, state: state,
            severity: severity, impact: impact, isAnnounced: isAnnounced)
    }
}
