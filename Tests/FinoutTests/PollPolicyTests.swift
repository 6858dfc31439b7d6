import Finout
import HostLoop
import StateStore
import Testing

struct PollPolicyTests {
    private static let start = Moment(nanosecondsSinceEpoch: 1_795_158_000_000_000_000)
    private static let limit = RateLimit(50, per: .seconds(60))

    /// Twenty durations near `median`.
    private static func history(_ median: Double) -> [ObservedDuration] {
        (0..<20).map { index in
            let middle = median * (0.7 + 0.03 * Double(index))
            return ObservedDuration(lower: middle * 0.95, upper: middle * 1.05)
        }
    }

    private static func estimate(_ median: Double) -> DurationEstimate {
        DurationHistory.estimate(kind: history(median), account: history(median))
    }

    private static let unknown = DurationHistory.estimate(kind: [], account: [])

    /// The ages at which each of some queries is asked that all start at once and never end. Seconds.
    private static func ages(
        _ estimates: [DurationEstimate], for seconds: Int, policy: PollPolicy = PollPolicy(), limit: RateLimit = limit
    ) -> [[Double]] {
        var running = estimates.indices.map { PolledQuery(id: "\($0)", kind: "\($0)", submitted: start) }
        var ages: [[Double]] = estimates.map { _ in [] }
        var releases: [Moment] = []
        var now = start
        while now < start + .seconds(seconds) {
            releases.removeAll { $0 <= now }
            let budget = PollBudget(limit: limit, free: limit.count - releases.count, nextFree: releases.first)
            let decision = policy.decision(at: now, running: running, budget: budget) { estimates[Int($0) ?? 0] }
            #expect(decision.ask.count <= budget.free)
            for index in decision.ask.compactMap({ Int($0) }) {
                ages[index].append((now - start) / .seconds(1))
                running[index].lastAsked = now
                releases.append(now + limit.window)
            }
            if decision.ask.isEmpty { now = decision.next ?? start + .seconds(seconds) }
        }
        return ages
    }

    private static func waits(_ ages: [Double]) -> [Double] { zip(ages, [0] + ages).map { $0 - $1 } }

    @Test func `a query is not asked before it can plausibly be done`() throws {
        let ages = Self.ages([Self.estimate(60)], for: 120)[0]
        let first = try #require(ages.first)
        #expect((15...50).contains(first))
        let inTheThick = ages.count { (50...70).contains($0) }
        #expect(inTheThick >= 3, "and often when it most likely ends")
    }

    @Test func `no query is asked sooner than the setting says`() throws {
        var settings = PollSettings()
        settings.first = .seconds(3)
        let policy = PollPolicy(settings)
        let ages = Self.ages([Self.estimate(0.2), Self.estimate(2), Self.unknown], for: 60, policy: policy)
        for first in try ages.map({ try #require($0.first) }) { #expect(first >= 3 && first < 8) }
    }

    @Test func `where nothing is known, settings and limit alone say when to ask first`() throws {
        var settings = PollSettings()
        settings.first = .milliseconds(20)
        settings.max = .milliseconds(100)
        let ages = Self.ages(
            [Self.unknown], for: 10, policy: PollPolicy(settings), limit: RateLimit(50, per: .seconds(1)))
        let first = try #require(ages[0].first)
        #expect((0.02...0.11).contains(first))
    }

    @Test(arguments: [0.2, 10, 300])
    func `a query alone waits five seconds at most, later a twentieth of its age, a minute at most`(median: Double) {
        let ages = Self.ages([Self.estimate(median)], for: 7200)[0]
        let afterFirst = zip(ages, ages.dropFirst())
        for (previous, age) in afterFirst {
            #expect(age - previous <= max(5, min(previous / 20, 60)) + 0.1 || age < median, "\(previous) \(age)")
            #expect(age - previous >= min(previous / 50, 60) - 0.1)
        }
        #expect((ages.last ?? 0) > 7100)
    }

    @Test func `everyone gets a turn while the budget is tight`() {
        let fast = Array(repeating: Self.estimate(3), count: 40)
        let unknown = Array(repeating: Self.unknown, count: 40)
        let ages = Self.ages(fast + unknown, for: 1800)
        // Twice the round of 80 queries, and a wait for a free call.
        for age in ages { #expect(Self.waits(age).allSatisfy { $0 < 2 * 96 + 60 } && (age.last ?? 0) > 1500) }
    }

    @Test func `the decision is the same whatever order the queries are known in`() {
        let queries = (0..<30).map { index in
            PolledQuery(
                id: "q\(index)", kind: "\(index % 3)", submitted: Self.start + .seconds(index / 4),
                lastAsked: index % 5 == 0 ? Self.start + .seconds(20) : nil)
        }
        let budget = PollBudget(limit: Self.limit, free: 7, nextFree: nil)
        let estimates = [Self.estimate(10), Self.estimate(25), Self.unknown]
        func decision(_ queries: [PolledQuery]) -> PollPolicy.Decision {
            PollPolicy().decision(at: Self.start + .seconds(40), running: queries, budget: budget) {
                estimates[Int($0) ?? 0]
            }
        }
        let expected = decision(queries)
        #expect(expected.ask.count == 7)
        #expect(decision(queries.reversed()) == expected && decision(queries.shuffled()) == expected)
    }

    @Test func `the most likely to have ended goes first, and no more go than calls are free`() {
        let now = Self.start + .seconds(60)
        let queries = [
            PolledQuery(id: "early", kind: "300", submitted: Self.start),
            PolledQuery(id: "late", kind: "10", submitted: Self.start),
            PolledQuery(id: "asked", kind: "10", submitted: Self.start, lastAsked: now - .milliseconds(10)),
        ]
        func decision(free: Int) -> PollPolicy.Decision {
            let budget = PollBudget(limit: Self.limit, free: free, nextFree: now + .seconds(9))
            return PollPolicy().decision(at: now, running: queries, budget: budget) {
                Self.estimate(Double($0) ?? 0)
            }
        }
        #expect(decision(free: 5).ask == ["late"])
        #expect(decision(free: 0).ask.isEmpty)
        #expect(decision(free: 0).next.map { $0 > now && $0 <= now + .seconds(9) } == true)
    }

    @Test func `one observation of a kind does not keep it from being asked early`() throws {
        let one = [ObservedDuration(lower: 115, upper: 120)]
        let sure = try #require(Self.ages([Self.estimate(120)], for: 300)[0].first)
        let unsure = try #require(
            Self.ages([DurationHistory.estimate(kind: one, account: one)], for: 300)[0].first)
        #expect(unsure < sure && unsure > 5)
    }

    @Test func `a clock that is behind another process's does no harm`() {
        let query = PolledQuery(
            id: "q", kind: "k", submitted: Self.start + .seconds(30), lastAsked: Self.start + .seconds(40))
        let decision = PollPolicy().decision(
            at: Self.start, running: [query], budget: PollBudget(limit: Self.limit, free: 50)
        ) { _ in Self.unknown }
        #expect(decision.ask.isEmpty && decision.next.map { $0 > Self.start } == true)
    }
}
