/// What was found before, so that one anomaly is one alert.
public struct AnomalyMemory: Hashable, Sendable {
    /// An anomaly that is going on.
    public struct Entry: Hashable, Sendable {
        /// The series; nil stands for the total.
        public var series: String?
        /// Whether it costs more than expected.
        public var isAbove: Bool
        /// The first day it was found on.
        public var first: CostDay
        /// The last.
        public var last: CostDay
        /// What was said on the last day.
        public var state: State
        /// The worst that was said of it.
        public var severity: Severity
        /// Its impact on all days on which it was found; for the month to date, on the last.
        public var impact: Double
        /// Whether anybody was told.
        public var isAnnounced: Bool

        /// An entry, as it was remembered.
        public init(
            series: String?, isAbove: Bool, first: CostDay, last: CostDay, state: State, severity: Severity,
            impact: Double, isAnnounced: Bool
        ) {
            self.series = series
            self.isAbove = isAbove
            self.first = first
            self.last = last
            self.state = state
            self.severity = severity
            self.impact = impact
            self.isAnnounced = isAnnounced
        }
    }

    /// How a finding stands to what was found before.
    public enum State: String, Sendable, CaseIterable {
        /// Not seen before.
        case new
        /// Seen before, and no worse.
        case ongoing
        /// Seen before, and worse by a severity.
        case grown
        /// Not there any more.
        case resolved

        /// Whether somebody is to be told: once, and again only if it has grown.
        public var isAlert: Bool { self == .new || self == .grown }
    }

    /// A series of which nobody wants to hear until a day. What began meanwhile and goes on is new on the day after.
    public struct Mute: Hashable, Sendable {
        /// The series; nil stands for the total.
        public var series: String?
        /// The last day on which it holds.
        public var until: CostDay

        /// A mute, which always has an end.
        public init(series: String?, until: CostDay) {
            self.series = series
            self.until = until
        }
    }

    /// What became of an anomaly.
    public struct Change: Hashable, Sendable {
        /// How it stands to what was found before.
        public let state: State
        /// What is known of it.
        public let entry: Entry
        /// The finding; nil where it is resolved.
        public let finding: Finding?
        /// Whether nobody wants to hear of it.
        public let isMuted: Bool

        /// Whether somebody is to be told: not again of the total where series account for it.
        public var isAlert: Bool { state.isAlert && !isMuted && finding?.isExplained == false }
    }

    /// The anomalies that are going on.
    public var entries: [Entry]

    /// A memory of these.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// What a report says that this memory does not know yet, and the memory after it.
    ///
    /// The same report twice says the same and changes nothing more. A report of a day that is not ready changes nothing
    /// at all, and a series that could not be judged is not resolved.
    public func updated(
        with report: AnomalyReport, mutes: [Mute] = []
    ) -> (changes: [Change], memory: AnomalyMemory) {
        guard report.state == .judged else { return ([], self) }
        var changes: [Change] = []
        var left = entries
        var kept: [Entry] = []
        func isMuted(_ series: String?) -> Bool { mutes.contains { $0.series == series && report.day <= $0.until } }
        for finding in report.findings {
            let isAbove = finding.impact > 0
            let known = left.firstIndex { $0.series == finding.series && $0.isAbove == isAbove }
            var entry = known.map { left.remove(at: $0).followed(by: finding) } ?? Entry(finding)
            let isMuted = isMuted(finding.series)
            if !isMuted, !finding.isExplained, !entry.isAnnounced {
                // Nobody was told while it was muted, or while series told all there was to the total.
                entry.state = .new
                entry.isAnnounced = true
            }
            kept.append(entry)
            changes.append(Change(state: entry.state, entry: entry, finding: finding, isMuted: isMuted))
        }
        for entry in left {
            guard report.judged.contains(entry.series), report.day > entry.last else {
                kept.append(entry)
                continue
            }
            changes.append(Change(state: .resolved, entry: entry, finding: nil, isMuted: isMuted(entry.series)))
        }
        return (changes, AnomalyMemory(kept))
    }
}

extension AnomalyMemory.Entry {
    init(_ finding: Finding) {
        self.init(
            series: finding.series, isAbove: finding.impact > 0, first: finding.day, last: finding.day, state: .new,
            severity: finding.severity, impact: finding.impact, isAnnounced: false)
    }

    /// With what was found on a day; one that it knows already changes nothing, unless late costs made it worse.
    func followed(by finding: Finding) -> AnomalyMemory.Entry {
        var entry = self
        guard finding.day > last else {
            guard finding.day == last, finding.severity > severity else { return self }
            (entry.state, entry.severity) = (.grown, finding.severity)
            return entry
        }
        entry.last = finding.day
        entry.state = finding.severity > severity ? .grown : .ongoing
        entry.severity = max(severity, finding.severity)
        entry.impact = finding.method == .monthToDate ? finding.impact : entry.impact + finding.impact
        return entry
    }
}
