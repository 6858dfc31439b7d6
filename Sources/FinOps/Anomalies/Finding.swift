/// How bad an anomaly is, by its percentage. Finout's own: high from 50 %, medium from 20 %.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
    /// Under 20 %.
    case minor
    /// From 20 % to under 50 %.
    case major
    /// From 50 % on, and where nothing was expected.
    case critical

    /// By percent, either way.
    init(percent: Double?) {
        switch percent?.magnitude ?? .infinity {
        case ..<20: self = .minor
        case ..<50: self = .major
        default: self = .critical
        }
    }

    /// The less bad first.
    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

/// A day of a series that did not cost what was to be expected.
public struct Finding: Hashable, Sendable {
    /// In which way.
    public enum Kind: String, Sendable, CaseIterable {
        /// More than expected.
        case above
        /// Less than expected.
        case below
        /// Something where there was nothing.
        case newSpend
        /// Nothing where there was something.
        case goneSpend
    }

    /// What a part of the series did on the day.
    public struct Contributor: Hashable, Sendable {
        /// The part.
        public let name: String
        /// What it cost.
        public let actual: Double
        /// The median of the same weekday in the weeks before.
        public let expected: Double
        /// Actual less expected.
        public var change: Double { actual - expected }
    }

    /// The series; nil stands for the total.
    public let series: String?
    /// The day.
    public let day: CostDay
    /// How it was found.
    public let method: AnomalySettings.Method
    /// In which way.
    public let kind: Kind
    /// What it cost.
    public let actual: Double
    /// What it should have cost.
    public let expected: Double
    /// The least it could have cost without being a finding.
    public let lower: Double
    /// The most.
    public let upper: Double
    /// How many deviations it is off, at most as many as the minimums allow; nil where none were estimated.
    public let score: Double?
    /// The parts that moved most in its direction, most first.
    public let contributors: [Contributor]
    /// Whether findings of series account for at least half of it; of the total only.
    public let isExplained: Bool

    /// Actual less expected.
    public var impact: Double { actual - expected }
    /// The impact by what was expected, in percent; nil where that is zero.
    public var percent: Double? { expected == 0 ? nil : impact * 100 / expected.magnitude }
    /// How bad it is.
    public var severity: Severity { Severity(percent: percent) }

    init(
        _ series: String?, _ judgement: Judgement, _ method: AnomalySettings.Method, contributors: [Contributor],
        isExplained: Bool
    ) {
        self.series = series
        self.method = method
        self.contributors = contributors
        self.isExplained = isExplained
        day = judgement.day
        actual = judgement.actual
        expected = judgement.expected
        lower = judgement.expected - judgement.tolerance
        upper = judgement.expected + judgement.tolerance
        score = judgement.score
        kind =
            if judgement.expected == 0, judgement.actual > 0 {
                .newSpend
            } else if judgement.actual == 0, judgement.expected > 0 {
                .goneSpend
            } else {
                judgement.impact > 0 ? .above : .below
            }
    }
}
