public import HostLoop
public import StateStore

/// What the processes of an account know together about polling.
///
/// Nothing here fails: one that cannot reach what others know answers for its own process. The limits are kept by the
/// limiter.
@HostLoop public protocol PollingAccount: AnyObject {
    /// The running queries that other processes poll.
    func others(at now: Moment) -> [PolledQuery]
    /// The status calls that may be made.
    func statusBudget(at now: Moment) -> PollBudget
    /// The durations seen of a kind, the latest last; of any kind if it is nil.
    func durations(of kind: String?) -> [ObservedDuration]
    /// This process asks for the status of a query.
    func asked(_ id: String, at moment: Moment)
    /// A query of a kind has completed.
    func record(_ duration: ObservedDuration, of kind: String)
}

/// What the processes know that share a state.
@HostLoop final class SharedPollingAccount: PollingAccount {
    private let ledger: RateLedger
    private let limits: LimitSettings

    init(_ ledger: RateLedger, limits: LimitSettings) {
        self.ledger = ledger
        self.limits = limits
    }

    func others(at now: Moment) -> [PolledQuery] {
        let queries = (try? ledger.runningQueries()) ?? []
        return queries.compactMap { query in
            guard !query.isOwn, let id = query.query else { return nil }
            return PolledQuery(id: id, kind: query.kind, submitted: query.submitted, lastAsked: query.asked)
        }
    }

    func statusBudget(at now: Moment) -> PollBudget {
        let limit = limits.limit(of: RouteTable.status)
        guard let usage = try? ledger.usage(limits.rules(of: RouteTable.status), now: now) else {
            return PollBudget(limit: limit, free: 1)
        }
        // A pause has a moment although slots are free.
        let free = usage.freeAt == nil ? limit.count - usage.used - usage.waiting : 0
        return PollBudget(limit: limit, free: free, nextFree: usage.freeAt)
    }

    func durations(of kind: String?) -> [ObservedDuration] { (try? ledger.durations(of: kind)) ?? [] }

    func asked(_ id: String, at moment: Moment) { try? ledger.note(asked: id, now: moment) }

    func record(_ duration: ObservedDuration, of kind: String) { try? ledger.record(duration, of: kind) }
}
