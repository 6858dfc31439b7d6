import Finout
import StateStore
import Testing

struct DurationTests {
    private static func observed(_ seconds: Double..., within part: Double = 0.1) -> [ObservedDuration] {
        seconds.map { ObservedDuration(lower: $0 * (1 - part), upper: $0 * (1 + part)) }
    }

    @Test(arguments: [(20, 1.336), (20, 0.35), (3, 0.15)])
    func `delay and effort are the sums over time that they stand for`(median: Double, deviation: Double) {
        let estimate = DurationEstimate(median: median, deviation: deviation)
        for (asked, age) in [(0, median / 2), (0, median * 2), (median, median * 1.1), (median * 3, median * 4)] {
            let steps = 40_000
            let width = (age - asked) / Double(steps)
            let stillRunning = 1 - estimate.chance(by: asked)
            var delay = 0.0
            var effort = 0.0
            for step in 0..<steps {
                let from = asked + Double(step) * width
                let chance = estimate.chance(by: from + width / 2)
                delay += (chance - (1 - stillRunning)) / stillRunning * width
                let ending = estimate.chance(by: from + width) - estimate.chance(by: from)
                effort += (ending / width * (1 - chance) / 2).squareRoot() / stillRunning * width
            }
            #expect(
                abs(estimate.expectedDelay(at: age, runningAt: asked) - delay) <= 0.03 * delay + 1e-6,
                "\(asked) \(age) \(delay)")
            #expect(
                abs(estimate.effort(from: asked, to: age, runningAt: asked) - effort) <= 0.03 * effort + 1e-6,
                "\(asked) \(age) \(effort)")
        }
    }

    @Test func `an age and its chance belong together, far beyond the median too`() {
        let estimate = DurationEstimate(median: 10, deviation: 0.35)
        for asked in [0.0, 5, 10, 1000, 100_000] {
            let age = estimate.age(ofChance: 0.3, runningAt: asked)
            #expect(age > asked && abs(estimate.chance(by: age, runningAt: asked) - 0.3) < 1e-6)
        }
    }

    @Test func `without any history the service is expected to take a median of 20 s, and minutes at times`() {
        let estimate = DurationHistory.estimate(kind: [], account: [])
        #expect(abs(estimate.median - 20) < 1e-9)
        #expect((0.9...0.97).contains(estimate.chance(by: 180)))
    }

    @Test func `one observation moves the estimate and leaves it wide`() {
        let one = Self.observed(100)
        let estimate = DurationHistory.estimate(kind: one, account: one)
        #expect((60...100).contains(estimate.median))
        #expect(estimate.chance(by: 33) > 0.05 && estimate.chance(by: 300) < 0.99)
    }

    @Test func `many observations of a kind make a narrow estimate that the account's others hardly move`() {
        let kind = Self.observed(90, 95, 100, 105, 110, 92, 108, 97, 103, 100, 98, 102)
        let others = Self.observed(1, 2, 3, 1, 2, 3, 1, 2, 3)
        let estimate = DurationHistory.estimate(kind: kind, account: others + kind)
        #expect((90...105).contains(estimate.median))
        #expect(estimate.chance(by: 50) < 0.05 && estimate.chance(by: 200) > 0.95)
    }

    @Test func `a kind nobody has seen is expected to take as long as the account's queries, within wide bounds`() {
        let account = Self.observed(100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100)
        let estimate = DurationHistory.estimate(kind: [], account: account)
        #expect((70...100).contains(estimate.median))
        #expect(estimate.chance(by: 20) > 0.03 && estimate.chance(by: 500) < 0.97)
    }

    @Test func `a kind that is always over when first asked is expected sooner each time`() {
        var kind = Self.observed(100, 110, 90)
        var medians = [DurationHistory.estimate(kind: kind, account: kind).median]
        for _ in 0..<8 {
            kind.append(ObservedDuration(lower: 0, upper: medians[medians.count - 1] * 0.6))
            medians.append(DurationHistory.estimate(kind: kind, account: kind).median)
        }
        #expect(medians == medians.sorted(by: >) && medians[8] < medians[0] / 2)
    }

    @Test func `only the latest observations count`() {
        let old = Array(repeating: Self.observed(100)[0], count: DurationHistory.kindDepth)
        let new = Array(repeating: Self.observed(10)[0], count: DurationHistory.kindDepth)
        let now = DurationHistory.estimate(kind: new, account: new)
        #expect(DurationHistory.estimate(kind: old + new, account: new) == now)
        #expect(now.median < 11)
    }
}
