public import HostLoop

/// How many requests one route may still send, as a value: time goes in, the next free moment comes out.
///
/// The service counts a request when it arrives, which is some moment between sending and the end of the exchange.
/// A slot is therefore held from sending until the end of the exchange plus the window: whatever the network's delay,
/// no stretch of the window's length sees more arrivals than the limit.
public struct SlidingWindow: Sendable {
    /// What a request has to do before it may be sent.
    public enum Admission: Hashable, Sendable {
        /// Send.
        case now
        /// Wait until then and ask again.
        case at(Moment)
        /// Every slot is held by an exchange that has not ended.
        case whenAnExchangeEnds
    }

    /// Clocks that round to milliseconds must not turn "exactly one window later" into "within the window".
    static let margin: Duration = .milliseconds(20)

    /// The limit kept.
    public let limit: RateLimit
    /// Exchanges on their way.
    public private(set) var open = 0
    /// When each ended exchange frees its slot, soonest first.
    private var releases: [Moment] = []
    /// The service said to wait until then.
    public private(set) var pausedUntil: Moment?

    /// An unused window.
    public init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// Whether a request may go now, and if not, when to ask again.
    public mutating func admission(at now: Moment) -> Admission {
        forget(before: now)
        if let pausedUntil, pausedUntil > now { return .at(pausedUntil) }
        if open + releases.count < limit.count { return .now }
        guard let first = releases.first else { return .whenAnExchangeEnds }
        return .at(first)
    }

    /// A request is being sent.
    public mutating func begin() { open += 1 }

    /// Its exchange has ended, well or not; `hold` keeps the slot longer than the window does.
    public mutating func end(at now: Moment, hold: Duration = .zero) {
        open -= 1
        let release = now + max(limit.window == .zero ? .zero : limit.window + Self.margin, hold)
        releases.insert(release, at: releases.lastIndex { $0 <= release }.map { $0 + 1 } ?? 0)
    }

    /// A slot was taken and nothing was sent: it is as free as before.
    public mutating func giveBack() { open -= 1 }

    /// Nothing may be sent before `moment`: the service answered 429.
    public mutating func pause(until moment: Moment) {
        pausedUntil = max(pausedUntil ?? moment, moment)
    }

    /// Slots held now.
    public mutating func used(at now: Moment) -> Int {
        forget(before: now)
        return open + releases.count
    }

    private mutating func forget(before now: Moment) {
        let free = releases.firstIndex { $0 > now } ?? releases.count
        if free > 0 { releases.removeFirst(free) }
        if let pausedUntil, pausedUntil <= now { self.pausedUntil = nil }
    }
}
