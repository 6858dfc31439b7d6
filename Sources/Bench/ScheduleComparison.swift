package import Finout

/// The policy against other ways of polling, on the same workloads.
package struct ScheduleComparison: Sendable {
    /// The policy.
    package let policy: PollOutcome
    /// Every query each five seconds.
    package let steady: PollOutcome
    /// Round robin at the budget.
    package let roundRobin: PollOutcome
    /// Knows the completion times.
    package let oracle: PollOutcome

    /// Averages over the seeds from 1 on.
    package init(
        policy: PollPolicy = PollPolicy(), seeds: Int, count: Int,
        _ workload: (_ count: Int, _ seed: Int) -> Workload
    ) {
        let workloads = (1...seeds).map { workload(count, $0) }
        self.policy = .average(workloads.map { PollSimulation.policy(policy, $0) })
        steady = .average(workloads.map(PollSimulation.steady))
        roundRobin = .average(workloads.map(PollSimulation.roundRobin))
        oracle = .average(workloads.map(PollSimulation.oracle))
    }

    /// Of the two that know nothing, the one that discovers sooner.
    package var rival: PollOutcome { steady.delay < roundRobin.delay ? steady : roundRobin }

    /// The policy's delay as a part of the rival's.
    package var delayRatio: Double { policy.delay / rival.delay }

    /// The policy's calls as a part of the calls of the rival that spends fewer.
    package var callRatio: Double { policy.calls / Double.minimum(steady.calls, roundRobin.calls) }

    /// The policy's makespan as a multiple of the oracle's.
    package var makespanRatio: Double { policy.makespan / oracle.makespan }
}
