import Bench
import Testing

/// What `./scripts/bench schedule` shows, on fewer seeds.
struct ScheduleTests {
    @Test func `with a history half of the fixed schedules' delay is saved, and the end is not late`() {
        let comparison = ScheduleComparison(seeds: 12, count: 50, Workload.known)
        #expect(comparison.delayRatio < 0.4)
        #expect(comparison.makespanRatio < 1.05)
        #expect(comparison.callRatio < 1.1)
    }

    @Test func `without one the delay is no worse, with fewer calls`() {
        let comparison = ScheduleComparison(seeds: 12, count: 50, Workload.unknown)
        #expect(comparison.delayRatio < 1)
        #expect(comparison.callRatio < 1)
    }
}
