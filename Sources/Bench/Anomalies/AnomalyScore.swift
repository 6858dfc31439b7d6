import FinOps

/// What a watcher came to on series whose anomalies are known.
package struct AnomalyScore: Sendable {
    /// Events that there were, and that were found within a week of their first day.
    package private(set) var events = 0
    package private(set) var found = 0
    /// Alerts, each for a run of days on the same side, and those of them that fell on an event.
    package private(set) var alerts = 0
    package private(set) var right = 0
    /// Days from the first of an event to its discovery, of all found.
    private var delay = 0
    /// Days judged.
    private var days = 0

    /// A watcher on the series of a kind, one for each seed.
    package init(_ watcher: AnomalyWatcher, _ kind: AnomalyScenario.Kind, seeds: ClosedRange<Int>) {
        for seed in seeds { add(watcher, AnomalyScenario(kind, seed: seed)) }
    }

    /// Of several kinds together.
    package init(_ scores: [AnomalyScore]) {
        for score in scores {
            events += score.events
            found += score.found
            alerts += score.alerts
            right += score.right
            delay += score.delay
            days += score.days
        }
    }

    /// Found by all events.
    package var recall: Double { events == 0 ? .nan : Double(found) / Double(events) }
    /// Right by all alerts.
    package var precision: Double { alerts == 0 ? .nan : Double(right) / Double(alerts) }
    /// Days to detect, on average; 0 is the first day.
    package var meanDelay: Double { found == 0 ? .nan : Double(delay) / Double(found) }
    /// Wrong alerts of a series in a year.
    package var falseAlertsPerYear: Double { Double(alerts - right) / Double(days) * 365 }

    private mutating func add(_ watcher: AnomalyWatcher, _ scenario: AnomalyScenario) {
        let verdicts = watcher.verdicts(scenario.series)
        let judged = AnomalyScenario.firstJudged..<verdicts.count
        days += judged.count
        var last = 0
        // Days of which nothing is known neither end a run nor begin one.
        for index in judged where scenario.series.values[index] != nil {
            let isNew = verdicts[index] != 0 && verdicts[index] != last
            last = verdicts[index]
            guard isNew else { continue }
            alerts += 1
            if scenario.event?.contains(index) == true { right += 1 }
        }
        guard let event = scenario.event else { return }
        events += 1
        let week = event.lowerBound...min(event.upperBound, event.lowerBound + 6)
        if let first = week.first(where: { verdicts[$0] != 0 }) {
            found += 1
            delay += first - event.lowerBound
        }
    }
}
