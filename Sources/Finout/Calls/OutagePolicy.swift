/// When the process stops asking a service that fails, and how long its calls wait for it. Every number of it is here.
///
/// Somebody at a terminal, or cron, wants two things. A service that never answered is down, or its address is wrong, or
/// the network is missing: nothing is lost by ending, and the next run does the whole. So such a run ends in seconds. A
/// service that has answered and stops is being restarted, or the network blinks: queries are paid for and running, so
/// the run sits out a minute and then some.
public struct OutagePolicy: Sendable, Hashable {
    /// Failures in a row, over all calls, that open the circuit. As many as requests in flight: one broken network
    /// path opens it at once, and nothing but the probe is sent into it.
    public var failuresToOpen = 5
    /// So few open it when they took all of the patience below: three connect timeouts are enough.
    public var slowFailuresToOpen = 3
    /// The ceiling of the wait before the first probe; each later one doubles.
    public var firstProbe: Duration = .seconds(1)
    /// The ceiling of every later one. A service that is back is noticed within this.
    public var slowestProbe: Duration = .seconds(10)
    /// How long calls wait for a service that has answered this process before. A restart or a failover takes up to a
    /// minute; a slowest probe and half as much again come on top.
    public var patience: Duration = .seconds(90)
    /// How long they wait for one that no connection was ever made to: about seven attempts.
    public var patienceUnreached: Duration = .seconds(10)
    /// Retries the process may have on credit. At 50 calls that fail at once: 30 repeats, not 350.
    public var retries = 30
    /// The part of a retry that a success gives back: while up to a fifth of the requests fail, retries never run out.
    public var retriesPerSuccess = 0.25

    /// The defaults.
    public init() {}
}
