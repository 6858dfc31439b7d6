import HostLoop

/// One limit with the tasks that wait for it, first come first served.
@HostLoop final class LimiterLane {
    let name: String
    private(set) var window: SlidingWindow
    private let waiters = WaitList<Void>()
    private var alarm: (moment: Moment, task: Task<Void, Never>)?

    init(name: String, limit: RateLimit) {
        self.name = name
        window = SlidingWindow(limit)
    }

    var used: Int { window.used(at: HostLoop.now) }

    /// Nothing may be sent yet, whoever holds a slot.
    var isPaused: Bool { window.pausedUntil.map { $0 > HostLoop.now } ?? false }

    /// When the next slot becomes free; nil if one is free now or only an exchange's end frees one.
    var freeAt: Moment? {
        guard case .at(let moment) = window.admission(at: HostLoop.now) else { return nil }
        return moment
    }

    /// Takes a slot, after waiting for it if need be; gives the time waited.
    func enter(deadline: Moment?, waiting: (LimiterWait) -> Void) async throws(FinoutError) -> Duration {
        if Task.isCancelled { throw .cancelled }
        let started = HostLoop.now
        let admission = window.admission(at: started)
        if waiters.isEmpty, admission == .now {
            window.begin()
            return .zero
        }
        if case .at(let moment) = admission, let deadline, moment > deadline {
            throw FinoutError(
                .rateLimited, "The limit '\(name)' has no slot before \(moment), and the run ends at \(deadline).",
                hint: "Come back at \(moment), or give the run more time.", comeBackAt: moment)
        }
        waiting(LimiterWait(limiter: name, until: freeAt))
        pumpSoon()
        guard await waiters.wait(until: deadline) != nil else {
            if Task.isCancelled { throw .cancelled }
            throw FinoutError(
                .deadline, "The run's deadline passed while a request waited for the limit '\(name)'.",
                hint: "Give the run more time, or ask for less.", comeBackAt: freeAt)
        }
        return HostLoop.now - started
    }

    /// Frees a slot taken by `enter`.
    func leave(hold: Duration = .zero) {
        window.end(at: HostLoop.now, hold: hold)
        pump()
    }

    /// Frees a slot taken by `enter` for a request that was not sent.
    func giveBack() {
        window.giveBack()
        pump()
    }

    func pause(until moment: Moment) {
        window.pause(until: moment)
        pump()
    }

    /// Lets in whoever may go, and sets the alarm for the next who may later.
    private func pump() {
        while !waiters.isEmpty {
            switch window.admission(at: HostLoop.now) {
            case .now:
                window.begin()
                waiters.resumeFirst(())
            case .at(let moment):
                setAlarm(moment)
                return
            case .whenAnExchangeEnds:
                return
            }
        }
    }

    /// The alarm has to be set before this task becomes a waiter, so whoever is let in is decided after it is one.
    private func pumpSoon() {
        Task { self.pump() }
    }

    private func setAlarm(_ moment: Moment) {
        if let alarm, alarm.moment == moment { return }
        alarm?.task.cancel()
        let task = Task {
            guard (try? await HostLoop.sleep(until: moment)) != nil else { return }
            self.alarm = nil
            self.pump()
        }
        alarm = (moment, task)
    }
}
