package import HostLoop

/// Whether requests are worth sending at all. Pure: time and chance come in as values.
///
/// Closed, everything is sent. After so many failures in a row, over all calls, it opens: then nothing is sent but one
/// probe at a time, after a growing wait. Any answer that is no failure closes it.
package struct Circuit: Sendable {
    /// What a call may do.
    package enum Admission: Equatable, Sendable {
        case send
        /// Send, as the only one: its end has to be told.
        case probe
        /// Ask again then, or as soon as something changed.
        case wait(until: Moment)
        /// The patience is over, or is before the next probe.
        case refuse
    }

    /// What the user should hear, once each.
    package enum Event: Equatable, Sendable {
        /// The first probe failed as well: this is more than a hiccup.
        case opened
        /// It had been announced, and the service answers again.
        case closed(since: Moment, failures: Int)
    }

    private let policy: OutagePolicy
    /// Failures since the last answer.
    package private(set) var failures = 0
    /// When the first of them was sent.
    package private(set) var since: Moment?
    /// What the service said last.
    package private(set) var lastReason = ""
    /// The time the service asked to wait until.
    package private(set) var named: Moment?
    /// How often it opened.
    package private(set) var openings = 0
    private var isReached = false
    private var opening: Opening?

    private struct Opening: Sendable {
        var probeAt: Moment
        var probes = 0
        var isProbing = false
        var isAnnounced = false
    }

    /// A closed circuit.
    package init(_ policy: OutagePolicy = OutagePolicy()) {
        self.policy = policy
    }

    package var isOpen: Bool { opening != nil }

    /// When the next probe may go; nil while closed.
    package var nextProbe: Moment? { opening?.probeAt }

    /// Until when calls wait; nil while nothing fails.
    package var patienceEnds: Moment? {
        since.map { since in
            let end = since + (isReached ? policy.patience : policy.patienceUnreached)
            // A time the service named is waited for, and once more tried then.
            return named.map { max(end, $0 + policy.slowestProbe) } ?? end
        }
    }

    /// What a call may do now.
    package mutating func admit(at now: Moment) -> Admission {
        guard let opening, let end = patienceEnds else { return .send }
        if !opening.isProbing, now >= opening.probeAt {
            self.opening?.isProbing = true
            return .probe
        }
        // No use in waiting when no probe comes in time.
        if now >= end || (!opening.isProbing && opening.probeAt > end) { return .refuse }
        return .wait(until: opening.isProbing ? end : opening.probeAt)
    }

    /// The service answered something that is no failure, a refusal included.
    package mutating func answered() -> Event? {
        let event: Event? =
            opening?.isAnnounced == true ? since.map { .closed(since: $0, failures: failures) } : nil
        isReached = true
        failures = 0
        since = nil
        named = nil
        opening = nil
        return event
    }

    /// An attempt, sent then, failed. `notBefore`: the time the service asked to wait until.
    package mutating func failed(
        _ cause: RetryCause, _ reason: String, notBefore: Moment?, sent: Moment, isProbe: Bool, random: Double,
        now: Moment
    ) -> Event? {
        failures += 1
        since = since.map { min($0, sent) } ?? sent
        lastReason = reason
        if cause != .connection { isReached = true }
        named = notBefore ?? (isProbe ? nil : named)
        guard var opening = opening ?? newOpening(at: now) else { return nil }
        defer { self.opening = opening }
        guard isProbe || !isOpen else {
            // Sent before it opened.
            opening.probeAt = max(opening.probeAt, named ?? opening.probeAt)
            return nil
        }
        if isProbe { opening.probes += 1 }
        let ceiling = Backoff(base: policy.firstProbe, cap: policy.slowestProbe).ceiling(after: opening.probes + 1)
        // At least half of it: with none at all the probes would not grow apart.
        opening.probeAt = max(now + ceiling * (0.5 + random / 2), named ?? now)
        guard isProbe else { return nil }
        opening.isProbing = false
        defer { opening.isAnnounced = true }
        return opening.isAnnounced ? nil : .opened
    }

    private mutating func newOpening(at now: Moment) -> Opening? {
        let isSlow = failures >= policy.slowFailuresToOpen && patienceEnds.map { now >= $0 } == true
        guard failures >= policy.failuresToOpen || isSlow else { return nil }
        openings += 1
        return Opening(probeAt: now)
    }

    /// The probe ended without a word about the service: it was cancelled. The next in line may send one.
    package mutating func probeLost() {
        opening?.isProbing = false
    }
}
