import Bench
import Testing

/// What `./scripts/bench anomalies` shows, on fewer series, and on seeds that nothing was chosen by.
struct AnomalyTableTests {
    @Test func `The default detector keeps its promises on made-up series`() {
        let table = AnomalyTable(seeds: 1_001...1_060)
        for goal in table.goals { #expect(goal.isMet, "\(goal.text): \(goal.value)") }
        #expect(table.goals.count > 20)
    }
}
