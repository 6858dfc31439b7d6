import HostLoop

/// Tasks that wait for their turn, first come first served; each may be cancelled or run out of time.
@HostLoop final class WaitList<Outcome: Sendable> {
    /// By ticket, so that neither the first nor one that gives up is looked for among all.
    private var waiters: [UInt64: CheckedContinuation<Outcome?, Never>] = [:]
    private var lastTicket: UInt64 = 0
    /// No waiter has a lower ticket.
    private var first: UInt64 = 1

    var isEmpty: Bool { waiters.isEmpty }

    /// Waits until resumed. Nil if the task was cancelled or `deadline` passed first.
    func wait(until deadline: Moment? = nil) async -> Outcome? {
        lastTicket += 1
        let ticket = lastTicket
        var alarm: Task<Void, Never>?
        if let deadline {
            alarm = Task {
                guard (try? await HostLoop.sleep(until: deadline)) != nil else { return }
                self.giveUp(ticket)
            }
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[ticket] = $0 }
        } onCancel: {
            Task { @HostLoop in self.giveUp(ticket) }
        }
        alarm?.cancel()
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

    private func giveUp(_ ticket: UInt64) {
        waiters.removeValue(forKey: ticket)?.resume(returning: nil)
    }
}
