import HostLoop

/// Tasks that wait for their turn, first come first served; each may be cancelled or run out of time.
@HostLoop final class WaitList<Outcome: Sendable> {
    private typealias Waiter = (ticket: UInt64, continuation: CheckedContinuation<Outcome?, Never>)

    private var waiters: [Waiter] = []
    private var lastTicket: UInt64 = 0

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
            await withCheckedContinuation { continuation in
                waiters.append((ticket, continuation))
            }
        } onCancel: {
            Task { @HostLoop in self.giveUp(ticket) }
        }
        alarm?.cancel()
        return outcome
    }

    /// Resumes the one that waits longest.
    func resumeFirst(_ outcome: Outcome) {
        guard !waiters.isEmpty else { return }
        waiters.removeFirst().continuation.resume(returning: outcome)
    }

    /// Resumes every one.
    func resumeAll(_ outcome: Outcome) {
        let all = waiters
        waiters = []
        for waiter in all { waiter.continuation.resume(returning: outcome) }
    }

    private func giveUp(_ ticket: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: index).continuation.resume(returning: nil)
    }
}
