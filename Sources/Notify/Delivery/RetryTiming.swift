import Finout
package import HostLoop

/// When a message is tried again. Pure.
package struct RetryTiming: Sendable {
    /// The run's end, or so long after the first attempt that nobody need wait for it.
    package let end: Moment
    var backoff = Backoff(base: .seconds(1), cap: .seconds(30))

    /// A service that is away for longer than this holds up what the run is done with.
    static let patience: Duration = .seconds(300)

    package init(deadline: Moment, begun: Moment) { end = min(deadline, begun + Self.patience) }

    /// The moment of the next attempt after attempt `attempt` (1, 2, …); nil where it would come too late. `random` is
    /// in 0..<1.
    package func next(after attempt: Int, notBefore: Moment?, now: Moment, random: Double) -> Moment? {
        // At least half of the ceiling: the service is asked to do something, and not in haste.
        let wait = backoff.wait(after: attempt, random: 0.5 + random / 2)
        let next = max(now + wait, notBefore ?? now)
        return next < end ? next : nil
    }
}
