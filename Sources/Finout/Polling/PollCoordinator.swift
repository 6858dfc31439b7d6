import HostLoop
import StateStore

/// Gives this process's running queries their turns, as the policy decides over all queries of the account.
@HostLoop final class PollCoordinator {
    /// What other processes did is looked at this often.
    static let foreignReview: Duration = .seconds(2)
    /// A query of another process that is not asked this long after its turn came is left out: its process is gone.
    static let foreignPatience: Duration = .seconds(5)

    /// Another process's call has its slot this long after it was let go.
    static let takingSlot: Duration = .seconds(1)

    private let policy: PollPolicy
    private let account: any PollingAccount
    private var own: [String: OwnQuery] = [:]
    private var foreignTurns: [String: ForeignTurn] = [:]
    private var estimates: [String: DurationEstimate] = [:]
    private var isDecisionDue = false
    private var alarm: Task<Void, Never>?

    /// A query of this process with the tasks that wait for its turn.
    @HostLoop private final class OwnQuery {
        var query: PolledQuery
        var pollers = 0
        let waiters = WaitList<Void>()

        init(_ query: PolledQuery) {
            self.query = query
        }
    }

    /// When the turn of another process's query came, and what was known of it then.
    private struct ForeignTurn {
        let since: Moment
        let lastAsked: Moment?
    }

    init(_ policy: PollPolicy, account: any PollingAccount) {
        self.policy = policy
        self.account = account
    }

    /// The query is polled by this process until `ended`, which is to be called once for each `started`.
    func started(_ query: PolledQuery) {
        let known = own[query.id] ?? OwnQuery(query)
        own[query.id] = known
        known.pollers += 1
    }

    /// Waits for the query's turn, but not beyond `end`. Fails with `cancelled`.
    func turn(of id: String, until end: Moment) async throws(FinoutError) {
        guard !Task.isCancelled, let known = own[id] else { throw .cancelled }
        let turn: Void? = await known.waiters.wait(
            until: end,
            alreadyThere: {
                // Only now is this a waiter.
                decideSoon()
                return nil
            })
        if turn != nil { return }
        if Task.isCancelled { throw .cancelled }
        asks(known)
    }

    /// The query is polled no more; `duration` if it has completed.
    func ended(_ id: String, duration: ObservedDuration?) {
        guard let known = own[id] else { return }
        known.pollers -= 1
        if known.pollers == 0 { own[id] = nil }
        if let duration {
            account.record(duration, of: known.query.kind)
            estimates = [:]
        }
        decideSoon()
    }

    private func asks(_ known: OwnQuery) {
        known.query.lastAsked = HostLoop.now
        account.asked(known.query.id, at: HostLoop.now)
    }

    /// Once for all that happens now.
    private func decideSoon() {
        guard !isDecisionDue else { return }
        isDecisionDue = true
        HostLoop.task {
            self.isDecisionDue = false
            self.decide()
        }
    }

    private func decide() {
        alarm?.cancel()
        alarm = nil
        // A query whose call is on its way has no turn.
        let waiting = own.values.filter { !$0.waiters.isEmpty }
        guard !waiting.isEmpty else { return }
        let now = HostLoop.now
        let foreign = foreign(at: now)
        var budget = account.statusBudget(at: now)
        // A call that was let go may not have taken its slot yet.
        budget.free -= own.count - waiting.count
        budget.free -= foreign.count { query in query.lastAsked.map { now - $0 < Self.takingSlot } ?? false }
        let decision = policy.decision(
            at: now, running: waiting.map(\.query) + foreign, budget: budget, estimate: estimate)
        for id in decision.ask {
            if let known = own[id] {
                asks(known)
                known.waiters.resumeAll(())
            } else if let query = foreign.first(where: { $0.id == id }), foreignTurns[id] == nil {
                foreignTurns[id] = ForeignTurn(since: now, lastAsked: query.lastAsked)
            }
        }
        let review = foreign.isEmpty ? nil : now + Self.foreignReview
        guard let next = [decision.next, review].compactMap(\.self).min() else { return }
        alarm = HostLoop.task {
            guard (try? await HostLoop.sleep(until: next)) != nil else { return }
            self.alarm = nil
            // Other processes may have learnt more.
            if review != nil { self.estimates = [:] }
            self.decide()
        }
    }

    /// The queries of other processes that are still cared for.
    private func foreign(at now: Moment) -> [PolledQuery] {
        let queries = account.others(at: now).filter { own[$0.id] == nil }
        let lastAsked = Dictionary(queries.map { ($0.id, $0.lastAsked) }, uniquingKeysWith: { first, _ in first })
        foreignTurns = foreignTurns.filter { lastAsked[$0.key] == $0.value.lastAsked }
        return queries.filter { query in
            foreignTurns[query.id].map { now - $0.since < Self.foreignPatience } ?? true
        }
    }

    private func estimate(_ kind: String) -> DurationEstimate {
        if let known = estimates[kind] { return known }
        let estimate = DurationHistory.estimate(
            kind: account.durations(of: kind), account: account.durations(of: nil))
        estimates[kind] = estimate
        return estimate
    }
}
