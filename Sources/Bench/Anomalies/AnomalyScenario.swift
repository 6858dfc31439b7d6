import FinOps

/// A series whose anomalies are known, because they were put there.
package struct AnomalyScenario: Sendable {
    /// What was put there, or what could be taken for it.
    package enum Kind: String, Sendable, CaseIterable {
        /// One or two days of 1.4 to 3 times the cost.
        case spike
        /// From a day on 1.25 to 2 times the cost.
        case levelShift = "level shift"
        /// From a day on costs where there were none.
        case newSpend = "new spend"
        /// From a day on none where there were costs.
        case goneSpend = "gone spend"
        /// Weekends at a tenth to a half, and nothing else.
        case weekdays = "weekdays only"
        /// A fee on the first and a closing entry on the last day of each month, and nothing else.
        case monthEnd = "month end only"
        /// Seven days of which nothing is known, and a spike.
        case missingDays = "missing days"

        /// Whether something is to be found.
        package var hasEvent: Bool { self != .weekdays && self != .monthEnd }
    }

    /// The costs.
    let series: DailySeries
    /// The days of the event, as places in the series; nil if there is none.
    let event: ClosedRange<Int>?

    /// Days of a series; judged from `firstJudged` on.
    static let days = 220
    static let firstJudged = 120

    /// A series for a seed. Each has weekends that cost less, noise of 2 to 8 %, and grows or shrinks by up to 0.5 % a week.
    package init(_ kind: Kind, seed: Int) {
        var random = Random(seed: seed &* 1_000_003 &+ (Kind.allCases.firstIndex(of: kind) ?? 0))
        let size = random.logNormal(median: 800, sigma: 1)
        let weekend = kind == .weekdays ? 0.1 + 0.4 * random.uniform() : 0.5 + 0.5 * random.uniform()
        let noise = 0.02 + 0.06 * random.uniform()
        let growth = (random.uniform() - 0.5) * 0.01 / 7
        // 2026-01-01 and up to a month later, so that months and weeks fall differently.
        let first = CostDay(20_454 + Int(random.uniform() * 30))
        var values: [Double?] = (0..<Self.days).map { index in
            let isWeekend = first.advanced(by: index).weekday > 5
            return size * (isWeekend ? weekend : 1) * (1 + growth * Double(index)) * (1 + noise * random.normal())
        }
        let start = 130 + Int(random.uniform() * 70)
        event = Self.put(kind, start, size, first, &values, &random)
        let cents = values.map { $0.map { ($0 * 100).rounded() / 100 } }
        series = DailySeries("\(kind.rawValue) \(seed)", first: first, values: cents)
    }

    private static func put(
        _ kind: Kind, _ start: Int, _ size: Double, _ first: CostDay, _ values: inout [Double?], _ random: inout Random
    ) -> ClosedRange<Int>? {
        func scale(_ days: ClosedRange<Int>, _ factor: Double) -> ClosedRange<Int> {
            for index in days { values[index] = values[index].map { $0 * factor } }
            return days
        }
        switch kind {
        case .spike: return scale(start...start + (random.uniform() < 0.5 ? 0 : 1), 1.4 + 1.6 * random.uniform())
        case .levelShift: return scale(start...days - 1, 1.25 + 0.75 * random.uniform())
        case .goneSpend: return scale(start...days - 1, 0)
        case .newSpend:
            _ = scale(0...start - 1, 0)
            return start...days - 1
        case .weekdays: return nil
        case .monthEnd:
            let (fee, closing) = (size * (0.3 + random.uniform()), size * (0.3 + random.uniform()))
            for index in values.indices {
                let day = first.advanced(by: index)
                if day.dayOfMonth == 1 { values[index] = values[index].map { $0 + fee } }
                if day == day.lastOfMonth { values[index] = values[index].map { $0 + closing } }
            }
            return nil
        case .missingDays:
            for _ in 0..<7 {
                let index = firstJudged + Int(random.uniform() * Double(days - firstJudged))
                if !(start...start + 1).contains(index) { values[index] = nil }
            }
            return scale(start...start + 1, 1.4 + 1.6 * random.uniform())
        }
    }
}
