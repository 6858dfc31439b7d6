import FinOps
import Testing

struct AnomalyCheckTests {
    private let first = CostDay(20_454)

    /// Twelve weeks of two services of 500 and 300 a day on two accounts each, until the day before `today`.
    private func costs(
        days: Int = 84, skipping: Set<Int> = [], _ more: [(String, String, Int, Decimal)] = []
    ) throws -> DailyCosts {
        var costs = DailyCosts()
        for day in 0..<days where !skipping.contains(day) {
            for (service, account, amount) in [
                ("EC2", "a", 300), ("EC2", "b", 200), ("S3", "a", 100), ("S3", "b", 200),
            ] {
                costs.add(Decimal(amount), series: service, part: account, on: first.advanced(by: day))
            }
        }
        for (service, account, day, amount) in more {
            costs.add(amount, series: service, part: account, on: first.advanced(by: day))
        }
        return costs
    }

    /// A check on the day on which a day is judged.
    private func check(
        _ costs: DailyCosts, judging day: Int, _ change: (inout AnomalySettings) -> Void = { _ in }
    ) throws -> AnomalyReport {
        var settings = AnomalySettings()
        change(&settings)
        return try Detector(settings).check(costs, today: first.advanced(by: day + settings.lag))
    }

    @Test func `A finding tells all there is to it, for the series and then the total`() throws {
        let report = try check(costs([("EC2", "a", 83, 200)]), judging: 83)
        #expect(report.day == first.advanced(by: 83) && report.state == .judged && report.learning.isEmpty)
        #expect(report.judged == ["EC2", "S3", nil] && report.findings.map(\.series) == ["EC2", nil])
        let finding = report.findings[0]
        #expect(finding.actual == 700 && finding.expected == 500 && finding.impact == 200 && finding.percent == 40)
        #expect(finding.lower == 400 && finding.upper == 600 && finding.severity == .major && finding.kind == .above)
        #expect(finding.contributors.map(\.name) == ["a"] && finding.contributors[0].change == 200)
        let total = report.findings[1]
        #expect(total.isExplained && !finding.isExplained)
        let (changes, memory) = AnomalyMemory().updated(with: report)
        #expect(changes.map(\.isAlert) == [true, false] && memory.entries.map(\.isAnnounced) == [true, false])
        #expect(total.percent == 25 && total.contributors.map(\.name) == ["EC2"] && total.contributors[0].actual == 700)
    }

    @Test func `New and gone spend are told apart, and nothing expected has no percent`() throws {
        let new = try check(costs([("RDS", "a", 83, 150)]), judging: 83)
        #expect(new.findings[0].series == "RDS" && new.findings[0].kind == .newSpend)
        #expect(new.findings[0].percent == nil && new.findings[0].severity == .critical)
        let small = try check(costs([("RDS", "a", 83, "99.99")]), judging: 83)
        #expect(small.findings.isEmpty && small.state == .judged)
        let gone = try check(costs([("EC2", "a", 83, -300), ("EC2", "b", 83, -200)]), judging: 83)
        #expect(gone.findings.map(\.kind) == [.goneSpend, .below] && gone.findings[0].percent == -100)
        #expect(gone.findings[0].contributors.map(\.name) == ["a", "b"])
    }

    @Test(arguments: [(19.99, Severity.minor), (20, .major), (49.99, .major), (50, .critical), (-60, .critical)])
    func `Severity goes by percent`(percent: Double, severity: Severity) throws {
        let flat = DailyCosts.flat(days: 60, last: 10_000 * (1 + percent / 100), first: first)
        let report = try check(flat, judging: 59) { $0.minimumPercent = 5 }
        #expect(report.findings.map(\.severity) == [severity])
    }

    @Test func `Costs that are not there yet are no anomaly and not all right either`() throws {
        let none = try check(costs(), judging: 84)
        #expect(none.state == .notReady("There are no costs of 2026-03-26 yet: the last costs are of 2026-03-25."))
        #expect(none.findings.isEmpty && none.judged.isEmpty)
        #expect(try check(DailyCosts(), judging: 1).state != .judged)
        var few = try costs(days: 83)
        for index in 0..<6 { for day in 0..<83 { few.add(10, series: "\(index)", on: first.advanced(by: day)) } }
        few.add(500, series: "EC2", on: first.advanced(by: 83))
        let part = try check(few, judging: 83)
        #expect(
            part.state
                == .notReady("Only 1 series have costs of 2026-03-25, where about 8 usually do: more are to come."))
        #expect(try check(few, judging: 83) { $0.readyPart = 0.1 }.state == .judged)
    }

    @Test func `A day that nothing is known of is no zero for its weekday`() throws {
        let gaps = try costs(skipping: [55, 62, 69, 76, 82])
        #expect(try check(gaps, judging: 83).findings.isEmpty)
    }

    @Test func `As of a day says what a check on that day would have said`() throws {
        let costs = try costs([("EC2", "a", 70, 500), ("S3", "b", 80, 400)])
        for (day, series) in [(69, nil), (70, "EC2"), (71, nil), (80, "S3"), (83, nil)] as [(Int, String?)] {
            let report = try check(costs, judging: day)
            #expect(report.findings.first?.series == series)
        }
        let early = try check(costs, judging: 10)
        #expect(early.learning == ["EC2", "S3"] && early.findings.isEmpty && early.judged.isEmpty)
    }

    @Test func `Many small moves are an anomaly of the total alone`() throws {
        var costs = DailyCosts()
        for series in 0..<10 {
            for day in 0...60 {
                costs.add(day == 60 ? 280 : 200, series: "service \(series)", on: first.advanced(by: day))
            }
        }
        let report = try check(costs, judging: 60)
        #expect(report.findings.map(\.series) == [nil] && report.findings[0].impact == 800)
        #expect(!report.findings[0].isExplained && report.findings[0].contributors.count == 5)
        #expect(AnomalyMemory().updated(with: report).changes.map(\.isAlert) == [true])
    }

    @Test func `A series alone is its own total`() throws {
        let report = try check(DailyCosts.flat(days: 60, last: 900, first: first), judging: 59) { $0.minimumMoney = 1 }
        #expect(report.findings.map(\.series) == ["one"] && report.judged == ["one"])
    }
}

extension DailyCosts {
    /// 10,000 a day, and something else on the last.
    fileprivate static func flat(days: Int, last: Double, first: CostDay) -> DailyCosts {
        var costs = DailyCosts()
        for day in 0..<days {
            costs.add(day == days - 1 ? try! Decimal(last) : 10_000, series: "one", on: first.advanced(by: day))
        }
        return costs
    }
}
