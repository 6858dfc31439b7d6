import FinOps
import Testing

/// Sixteen weeks from Thursday 1 January 2026: 1,000 on weekdays and 400 at weekends, with a little noise.
func weeks(_ change: (inout [Double?]) -> Void = { _ in }) -> DailySeries {
    let first = CostDay(20_454)
    var values: [Double?] = (0..<112).map { index in
        (first.advanced(by: index).weekday > 5 ? 400 : 1_000) + Double(index * 37 % 11) - 5
    }
    change(&values)
    return DailySeries("s", first: first, values: values)
}

struct DetectorTests {
    private func verdicts(
        _ series: DailySeries, _ change: (inout AnomalySettings) -> Void = { _ in }
    ) throws -> [Judgement] {
        var settings = AnomalySettings()
        change(&settings)
        return try Detector(settings).judgements(of: series)
    }

    private func anomalies(
        _ series: DailySeries, _ change: (inout AnomalySettings) -> Void = { _ in }
    ) throws -> [Int] {
        try verdicts(series, change).enumerated().filter { $0.element.verdict == .anomaly }.map(\.offset)
    }

    static let methods: [AnomalySettings.Method] = [.sameWeekday, .generalizedESD, .ewma]

    @Test(arguments: methods)
    func `A weekend is no anomaly, a spike is, and it never becomes its own baseline`(
        method: AnomalySettings.Method
    ) throws {
        #expect(try anomalies(weeks()) { $0.method = method } == [])
        let spiked = weeks { $0[70] = 2_000 }
        #expect(try anomalies(spiked) { $0.method = method } == [70])
        let judgement = try verdicts(spiked) { $0.method = method }[70]
        #expect((judgement.expected - 1_000).magnitude < 15 && judgement.actual == 2_000)
        // The same spike on every weekday after would be normal if the first had counted.
        #expect(try verdicts(spiked) { $0.method = method }[77].expected < 1_015)
    }

    @Test(arguments: methods)
    func `A judgement does not depend on later days`(method: AnomalySettings.Method) throws {
        let series = weeks { values in
            values[50] = 3_000
            for index in 80..<112 { values[index] = values[index].map { $0 * 2 } }
        }
        let whole = try verdicts(series) { $0.method = method }
        for count in stride(from: 30, through: 111, by: 9) {
            let part = DailySeries("s", first: series.first, values: Array(series.values.prefix(count)))
            #expect(try verdicts(part) { $0.method = method } == Array(whole.prefix(count)))
        }
    }

    @Test func `Money and percent must both be exceeded`() throws {
        // 12 % and 120 in money above.
        let series = weeks { $0[70] = 1_120 }
        #expect(try anomalies(series) == [70])
        #expect(try anomalies(series) { $0.minimumMoney = 125 } == [])
        #expect(try anomalies(series) { $0.minimumPercent = 13 } == [])
    }

    @Test func `A flat series has bounds as wide as the minimums`() throws {
        let flat = DailySeries(
            "flat", first: CostDay(20_454), values: Array(repeating: 500, count: 60) + [599.99, 600.01])
        let judgements = try verdicts(flat)
        #expect(judgements[60].verdict == .normal && judgements[61].verdict == .anomaly)
        #expect(judgements[61].tolerance == 100 && judgements[61].expected == 500)
        let score = try #require(judgements[61].score)
        #expect(score.isFinite && score > 3.5)
    }

    @Test func `A level that lasts is adopted, with one run of anomalies before`() throws {
        let series = weeks { values in for index in 80..<112 { values[index] = values[index].map { $0 * 1.5 } } }
        #expect(try anomalies(series) == Array(80..<94))
        #expect(try anomalies(series) { $0.adoptAfter = nil } == Array(80..<112))
        #expect(try anomalies(series) { $0.adoptAfter = 20 } == Array(80..<100))
    }

    @Test func `A job that runs on a weekday from now on is adopted after three weeks`() throws {
        let series = weeks { values in for index in stride(from: 70, to: 112, by: 7) { values[index] = 2_500 } }
        #expect(try anomalies(series) == [70, 77, 84])
        #expect(try anomalies(series) { $0.adoptAfter = 28 } == [70, 77, 84, 91])
    }

    @Test func `What comes at the same place of each month is expected from the second time on`() throws {
        // 1 February, March and April 2026, and the last day of each month before.
        let places = [30, 31, 58, 59, 89, 90]
        let series = weeks { values in for place in places { values[place] = values[place].map { $0 + 3_000 } } }
        #expect(try anomalies(series) == [30, 31])
        #expect(try anomalies(series) { $0.knowsMonths = false } == places)
        let doubled = weeks { values in
            for place in places { values[place] = values[place].map { $0 + 3_000 } }
            values[90] = values[90].map { $0 + 3_000 }
        }
        #expect(try anomalies(doubled) == [30, 31, 90])
        #expect(try (verdicts(doubled)[90].impact - 3_000).magnitude < 30)
    }

    @Test func `Days of which nothing is known are no zeros`() throws {
        let series = weeks { values in for index in [40, 41, 70, 71, 72] { values[index] = nil } }
        let judgements = try verdicts(series)
        #expect(judgements[70].verdict == .unknown)
        #expect(judgements.allSatisfy { $0.verdict != .anomaly })
    }

    @Test func `A series is judged once there is enough before it`() throws {
        let judgements = try verdicts(weeks())
        #expect(judgements.prefix(21).allSatisfy { $0.verdict == .learning })
        #expect(judgements.dropFirst(21).allSatisfy { $0.verdict == .normal })
        #expect(try verdicts(DailySeries("none", first: CostDay(0), values: [])).isEmpty)
    }

    @Test func `The month to date is held against as many days of the month before`() throws {
        let first = CostDay(20_454)
        // January at 10 a day, February at 10 and from the tenth at 30.
        let values = (0..<59).map { index in index < 40 ? 10.0 : 30 }
        let series = DailySeries("s", first: first, values: values)
        let judgements = try verdicts(series) {
            $0.method = .monthToDate
            $0.minimumMoney = 30
        }
        #expect(judgements[20].verdict == .learning && judgements[32].verdict == .learning)
        #expect(judgements[40].actual == 120 && judgements[40].expected == 100 && judgements[40].verdict == .normal)
        #expect(judgements[41].actual == 150 && judgements[41].expected == 110 && judgements[41].verdict == .anomaly)
        #expect(judgements[58].expected == 280 && judgements[58].score == nil)
        // 31 March against all of February.
        let march = DailySeries("s", first: CostDay(20_485), values: Array(repeating: 10, count: 59))
        #expect(try verdicts(march) { $0.method = .monthToDate }.last?.expected == 280)
        let gap = DailySeries("s", first: first, values: (0..<59).map { $0 == 5 ? nil : 10 })
        #expect(try verdicts(gap) { $0.method = .monthToDate }[40].verdict == .learning)
    }

    @Test func `Settings out of their range are an error`() throws {
        let changes: [@Sendable (inout AnomalySettings) -> Void] = [
            { $0.weeks = 2 }, { $0.lag = -1 }, { $0.threshold = 0 }, { $0.threshold = .nan }, { $0.minimumMoney = -1 },
            { $0.minimumPercent = .infinity }, { $0.minimumHistory = 13 }, { $0.adoptAfter = 3 }, { $0.readyPart = 2 },
            { $0.smoothing = 0 }, { $0.significance = 1 },
        ]
        for change in changes {
            var settings = AnomalySettings()
            change(&settings)
            expectError(.invalid) { try Detector(settings) }
        }
    }
}
