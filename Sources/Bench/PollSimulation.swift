import Finout
import HostLoop
import StateStore

/// What a way of polling came to. Seconds.
package struct PollOutcome: Sendable {
    /// From completion to discovery, on average.
    package var delay = 0.0
    /// Status calls.
    package var calls = 0.0
    /// From the submission to the last discovery.
    package var makespan = 0.0

    init() {}

    init(_ workload: Workload, discovered: [Double], calls: Int) {
        let delays = zip(discovered, workload.queries).map { $0 - $1.duration }
        delay = delays.reduce(0, +) / Double(delays.count)
        self.calls = Double(calls)
        makespan = discovered.max() ?? 0
    }

    static func average(_ outcomes: [PollOutcome]) -> PollOutcome {
        var average = PollOutcome()
        for outcome in outcomes {
            average.delay += outcome.delay / Double(outcomes.count)
            average.calls += outcome.calls / Double(outcomes.count)
            average.makespan += outcome.makespan / Double(outcomes.count)
        }
        return average
    }
}

/// Ways of polling a workload whose queries were all submitted at second 0, each within the same limit.
package enum PollSimulation {
    static let limit = RouteTable.documentedLimit

    /// Asks each query when it completes.
    static func oracle(_ workload: Workload) -> PollOutcome {
        var window = CallWindow(limit: limit)
        var now = 0.0
        let order = workload.queries.indices.sorted { workload.queries[$0].duration < workload.queries[$1].duration }
        var discovered = workload.queries.map { _ in 0.0 }
        for index in order {
            now = window.nextFree(at: Double.maximum(now, workload.queries[index].duration))
            window.call(at: now)
            discovered[index] = now
        }
        return PollOutcome(workload, discovered: discovered, calls: window.calls)
    }

    /// Asks every query each five seconds; one that is refused (429) waits for the next free call, first come first
    /// served.
    static func steady(_ workload: Workload) -> PollOutcome {
        var window = CallWindow(limit: limit)
        var discovered = workload.queries.map { _ in 0.0 }
        // Calls were wished for in this order, and stay in it.
        var wishes = workload.queries.indices.map { (index: $0, at: 5.0) }
        var now = 0.0
        while !wishes.isEmpty {
            let (index, at) = wishes.removeFirst()
            now = window.nextFree(at: Double.maximum(now, at))
            window.call(at: now)
            if workload.queries[index].duration <= now {
                discovered[index] = now
            } else {
                wishes.append((index, now + 5))
            }
        }
        return PollOutcome(workload, discovered: discovered, calls: window.calls)
    }

    /// Asks one query after the other, evenly at the rate of the limit.
    static func roundRobin(_ workload: Workload) -> PollOutcome {
        var window = CallWindow(limit: limit)
        let spacing = Double(limit.window.components.seconds) / Double(limit.count)
        var discovered = workload.queries.map { _ in 0.0 }
        var ring = Array(workload.queries.indices)
        var tick = 0
        while !ring.isEmpty {
            tick += 1
            let now = window.nextFree(at: Double(tick) * spacing)
            let index = ring.removeFirst()
            window.call(at: now)
            if workload.queries[index].duration <= now { discovered[index] = now } else { ring.append(index) }
        }
        return PollOutcome(workload, discovered: discovered, calls: window.calls)
    }

    /// Asks as the policy decides.
    static func policy(_ policy: PollPolicy, _ workload: Workload) -> PollOutcome {
        let start = Moment(nanosecondsSinceEpoch: 0)
        var estimates: [String: DurationEstimate] = [:]
        let account = workload.history.keys.sorted().flatMap { workload.history[$0] ?? [] }
        for query in workload.queries {
            estimates[query.kind] = DurationHistory.estimate(kind: workload.history[query.kind] ?? [], account: account)
        }
        var window = CallWindow(limit: limit)
        var discovered = workload.queries.map { _ in 0.0 }
        var running = workload.queries.enumerated().map { index, query in
            PolledQuery(id: "\(index)", kind: query.kind, submitted: start)
        }
        var now = 0.0
        while !running.isEmpty {
            let moment = start + .seconds(now)
            let free = window.free(at: now)
            let budget = PollBudget(limit: limit, free: free, nextFree: start + .seconds(window.nextFree(at: now)))
            let decision = policy.decision(at: moment, running: running, budget: budget) { kind in
                estimates[kind] ?? DurationHistory.estimate(kind: [], account: [])
            }
            for id in decision.ask {
                guard let place = running.firstIndex(where: { $0.id == id }), let index = Int(id) else { continue }
                window.call(at: now)
                running[place].lastAsked = moment
                if workload.queries[index].duration <= now {
                    discovered[index] = now
                    running.remove(at: place)
                }
            }
            guard decision.ask.isEmpty else { continue }
            guard let next = decision.next else { preconditionFailure("the policy forgot \(running.count) queries") }
            now = Double((next - start).components.seconds) + Double((next - start).components.attoseconds) / 1e18
        }
        return PollOutcome(workload, discovered: discovered, calls: window.calls)
    }
}
