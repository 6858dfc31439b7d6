/// What counts as an anomaly.
public struct AnomalySettings: Hashable, Sendable {
    /// How the expected cost of a day is found.
    public enum Method: String, Sendable, CaseIterable {
        /// The median of the same weekday in the weeks before.
        case sameWeekday
        /// The same, with the generalized ESD test to tell an outlier.
        case generalizedESD
        /// The same, followed by an exponentially weighted average of how far the days since were off.
        case ewma
        /// The month so far against as many days of the month before.
        case monthToDate
    }

    /// How the expected cost is found.
    public var method = Method.sameWeekday
    /// Weeks that the baseline goes back.
    public var weeks = 8
    /// How many days before today the day lies that is judged: costs of the last two days are still coming in.
    public var lag = 2
    /// How many deviations a normal day may be off. Iglewicz and Hoaglin: 3.5.
    public var threshold = 3.5
    /// What a day must be off at least, in money.
    public var minimumMoney = 100.0
    /// And what it must be off at least, in percent of what was expected, where that is not zero.
    public var minimumPercent = 10.0
    /// Days with data that a series needs before it is judged.
    public var minimumHistory = 21
    /// After how many anomalous days in a row they are the new baseline, and so are those of one weekday after as many
    /// weeks in a row, at least three; nil never.
    public var adoptAfter: Int? = 14
    /// Whether a deviation is expected that came at the same place of the month before.
    public var knowsMonths = true
    /// Below what part of the usual number of series a day counts as not ready.
    public var readyPart = 0.5
    /// The weight of the newest day in the moving average.
    public var smoothing = 0.3
    /// The significance of the ESD test.
    public var significance = 0.05

    /// The defaults.
    public init() {}

    /// Fails with `invalid` for a setting out of its range.
    public func check() throws(FinOpsError) {
        func check(_ holds: Bool, _ what: String) throws(FinOpsError) {
            guard holds else { throw FinOpsError(.invalid, "An anomaly check cannot be so: \(what).") }
        }
        try check((3...52).contains(weeks), "weeks is \(weeks), it must be from 3 to 52")
        try check((0...60).contains(lag), "lag is \(lag), it must be from 0 to 60 days")
        try check(threshold > 0 && threshold.isFinite, "threshold is \(threshold), it must be above 0")
        try check(
            minimumMoney >= 0 && minimumMoney.isFinite, "the minimum money is \(minimumMoney), it must be at least 0")
        try check(
            minimumPercent >= 0 && minimumPercent.isFinite,
            "the minimum percent is \(minimumPercent), it must be at least 0")
        try check(
            (14...365).contains(minimumHistory), "the history is \(minimumHistory), it must be from 14 to 365 days")
        try check(adoptAfter.map { (14...365).contains($0) } ?? true, "adoption is not after 14 to 365 days")
        try check((0...1).contains(readyPart), "the ready part is \(readyPart), it must be from 0 to 1")
        try check(smoothing > 0 && smoothing <= 1, "smoothing is \(smoothing), it must be above 0 and at most 1")
        try check(significance > 0 && significance < 1, "significance is \(significance), it must be between 0 and 1")
    }
}
