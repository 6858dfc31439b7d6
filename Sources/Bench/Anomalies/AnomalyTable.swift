/// What each watcher came to on series of each kind.
package struct AnomalyTable: Sendable {
    private let scores: [AnomalyWatcher: [AnomalyScenario.Kind: AnomalyScore]]

    /// On series of each kind, one for each seed.
    package init(seeds: ClosedRange<Int>) {
        var scores: [AnomalyWatcher: [AnomalyScenario.Kind: AnomalyScore]] = [:]
        for watcher in AnomalyWatcher.allCases {
            for kind in AnomalyScenario.Kind.allCases {
                scores[watcher, default: [:]][kind] = AnomalyScore(watcher, kind, seeds: seeds)
            }
        }
        self.scores = scores
    }

    /// A watcher's score on a kind; nil stands for all together.
    package func score(_ watcher: AnomalyWatcher, _ kind: AnomalyScenario.Kind?) -> AnomalyScore {
        AnomalyScore(
            AnomalyScenario.Kind.allCases.filter { kind == nil || kind == $0 }.compactMap { scores[watcher]?[$0] })
    }

    /// One promise of the default detector.
    package struct Goal: Sendable {
        /// In words, with its bound.
        package let text: String
        /// What it came to.
        package let value: Double
        /// Whether that is within the bound.
        package let isMet: Bool
    }

    /// What the default detector promises.
    package var goals: [Goal] {
        func atLeast(_ bound: Double, _ text: String, _ value: Double) -> Goal {
            Goal(text: "\(text), at least \(bound)", value: value, isMet: value >= bound)
        }
        func atMost(_ bound: Double, _ text: String, _ value: Double) -> Goal {
            Goal(text: "\(text), at most \(bound)", value: value, isMet: value <= bound)
        }
        var goals: [Goal] = []
        for kind in AnomalyScenario.Kind.allCases {
            let score = score(.sameWeekday, kind)
            goals.append(atMost(0.5, "\(kind.rawValue): false alerts a year", score.falseAlertsPerYear))
            guard kind.hasEvent else { continue }
            goals.append(atLeast(0.95, "\(kind.rawValue): recall", score.recall))
            goals.append(atLeast(0.85, "\(kind.rawValue): precision", score.precision))
            goals.append(atMost(0.3, "\(kind.rawValue): days to detect", score.meanDelay))
        }
        let own = score(.sameWeekday, nil)
        for rival in [AnomalyWatcher.rollingZScore, .overYesterday] {
            let other = score(rival, nil)
            goals.append(atLeast(0, "recall above that of \(rival.name)", own.recall - other.recall))
            goals.append(atLeast(0, "precision above that of \(rival.name)", own.precision - other.precision))
        }
        return goals
    }
}
