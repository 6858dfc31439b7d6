/// Waits between attempts: full jitter under an exponential ceiling.
package struct Backoff: Sendable {
    /// The ceiling of the first wait.
    package var base: Duration = .milliseconds(500)
    /// The ceiling of every later wait.
    package var cap: Duration = .seconds(30)

    package init(base: Duration = .milliseconds(500), cap: Duration = .seconds(30)) {
        self.base = base
        self.cap = cap
    }

    /// The wait after attempt `attempt` (1, 2, …); `random` is in 0..<1.
    package func wait(after attempt: Int, random: Double) -> Duration {
        let ceiling = Double.minimum(cap.seconds, base.seconds * Double(1 << min(attempt - 1, 20)))
        return .milliseconds(Int64(random * ceiling * 1000))
    }
}
