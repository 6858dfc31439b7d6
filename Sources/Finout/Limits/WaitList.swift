import HostLoop

/// Tasks that wait for their turn, first come first served; each may be cancelled or run out of time.
@HostLoop final class WaitList<Outcome: Sendable> {
    /// By the order they came in, so that neither the first nor one that gives up is looked for among all.
    private var waiters: [UInt64: CheckedContinuation<Outcome?, Never>] = [:]
    private var lastTicket: UInt64 = 0
    /// No waiter has a lower ticket.
    private var first: UInt64 = 1

    var isEmpty: Bool { waiters.isEmpty }

    /// Waits until resumed. Nil if the task was cancelled or `deadline` passed first.
    ///
    /// A task may be suspended between the call and the moment it is a waiter. What happened in between it would never
    /// hear of, so `alreadyThere` is asked at that moment: an outcome ends the wait before it began.
    func wait(until deadline: Moment? = nil, alreadyThere: () -> Outcome? = { nil }) async -> Outcome? {
        let waiter = Waiter()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = alreadyThere()
                let isOver = Task.isCancelled || deadline.map { $0 <= HostLoop.now } == true
                if outcome != nil || isOver { return continuation.resume(returning: outcome) }
                lastTicket += 1
                waiter.ticket = lastTicket
                waiters[lastTicket] = continuation
                if let deadline {
                    waiter.alarm = HostLoop.task {
                        guard (try? await HostLoop.sleep(until: deadline)) != nil else { return }
                        self.giveUp(waiter)
                    }
                }
            }
        } onCancel: {
            HostLoop.task { self.giveUp(waiter) }
        }
        waiter.alarm?.cancel()
        return outcome
    }

    /// Resumes the one that waits longest.
    func resumeFirst(_ outcome: Outcome) {
        guard !waiters.isEmpty else { return }
        while waiters[first] == nil { first += 1 }
        waiters.removeValue(forKey: first)?.resume(returning: outcome)
    }

    /// Resumes every one.
    func resumeAll(_ outcome: Outcome) {
        let all = waiters
        waiters = [:]
        first = lastTicket + 1
        for ticket in all.keys.sorted() { all[ticket]?.resume(returning: outcome) }
    }

    private func giveUp(_ waiter: Waiter) {
        waiters.removeValue(forKey: waiter.ticket)?.resume(returning: nil)
    }
}

/// One wait, as its cancellation and its alarm know it.
@HostLoop private final class Waiter {
    /// 0 until it waits.
    var ticket: UInt64 = 0
    var alarm: Task<Void, Never>?

    nonisolated init() {}
}
