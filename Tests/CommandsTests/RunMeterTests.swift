import RunLimits
import Synchronization
import Testing

/// The meter of a run's limits, and what it says.
@Suite struct RunMeterTests {
    private final class Warnings: Sendable {
        let texts = Mutex<[String]>([])
    }

    private func meter(_ limit: RunLimit, _ value: Int, _ warnings: Warnings = Warnings()) -> RunMeter {
        var limits = RunLimits()
        limits[limit] = RunLimits.Setting(value, .variable)
        return RunMeter(limits) { text in warnings.texts.withLock { $0.append(text) } }
    }

    @Test func `What would be too much is refused, and nothing of it is used`() throws {
        let meter = meter(.tasks, 10)
        try meter.take(.tasks, 8)
        #expect(throws: LimitExcess.self) { try meter.take(.tasks, 3) }
        #expect(meter.used(.tasks) == 8)
        try meter.take(.tasks, 2)
        meter.give(.tasks, 10)
        #expect(meter.used(.tasks) == 0 && meter.peak(.tasks) == 10)
        #expect(throws: LimitExcess.self) { try meter.take(.tasks, .max) }
    }

    @Test(arguments: [(10, 8), (5, 4), (2, 2), (1, 1), (1000, 800), (7, 6)])
    func `A warning comes once, at four fifths or the next whole number`(value: Int, first: Int) throws {
        let warnings = Warnings()
        let meter = meter(.queries, value, warnings)
        for count in 1...value {
            try meter.take(.queries)
            #expect(warnings.texts.withLock { $0.count } == (count >= first ? 1 : 0), "\(count) of \(value)")
        }
        #expect(RunMeter.warning(at: .max) > 0)
    }

    @Test func `An error says the limit, its value, who set it, what was used and how to raise it`() throws {
        let meter = meter(.queries, 5)
        try meter.take(.queries, 5)
        let excess = meter.excess(.queries)
        #expect(
            excess.message
                == "the run asked for more queries than its query limit of 5 (FINLUA_MAX_QUERIES) and had submitted 5")
        #expect(excess.hint.hasPrefix("raise it with --max-queries N, FINLUA_MAX_QUERIES or run.max_queries of the "))
        #expect(excess.fields.numbers == ["value": 5, "used": 5])
        #expect(excess.fields.texts == ["limit": "queries", "set_by": "FINLUA_MAX_QUERIES"])
        #expect(meter.nearest == .queries && meter.share(of: .queries) == 100)
    }

    @Test(arguments: [
        (RunLimit.wall, 100, "0.1s"), (.wall, 90, "0.09s"), (.wall, 14_200, "14.2s"), (.wall, 900_000, "15m"),
        (.cpu, 7_200_000, "2h"), (.memory, 512 << 20, "512M"), (.output, 900, "900 bytes"), (.output, 1 << 30, "1G"),
        (.output, 12_800, "12.5K"), (.rows, 1_234_567, "1,234,567"),
    ]) func `Amounts are written as the option takes them`(limit: RunLimit, amount: Int, text: String) {
        #expect(limit.text(amount) == text)
    }
}
