import FinOps
import Testing

struct AnomalyMemoryTests {
    private let first = CostDay(20_454)

    /// Checks each day from 60 on, with EC2 at 1,000 but on these days; nil leaves the day out.
    private func run(
        _ special: [Int: Double?], days: ClosedRange<Int>, mutes: [AnomalyMemory.Mute] = []
    ) throws -> (states: [String], alerts: Int, memory: AnomalyMemory) {
        var costs = DailyCosts()
        for day in 0...days.upperBound {
            let amount = special[day] ?? 1_000
            if let amount { costs.add(try Decimal(amount), series: "EC2", on: first.advanced(by: day)) }
        }
        var memory = AnomalyMemory()
        var states: [String] = []
        var alerts = 0
        for day in days {
            let report = try Detector().check(costs, today: first.advanced(by: day + 2))
            let (changes, next) = memory.updated(with: report, mutes: mutes)
            // The same check twice says the same and changes nothing more.
            let (again, same) = next.updated(with: report, mutes: mutes)
            #expect(same == next)
            #expect(
                again.filter { $0.state != .resolved }.map(\.state)
                    == changes.filter { $0.state != .resolved }.map(\.state))
            memory = next
            states.append(changes.map(\.state.rawValue).joined(separator: " "))
            alerts += changes.count(where: \.isAlert)
        }
        return (states, alerts, memory)
    }

    @Test func `An anomaly is new, goes on, grows and is resolved`() throws {
        let (states, alerts, memory) = try run([61: 1_150, 62: 1_180, 63: 1_300, 64: 1_250, 65: 1_900], days: 60...67)
        #expect(states == ["", "new", "ongoing", "grown", "ongoing", "grown", "resolved", ""])
        #expect(alerts == 3 && memory.entries.isEmpty)
    }

    @Test func `A drop after a rise is another anomaly`() throws {
        let (states, _, memory) = try run([61: 1_500, 62: 300], days: 60...62)
        #expect(states == ["", "new", "new resolved"])
        #expect(memory.entries.map(\.isAbove) == [false] && memory.entries[0].impact == -700)
    }

    @Test func `A day without costs resolves nothing`() throws {
        let (states, _, memory) = try run([61: 1_500, 62: nil, 63: 1_500], days: 60...63)
        #expect(states == ["", "new", "", "ongoing"])
        let entry = try #require(memory.entries.first)
        #expect(entry.first == first.advanced(by: 61) && entry.last == first.advanced(by: 63) && entry.impact == 1_000)
    }

    @Test func `A mute holds to its last day, and what goes on then is new`() throws {
        let special = Dictionary(uniqueKeysWithValues: (61...66).map { ($0, 1_500.0 as Double?) })
        let mute = AnomalyMemory.Mute(series: "EC2", until: first.advanced(by: 63))
        let (states, alerts, _) = try run(special, days: 60...66, mutes: [mute])
        #expect(states == ["", "new", "ongoing", "ongoing", "new", "ongoing", "ongoing"])
        #expect(alerts == 1)
        #expect(
            try run(special, days: 60...66, mutes: [AnomalyMemory.Mute(series: "S3", until: first.advanced(by: 99))])
                .alerts == 1)
    }

    @Test func `Late costs that make a day worse are told of once`() throws {
        func report(_ amount: Decimal) throws -> AnomalyReport {
            var costs = DailyCosts()
            for day in 0...59 { costs.add(1_000, series: "EC2", on: first.advanced(by: day)) }
            costs.add(amount, series: "EC2", on: first.advanced(by: 60))
            return try Detector().check(costs, today: first.advanced(by: 62))
        }
        let (changes, memory) = AnomalyMemory().updated(with: try report(1_150))
        #expect(changes.map(\.state) == [.new] && changes[0].entry.severity == .minor)
        let (late, after) = memory.updated(with: try report(1_900))
        #expect(late.map(\.state) == [.grown] && late[0].isAlert && late[0].entry.severity == .critical)
        // What is less again is no news.
        #expect(after.updated(with: try report(1_150)).memory == after)
    }

    @Test func `A replay of an earlier day leaves the memory alone`() throws {
        let (_, _, memory) = try run([61: 1_500, 62: 1_500], days: 60...62)
        var costs = DailyCosts()
        for day in 0...62 { costs.add(1_000, series: "EC2", on: first.advanced(by: day)) }
        let report = try Detector().check(costs, today: first.advanced(by: 63))
        #expect(memory.updated(with: report).memory == memory && memory.updated(with: report).changes.isEmpty)
    }
}
