/// A detector's way through a series.
struct SeriesScan {
    private let series: DailySeries
    private let settings: AnomalySettings
    /// Whether a day may be part of a baseline.
    private var isUsable: [Bool]
    /// Whether each day was an anomaly: above (1), below (-1) or none (0).
    private var wasAnomaly: [Int]
    /// What each day was off its weekday's baseline, and off what was expected in the end.
    private var residuals: [Double?]
    private var errors: [Double?]
    /// The first day of the present level.
    private var level = 0
    /// The same of each weekday, by the place of a day modulo 7.
    private var weekdayLevels = [0, 0, 0, 0, 0, 0, 0]
    /// The first day of the present run of anomalies, how many there were, and whether they were above.
    private var run: (start: Int, count: Int, isAbove: Bool)?

    init(_ series: DailySeries, _ settings: AnomalySettings) {
        self.series = series
        self.settings = settings
        isUsable = series.values.map { _ in false }
        wasAnomaly = series.values.map { _ in 0 }
        residuals = series.values.map { _ in nil }
        errors = residuals
    }

    /// Judges the day after those judged before.
    mutating func judge(_ index: Int) -> Judgement {
        let day = series.first.advanced(by: index)
        guard let actual = series.values[index] else { return .without(.unknown, day, 0) }
        adopt()
        guard let baseline = baseline(of: index) else {
            isUsable[index] = true
            return .without(.learning, day, actual)
        }
        residuals[index] = actual - baseline
        let estimate = estimate(index, baseline, actual)
        var judgement = judgement(day, actual, estimate)
        var isEffect = false
        if judgement.verdict == .anomaly, let effect = monthlyEffect(on: day, index) {
            let shifted = self.judgement(
                day, actual, Estimate(expected: estimate.expected + effect, scale: estimate.scale))
            if shifted.impact.magnitude < judgement.impact.magnitude {
                judgement = shifted
                isEffect = true
            }
        }
        if judgement.verdict == .anomaly {
            let isAbove = judgement.impact > 0
            wasAnomaly[index] = isAbove ? 1 : -1
            if let last = run, last.isAbove == isAbove {
                run?.count += 1
            } else {
                run = (index, 1, isAbove)
            }
        } else {
            run = nil
            isUsable[index] = !isEffect
            if !isEffect { errors[index] = actual - estimate.expected }
        }
        return judgement
    }

    private struct Estimate {
        var expected: Double
        /// A standard deviation of what a day is off; nil where it is not known.
        var scale: Double?
        /// Whether another test says that the day is an outlier; nil leaves it to the scale.
        var isOutlier: Bool?
    }

    private func judgement(_ day: CostDay, _ actual: Double, _ estimate: Estimate) -> Judgement {
        // A flat series has no deviation at all: the minimums keep the bounds apart.
        let minimum = Double.maximum(
            settings.minimumMoney, settings.minimumPercent / 100 * estimate.expected.magnitude)
        let spread = settings.threshold * (estimate.scale ?? 0)
        let tolerance = Double.maximum(minimum, spread)
        let off = actual - estimate.expected
        let isAnomaly = off.magnitude > tolerance && estimate.isOutlier ?? true
        let floored = tolerance > 0 ? off / (tolerance / settings.threshold) : nil
        return Judgement(
            day: day, verdict: isAnomaly ? .anomaly : .normal, actual: actual, expected: estimate.expected,
            tolerance: tolerance, score: floored)
    }

    /// A run of anomalies that has lasted becomes the level that later days are held against.
    private mutating func adopt() {
        guard let after = settings.adoptAfter, let run, run.count >= after else { return }
        level = run.start
        for index in run.start..<series.values.count where series.values[index] != nil {
            guard residuals[index] != nil else { break }
            isUsable[index] = true
        }
        self.run = nil
    }

    /// The days before one that may be part of a baseline, the latest first, `step` days apart.
    private func usable(before index: Int, days: Int, step: Int = 1) -> [Int] {
        stride(from: index - step, through: max(level, index - days), by: -step)
            .filter { isUsable[$0] && $0 >= weekdayLevels[$0 % 7] }
    }

    /// The median of the same weekday; nil while there are too few days. All days together would not do: weekends would
    /// be anomalies, and then never part of a baseline.
    private mutating func baseline(of index: Int) -> Double? {
        let span = settings.weeks * 7
        adoptWeekday(of: index)
        let needed = level == 0 ? settings.minimumHistory : min(settings.minimumHistory, settings.adoptAfter ?? 14)
        guard usable(before: index, days: span).count >= needed else { return nil }
        let weekdays = usable(before: index, days: span, step: 7)
        return weekdays.count < 2 ? nil : Robust.median(weekdays.compactMap { series.values[$0] })
    }

