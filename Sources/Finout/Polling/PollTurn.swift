import HostLoop

/// When one running query is worth a status call. Times are ages in seconds since its submission.
struct PollTurn {
    let query: PolledQuery
    let estimate: DurationEstimate
    /// Now.
    let age: Double
    /// When it was last known to run.
    let asked: Double

    init(_ query: PolledQuery, _ estimate: DurationEstimate, now: Moment) {
        self.query = query
        self.estimate = estimate
        // Another process's clock may be ahead.
        age = Double.maximum((now - query.submitted).seconds, 0)
        asked = Double.minimum(Double.maximum(query.lastAsked.map { ($0 - query.submitted).seconds } ?? 0, 0), age)
    }

    /// From 0.5 to 1.5, by the query's id: queries that are alike are asked at different times, so that the first that
    /// is found tells about the others.
    var spread: Double {
        // FNV-1a, and a multiplication that carries the last letters into the bits that count.
        let hash = query.id.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 } &* 0x9E37_79B1
        return 0.5 + Double(hash >> 8) * 0x1p-24
    }

    /// The delay that a call now is expected to end.
    var worth: Double { estimate.expectedDelay(at: age, runningAt: asked) }

    /// The earliest and the latest age of the next call, with so many queries `running` and a call each `spacing`.
    func bounds(_ settings: PollSettings, spacing: Double, running: Int) -> ClosedRange<Double> {
        let plausible = estimate.isGuess ? 0 : estimate.age(ofChance: PollPolicy.plausible, runningAt: 0)
        let earliest = Double.maximum(settings.first.seconds, plausible)
        let longest = settings.max.seconds
        // A query that has run for ten minutes is not done sooner for being asked every five seconds, and one alone
        // does not use the budget up.
        let pause = Double.maximum(Double.minimum(asked / 50, 60), Double.minimum(spacing, longest / 4))
        let patience = Double.maximum(longest, Double.minimum(asked / 20, 60))
        // Half of the budget gives everyone a turn in this time.
        let round = 2 * spacing * Double(running)
        let lower = asked > 0 ? Double.maximum(earliest, asked + pause) : earliest
        return lower...Double.maximum(lower, asked + Double.maximum(patience, round))
    }

    /// The age within `bounds` from which on a call is worth `price`.
    func age(worth price: Double, in bounds: ClosedRange<Double>) -> Double {
        func isWorth(_ age: Double) -> Bool { estimate.expectedDelay(at: age, runningAt: asked) >= price }
        if isWorth(bounds.lowerBound) { return bounds.lowerBound }
        guard isWorth(bounds.upperBound) else { return bounds.upperBound }
        var (tooEarly, enough) = (bounds.lowerBound, bounds.upperBound)
        while enough - tooEarly > 0.01 {
            let middle = (tooEarly + enough) / 2
            if isWorth(middle) { enough = middle } else { tooEarly = middle }
        }
        return enough
    }
}
