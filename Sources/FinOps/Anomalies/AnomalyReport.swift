/// What a check says of a day.
public struct AnomalyReport: Sendable {
    /// Whether there was something to judge.
    public enum State: Hashable, Sendable {
        /// The day was judged: no finding means that all is as expected.
        case judged
        /// The day's costs are not there yet, or not all: nothing can be said. The text tells why.
        case notReady(String)
    }

    /// The day that was judged: so many days before today as the lag says.
    public let day: CostDay
    /// Whether there was something to judge.
    public let state: State
    /// Each series by its impact, the greatest first, and then the total.
    public let findings: [Finding]
    /// The series that were judged, and the total as nil.
    public let judged: Set<String?>
    /// The series with too little history, by name.
    public let learning: [String]
}

extension Detector {
    /// Says what a check on the day `today` says of the day that lies so many days before as the lag says, knowing no
    /// later costs: each series, then the total.
    ///
    /// Fails with `overflow`.
    public func check(
        _ costs: DailyCosts, today: CostDay, contributors count: Int = 5
    ) throws(FinOpsError) -> AnomalyReport {
        let day = today.advanced(by: -settings.lag)
        let calendar = try costs.calendar(through: day)
        if let reason = notReady(calendar, day) {
            return AnomalyReport(day: day, state: .notReady(reason), findings: [], judged: [], learning: [])
        }
        var findings: [Finding] = []
        var judged: Set<String?> = []
        var learning: [String] = []
        // One series is its own total.
        let all = calendar.series.count == 1 ? calendar.series : calendar.series + [calendar.total]
        for series in all {
            let judgements = judgements(of: series)
            guard let last = judgements.last else { continue }
            switch last.verdict {
            case .unknown: break
            case .learning: series.name.map { learning.append($0) }
            case .normal: judged.insert(series.name)
            case .anomaly:
                judged.insert(series.name)
                let parts = contributors(to: last, judgements, calendar.parts(of: series.name), count)
                // The total comes last.
                let same = findings.lazy.map(\.impact).filter { ($0 > 0) == (last.impact > 0) }
                let isExplained = series.name == nil && same.reduce(0, +).magnitude * 2 >= last.impact.magnitude
                findings.append(
                    Finding(series.name, last, settings.method, contributors: parts, isExplained: isExplained))
            }
        }
        findings.sort { left, right in
            if (left.series == nil) != (right.series == nil) { return right.series == nil }
            return left.impact.magnitude > right.impact.magnitude
        }
        return AnomalyReport(day: day, state: .judged, findings: findings, judged: judged, learning: learning)
    }

    private func notReady(_ calendar: CostCalendar, _ day: CostDay) -> String? {
        guard !calendar.present.isEmpty, calendar.total.last >= day else {
            let last =
                calendar.present.isEmpty ? "there are no costs at all" : "the last costs are of \(calendar.total.last)"
            return "There are no costs of \(day) yet: \(last)."
        }
        let known = calendar.present.dropLast().suffix(28).filter { $0 > 0 }
        guard let usual = Robust.median(known.map(Double.init)), let today = calendar.present.last else { return nil }
        guard Double(today) < settings.readyPart * usual else { return nil }
        return
            "Only \(today) series have costs of \(day), where about \(Int(usual.rounded())) usually do: more are to come."
    }

    /// The parts that moved most in the direction of a finding.
    private func contributors(
        to finding: Judgement, _ judgements: [Judgement], _ parts: [(name: String, value: (Int) -> Double)],
        _ count: Int
    ) -> [Finding.Contributor] {
        let index = judgements.count - 1
        let days = stride(from: index - 7, through: max(0, index - settings.weeks * 7), by: -7)
            .filter { judgements[$0].verdict == .normal || judgements[$0].verdict == .learning }
        let all = parts.map { part in
            Finding.Contributor(
                name: part.name, actual: part.value(index), expected: Robust.median(days.map(part.value)) ?? 0)
        }
        let moved = all.filter { $0.change != 0 && ($0.change > 0) == (finding.impact > 0) }
        return Array(moved.sorted { $0.change.magnitude > $1.change.magnitude }.prefix(count))
    }
}