    /// What was an anomaly on the same weekday of some weeks in a row is a pattern, and that weekday's new level.
    private mutating func adoptWeekday(of index: Int) {
        guard let after = settings.adoptAfter else { return }
        let weeks = max(3, (after + 6) / 7)
        let known = stride(from: index - 7, through: level, by: -7).lazy.filter { [series] in series.values[$0] != nil }
        let last = Array(known.prefix(weeks))
        guard last.count == weeks, last.allSatisfy({ wasAnomaly[$0] != 0 && wasAnomaly[$0] == wasAnomaly[last[0]] })
        else {
            return
        }
        for index in last { isUsable[index] = true }
        weekdayLevels[index % 7] = last[weeks - 1]
    }

    private func estimate(_ index: Int, _ baseline: Double, _ actual: Double) -> Estimate {
        let recent = usable(before: index, days: settings.weeks * 7)
        switch settings.method {
        case .sameWeekday, .monthToDate:
            return Estimate(expected: baseline, scale: deviation(recent, baseline))
        case .ewma:
            let shift = movingAverage(recent.reversed().compactMap { residuals[$0] })
            return Estimate(expected: baseline + shift, scale: deviation(recent, baseline))
        case .generalizedESD:
            let known = recent.compactMap { residuals[$0] }
            guard known.count >= settings.minimumHistory else {
                return Estimate(expected: baseline, scale: deviation(recent, baseline))
            }
            let test = GeneralizedESD(
                known + [actual - baseline], significance: settings.significance, maximum: max(1, known.count / 10))
            let isOutlier = test.outliers.contains(known.count)
            let inner = known.indices.filter { !test.outliers.contains($0) }.map { known[$0] }
            let mean = inner.reduce(0, +) / Double(inner.count)
            let squares = inner.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(max(1, inner.count - 1))).squareRoot()
            // The bounds stand where the test draws the line.
            let critical = test.steps.last?.critical ?? settings.threshold
            return Estimate(
                expected: baseline + mean, scale: deviation * critical / settings.threshold, isOutlier: isOutlier)
        }
    }

    /// How far days are usually off: of what was expected of them where that is known, else of their median.
    ///
    /// Costs waver by a part of their size, so that a weekend's small deviations would make the weekdays' bounds too
    /// narrow; a few days near zero would make their own so. The wider of the two deviations, in money and as a part of
    /// what was expected, is right for both.
    private func deviation(_ recent: [Int], _ baseline: Double) -> Double? {
        let known = recent.filter { errors[$0] != nil }
        guard known.count >= 14 else {
            let residuals: [Double] = recent.compactMap { self.residuals[$0] }
            let values: [Double] = residuals.count >= 7 ? residuals : recent.prefix(28).compactMap { series.values[$0] }
            return Robust.medianAbsoluteDeviation(values).map { $0 * Robust.normalScale }
        }
        func expected(_ index: Int) -> Double { ((series.values[index] ?? 0) - (errors[index] ?? 0)).magnitude }
        let least = 0.1 * (Robust.median(known.map(expected)) ?? 0)
        func size(_ expected: Double) -> Double { Double.maximum(expected.magnitude, least) }
        let off = Robust.median(known.map { (errors[$0] ?? 0).magnitude }) ?? 0
        let part = least > 0 ? Robust.median(known.map { (errors[$0] ?? 0).magnitude / size(expected($0)) }) ?? 0 : 0
        return Double.maximum(off, part * size(baseline)) * Robust.normalScale
    }

    /// The exponentially weighted mean, the newest value last; 0 of nothing.
    private func movingAverage(_ values: [Double]) -> Double {
        guard let first = values.first else { return 0 }
        return values.dropFirst().reduce(first) { $0 + settings.smoothing * ($1 - $0) }
    }

    /// What days were off at the same place of up to three months before, counted from the month's first or last day; nil
    /// unless the last month is known, or where nothing is to be known of months.
    private func monthlyEffect(on day: CostDay, _ index: Int) -> Double? {
        guard settings.knowsMonths else { return nil }
        let fromFirst = day.dayOfMonth - 1
        let toLast = day.distance(to: day.lastOfMonth)
        func before(_ place: (_ firstOfMonth: CostDay) -> CostDay) -> Double? {
            var found: [Double] = []
            var month = day.firstOfMonth
            while found.count < 3 {
                month = month.firstOfPriorMonth
                let place = place(month)
                guard place.firstOfMonth == month, let off = series.index(of: place).flatMap({ residuals[$0] }) else {
                    break
                }
                found.append(off)
            }
            return Robust.median(found)
        }
        let off = residuals[index] ?? 0
        let effects: [Double] = [
            before { $0.advanced(by: fromFirst) }, before { $0.lastOfMonth.advanced(by: -toLast) },
        ].compactMap { $0 }
        return effects.filter { ($0 < 0) == (off < 0) }.min { ($0 - off).magnitude < ($1 - off).magnitude }
    }
}
