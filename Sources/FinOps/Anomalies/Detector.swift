/// Says of each day of a series whether it cost what was to be expected.
///
/// Days are judged in order, each by what lies before it only, so a judgement is the same whether later days are known or
/// not. A day that was an anomaly is left out of every baseline until a run of them is adopted as the new level.
public struct Detector: Sendable {
    /// What counts as an anomaly.
    public let settings: AnomalySettings

    /// Fails as `AnomalySettings.check()` does.
    public init(_ settings: AnomalySettings = AnomalySettings()) throws(FinOpsError) {
        try settings.check()
        self.settings = settings
    }

    /// A judgement for each day, in order.
    package func judgements(of series: DailySeries) -> [Judgement] {
        if settings.method == .monthToDate {
            return series.values.indices.map { MonthToDate.judgement(of: $0, series, settings) }
        }
        var scan = SeriesScan(series, settings)
        return series.values.indices.map { scan.judge($0) }
    }
}
