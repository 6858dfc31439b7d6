/// What a detector says of one day of one series.
package struct Judgement: Hashable, Sendable {
    /// What became of the day.
    package enum Verdict: String, Sendable, CaseIterable {
        /// Nothing is known of the day.
        case unknown
        /// There is too little before it.
        case learning
        /// As expected.
        case normal
        /// Not as expected.
        case anomaly
    }

    /// The day.
    package let day: CostDay
    /// What became of it.
    package let verdict: Verdict
    /// What the day cost; for the month to date, all its days up to this one.
    package let actual: Double
    /// What it should have cost.
    package let expected: Double
    /// How far it may be off either way.
    package let tolerance: Double
    /// How many deviations it is off; nil where none were estimated.
    package let score: Double?

    /// Actual less expected.
    package var impact: Double { actual - expected }

    static func without(_ verdict: Verdict, _ day: CostDay, _ actual: Double) -> Judgement {
        Judgement(day: day, verdict: verdict, actual: actual, expected: 0, tolerance: 0, score: nil)
    }
}
