/// The month so far against as many days of the month before.
enum MonthToDate {
    /// Judges a day by all days of its month up to it. A month is too young on its first four days, and one that is longer
    /// than the month before is held against all of that.
    static func judgement(of index: Int, _ series: DailySeries, _ settings: AnomalySettings) -> Judgement {
        let day = series.first.advanced(by: index)
        let first = day.firstOfMonth
        let prior = first.firstOfPriorMonth
        let priorLast = min(prior.advanced(by: first.distance(to: day)), prior.lastOfMonth)
        guard let last = series.values[index] else { return .without(.unknown, day, 0) }
        guard day.dayOfMonth >= 5, let actual = sum(series, first, day), let expected = sum(series, prior, priorLast)
        else { return .without(.learning, day, last) }
        let tolerance = Double.maximum(settings.minimumMoney, settings.minimumPercent / 100 * expected.magnitude)
        let isAnomaly = (actual - expected).magnitude > tolerance
        return Judgement(
            day: day, verdict: isAnomaly ? .anomaly : .normal, actual: actual, expected: expected, tolerance: tolerance,
            score: nil)
    }

    /// The exact sum from one day to another; nil where a day is not known.
    private static func sum(_ series: DailySeries, _ first: CostDay, _ last: CostDay) -> Double? {
        var values: [Double] = []
        for number in first.number...last.number {
            guard let value = series.value(on: CostDay(number)) else { return nil }
            values.append(value)
        }
        return (try? Decimal.sum(values)).map { Double($0) }
    }
}
