import CSignal
import Glibc
import Synchronization

/// The loop itself: runs ready jobs, resumes due timers, moves transfers along, and waits for the next of these.
///
/// Guard of `@unchecked Sendable`: everything mutable is touched on the loop's thread only; `executor` and `clock` are
/// safe from any.
final class EventLoop: @unchecked Sendable {
    static let shared = EventLoop()

    let executor = LoopExecutor()
    let clock = LoopClock()
    let transfers = TransferSet()
    var timers = TimerHeap()
    var signalActions: [Int32: @HostLoop @Sendable () -> Void] = [:]
    /// Tasks that let everything that is ready run first.
    var yielding: [UnsafeContinuation<Void, Never>] = []
    let sessions = SessionQueue()

    private init() {
        csignal_ignore_failed_writes()
    }

    /// Drives the loop on the calling thread until `isFinished`, asked whenever no job is ready.
    func drive(until isFinished: () -> Bool) {
        precondition(executor.claimThread(), "the loop already runs on another thread of this process")
        defer { executor.releaseThread() }
        while true {
            // Some rounds of jobs before looking at sockets again; a bound, so that jobs that add jobs cannot starve them.
            var rounds = 0
            while rounds < 64, executor.runReadyJobs() { rounds += 1 }
            if rounds < 64, isFinished() { return }
            deliverSignals()
            resumeYielding()
            resumeDueTimers()
            transfers.perform()
            waitForWork()
        }
    }

    private func resumeYielding() {
        let continuations = yielding
        yielding = []
        for continuation in continuations { continuation.resume() }
    }

    private func resumeDueTimers() {
        guard !timers.isEmpty else { return }
        let now = clock.now
        while let timer = timers.removeFirst(dueAt: now) { timer.finish(fired: true) }
    }

    private func deliverSignals() {
        for (number, action) in signalActions {
            for _ in 0..<csignal_take(number) { HostLoop.task { action() } }
        }
    }

    /// Waits until a job, a signal, a socket or the next timer; under the virtual clock the next timer comes at once
    /// unless a transfer is open, and then not at all: only real work moves a transfer along.
    private func waitForWork() {
        guard executor.beginWaiting() else { return }
        var milliseconds = Int(Int32.max)
        if clock.isVirtual {
            if transfers.isEmpty, let timer = timers.first {
                clock.jump(to: timer.deadline)
                milliseconds = 0
            }
        } else if let timer = timers.first {
            milliseconds = (timer.deadline - clock.now).millisecondsRoundedUp
        }
        if milliseconds > 0 { transfers.wait(on: executor.wakeDescriptor, atMost: milliseconds) }
        executor.endWaiting()
    }
}
