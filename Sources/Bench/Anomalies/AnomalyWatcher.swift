import FinOps

/// A way to find anomalies: a detector of FinOps or one of the usual rules of thumb, with the same minimums.
package enum AnomalyWatcher: Sendable, CaseIterable {
    case sameWeekday, generalizedESD, ewma, rollingZScore, overYesterday

    package var name: String {
        switch self {
        case .sameWeekday: "same weekday, MAD"
        case .generalizedESD: "generalized ESD"
        case .ewma: "EWMA"
        case .rollingZScore: "28-day z-score"
        case .overYesterday: "20 % over yesterday"
        }
    }

    /// Money that a day must be off, for all of them.
    static let minimumMoney = 20.0
    /// And percent.
    static let minimumPercent = 10.0

    /// Whether each day is said to be too high (1), too low (-1) or neither (0).
    func verdicts(_ series: DailySeries) -> [Int] {
        switch self {
        case .sameWeekday: detect(.sameWeekday, series)
        case .generalizedESD: detect(.generalizedESD, series)
        case .ewma: detect(.ewma, series)
        case .rollingZScore: rollingZScore(series.values)
        case .overYesterday: overYesterday(series.values)
        }
    }

    private func detect(_ method: AnomalySettings.Method, _ series: DailySeries) -> [Int] {
        var settings = AnomalySettings()
        settings.method = method
        settings.minimumMoney = Self.minimumMoney
        settings.minimumPercent = Self.minimumPercent
        guard let detector = try? Detector(settings) else { preconditionFailure("the settings are in range") }
        return detector.judgements(of: series).map { $0.verdict == .anomaly ? ($0.impact > 0 ? 1 : -1) : 0 }
    }

    /// More than three standard deviations off the mean of the 28 days before.
    private func rollingZScore(_ values: [Double?]) -> [Int] {
        values.indices.map { index in
            let window = values[max(0, index - 28)..<index].compactMap(\.self)
            guard let actual = values[index], window.count >= 14 else { return 0 }
            let mean = window.reduce(0, +) / Double(window.count)
            let squares = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(window.count - 1)).squareRoot()
            return off(actual, mean, isFar: (actual - mean).magnitude > 3 * deviation)
        }
    }

    /// More than a fifth above the last day known.
    private func overYesterday(_ values: [Double?]) -> [Int] {
        values.indices.map { index in
            guard let actual = values[index], let prior = values[..<index].last(where: { $0 != nil }) ?? nil else {
                return 0
            }
            return off(actual, prior, isFar: actual > prior * 1.2)
        }
    }

    private func off(_ actual: Double, _ expected: Double, isFar: Bool) -> Int {
        let minimum = Double.maximum(Self.minimumMoney, Self.minimumPercent / 100 * expected.magnitude)
        guard isFar, (actual - expected).magnitude > minimum else { return 0 }
        return actual > expected ? 1 : -1
    }
}
