internal import Synchronization

/// What a run has used of each of its limits. One thread counts; any may look.
public final class RunMeter: Sendable {
    /// How much of a limit is used when the operator is warned, in hundredths.
    public static let warningShare = 80

    private final class Gauge: Sendable {
        let limit: RunLimit
        let value: Int
        let warningAt: Int
        let used = Atomic<Int>(0)
        let peak = Atomic<Int>(0)
        let hasWarned = Atomic<Bool>(false)

        init(_ limit: RunLimit, _ value: Int) {
            self.limit = limit
            self.value = value
            warningAt = RunMeter.warning(at: value)
        }
    }

    /// What the run may use.
    public let limits: RunLimits
    private let gauges: [Gauge]
    private let warn: @Sendable (String) -> Void

    /// A meter at zero; `warn` hears, on the counting thread, of each limit that is nearly reached, once.
    public init(_ limits: RunLimits, warn: @escaping @Sendable (String) -> Void = { _ in }) {
        self.limits = limits
        self.warn = warn
        gauges = RunLimit.allCases.map { Gauge($0, limits[$0].value) }
    }

    /// The amount at which a warning is due.
    public static func warning(at value: Int) -> Int {
        value / 100 * warningShare + (value % 100 * warningShare + 99) / 100
    }

    /// Uses `count` more. Fails, and uses nothing, where that would be more than the limit.
    public func take(_ limit: RunLimit, _ count: Int = 1) throws(LimitExcess) {
        let gauge = self[limit]
        let used = gauge.used.load(ordering: .relaxed)
        guard count <= gauge.value - used else { throw excess(limit) }
        note(gauge, used + count)
    }

    /// Gives back what was taken.
    public func give(_ limit: RunLimit, _ count: Int = 1) {
        let gauge = self[limit]
        gauge.used.store(gauge.used.load(ordering: .relaxed) - count, ordering: .relaxed)
    }

    /// Says how much is used.
    public func set(_ limit: RunLimit, used: Int) { note(self[limit], used) }

    /// What is used now.
    public func used(_ limit: RunLimit) -> Int { self[limit].used.load(ordering: .relaxed) }

    /// The most that was used at a time.
    public func peak(_ limit: RunLimit) -> Int { self[limit].peak.load(ordering: .relaxed) }

    /// The error of a limit that is reached, with what is used.
    public func excess(_ limit: RunLimit) -> LimitExcess {
        LimitExcess(limit, of: limits, used: peak(limit))
    }

    /// The limit of which the largest share was used.
    public var nearest: RunLimit {
        gauges.max { share($0) < share($1) }?.limit ?? .wall
    }

    /// The share of a limit that was used, in hundredths.
    public func share(of limit: RunLimit) -> Int { Int(share(self[limit]) * 100) }

    private func share(_ gauge: Gauge) -> Double {
        Double(gauge.peak.load(ordering: .relaxed)) / Double(max(gauge.value, 1))
    }

    private subscript(limit: RunLimit) -> Gauge {
        switch limit {
        case .wall: gauges[0]
        case .cpu: gauges[1]
        case .memory: gauges[2]
        case .output: gauges[3]
        case .tasks: gauges[4]
        case .rows: gauges[5]
        case .queries: gauges[6]
        }
    }

    private func note(_ gauge: Gauge, _ used: Int) {
        gauge.used.store(used, ordering: .relaxed)
        guard used > gauge.peak.load(ordering: .relaxed) else { return }
        gauge.peak.store(used, ordering: .relaxed)
        if used >= gauge.warningAt, used <= gauge.value, !gauge.hasWarned.exchange(true, ordering: .relaxed) {
            warn("the run nears its \(limits.named(gauge.limit)): \(gauge.limit.text(used)) used")
        }
    }
}
