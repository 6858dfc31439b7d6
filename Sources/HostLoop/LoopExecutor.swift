import CSignal
import Glibc
import Synchronization

/// The queue of jobs that are ready to run on the loop's thread, which any thread may fill.
final class LoopExecutor: SerialExecutor, TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        /// The loop waits, or is about to: who adds a job must wake it.
        var isWaiting = false
    }

    private let queue = Guarded(Queue())
    private let thread = Atomic<UInt>(0)

    /// Readable when the loop must look at its queue; written by `enqueue` and by the signal handler.
    let wakeDescriptor: Int32

    init() {
        wakeDescriptor = csignal_wake_open()
        precondition(wakeDescriptor >= 0, "no file descriptor is left for the loop")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isWaiting = false }
            return queue.isWaiting
        }
        if mustWake { wake() }
    }

    func wake() {
        csignal_wake(wakeDescriptor)
    }

    // MARK: The loop's side

    var isOnLoopThread: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

    /// Makes the calling thread the loop's; false if the loop already has one.
    func claimThread() -> Bool {
        thread.compareExchange(expected: 0, desired: UInt(pthread_self()), ordering: .acquiringAndReleasing).exchanged
    }

    func releaseThread() {
        thread.store(0, ordering: .releasing)
    }

    /// Runs the jobs that are ready now, not those they add; false if there were none.
    func runReadyJobs() -> Bool {
        let jobs = queue.withLock { queue in
            defer { queue.jobs = [] }
            return queue.jobs
        }
        for job in jobs {
            job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
        return !jobs.isEmpty
    }

    var hasReadyJobs: Bool { queue.withLock { !$0.jobs.isEmpty } }

    /// Announces that the loop is going to wait; false if a job is ready, so that it must not.
    func beginWaiting() -> Bool {
        queue.withLock { queue in
            queue.isWaiting = queue.jobs.isEmpty
            return queue.isWaiting
        }
    }

    func endWaiting() {
        queue.withLock { $0.isWaiting = false }
        csignal_wake_clear(wakeDescriptor)
    }

    // MARK: Isolation

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    func checkIsolated() {
        precondition(isOnLoopThread, "this code must run on the loop's thread")
    }

    func isIsolatingCurrentContext() -> Bool? { isOnLoopThread }
}
