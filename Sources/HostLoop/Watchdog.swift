import CSignal
import Glibc
import Synchronization

/// A thread that ends a run whose time is over, or that a signal asked to end, while its script holds the loop's
/// thread. One at a time; it follows the machine's clock.
///
/// A loop that is free ends the run itself, in good order and in its own time. So only the time counts in which the
/// thread is held: after `patience` the script is stopped, after `limit` the process is left. A loop that has computed
/// for `patience` since has more tasks to end than there is time for: the script is stopped then, too.
public final class Watchdog: Sendable {
    /// Why the run is to end.
    public enum Cause: Sendable, Equatable {
        case deadline
        case cpu
        case signal(Int32)
        /// The loop said so.
        case other
    }

    /// What a run may take.
    public struct Times: Sendable {
        /// By the wall clock.
        public let deadline: Moment
        /// Of the loop's thread; nil: any amount.
        public let cpu: Duration?
        /// When the deadline is near.
        public let nearDeadline: Moment?
        /// When the CPU time is nearly used up.
        public let nearCPU: Duration?

        /// The times of a run; those of the warnings are left out where nobody wants them.
        public init(
            deadline: Moment, cpu: Duration? = nil, nearDeadline: Moment? = nil, nearCPU: Duration? = nil
        ) {
            self.deadline = deadline
            self.cpu = cpu
            self.nearDeadline = nearDeadline
            self.nearCPU = nearCPU
        }
    }

    /// What it calls, all on its own thread.
    public struct Actions: Sendable {
        let isHeld: @Sendable () -> Bool
        let near: @Sendable (Cause) -> Void
        let over: @Sendable (Cause) -> Void
        let stop: @Sendable () -> Void
        let leave: @Sendable (Cause) -> Never

        /// `isHeld` says whether the script holds the loop's thread; `near` hears, once each, that the deadline or the CPU
        /// time is nearly reached, `over` that one is; `stop` stops the script and is called again as long as that does not
        /// help; `leave` ends the process.
        public init(
            isHeld: @escaping @Sendable () -> Bool, near: @escaping @Sendable (Cause) -> Void = { _ in },
            over: @escaping @Sendable (Cause) -> Void = { _ in }, stop: @escaping @Sendable () -> Void,
            leave: @escaping @Sendable (Cause) -> Never
        ) {
            self.isHeld = isHeld
            self.near = near
            self.over = over
            self.stop = stop
            self.leave = leave
        }
    }

    /// How long a script may still hold the thread: enough to come to its next wait.
    public static let patience: Duration = .milliseconds(50)
    /// After that long it is in something that nothing can stop. The whole of it stays well under a second.
    public static let limit: Duration = .milliseconds(500)

    /// Between two attempts to stop it: one takes 20 ms and more where calls are nested 200,000 deep.
    private static let again: Duration = .milliseconds(100)
    private static let step: Duration = .milliseconds(10)
    /// The least it sleeps before it looks at the CPU clock again, which stands while the run waits.
    private static let shortestSleep: Duration = .milliseconds(50)

    private let clock: ThreadClock
    private let times: Times
    private let actions: Actions
    private let wakeDescriptor: Int32
    private let hasEnded = Atomic<Bool>(false)
    private let isOver = Atomic<Bool>(false)
    private let seen = Guarded<Cause?>(nil)
    private let thread = Guarded<pthread_t?>(nil)

    /// Starts it, with the CPU clock of the loop's thread.
    public init(_ times: Times, _ actions: Actions, clock: ThreadClock = ThreadClock()) {
        self.times = times
        self.actions = actions
        self.clock = clock
        wakeDescriptor = csignal_wake_open()
        precondition(wakeDescriptor >= 0, "no file descriptor is left for the watchdog")
        csignal_observe(wakeDescriptor)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Watchdog>.fromOpaque(context!).takeRetainedValue().watch()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0, "no thread is left for the watchdog")
        self.thread.withLock { [thread] in $0 = thread }
    }

    /// Why the run is to end, as far as it has seen.
    public var cause: Cause? { seen.withLock { $0 } }

    /// The loop ends the run: from here on the script may not hold the thread.
    public func expectEnd() {
        isOver.store(true, ordering: .releasing)
        csignal_wake(wakeDescriptor)
    }

    /// Ends its watch; once.
    public func end() {
        csignal_observe(-1)
        hasEnded.store(true, ordering: .releasing)
        csignal_wake(wakeDescriptor)
        if let thread = thread.withLock({ $0 }) { pthread_join(thread, nil) }
        close(wakeDescriptor)
    }

    private func watch() {
        guard let cause = waitForCause() else { return }
        seen.withLock { $0 = cause }
        if cause == .deadline || cause == .cpu { actions.over(cause) }
        var held = Duration.zero
        var stopping = Self.patience
        var last = HostLoop.now
        let computed = clock.used
        while !wait(Self.step) {
            let now = HostLoop.now
            // A process that was suspended has held nothing.
            if actions.isHeld() { held += max(.zero, min(now - last, Self.step * 10)) }
            last = now
            if held > Self.limit { actions.leave(cause) }
            if max(held, clock.used - computed) > stopping {
                actions.stop()
                stopping += Self.again
            }
        }
    }

    /// Nil: the watch has ended.
    private func waitForCause() -> Cause? {
        var (nearDeadline, nearCPU) = (times.nearDeadline, times.nearCPU)
        while true {
            let signal = csignal_first()
            if signal != 0 { return .signal(signal) }
            if isOver.load(ordering: .acquiring) { return .other }
            let (now, used) = (HostLoop.now, clock.used)
            if now >= times.deadline { return .deadline }
            if let cpu = times.cpu, used >= cpu { return .cpu }
            if let moment = nearDeadline, now >= moment {
                nearDeadline = nil
                actions.near(.deadline)
            }
            if let time = nearCPU, used >= time {
                nearCPU = nil
                actions.near(.cpu)
            }
            var pause = (nearDeadline ?? times.deadline) - now
            // CPU time passes no faster than the wall's, so none of it can be over sooner.
            if let next = nearCPU ?? times.cpu { pause = min(pause, max(next - used, Self.shortestSleep)) }
            if wait(pause) { return nil }
        }
    }

    /// Waits for so long, or for a signal; true if the watch has ended.
    private func wait(_ time: Duration) -> Bool {
        var wake = pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&wake, 1, Int32(clamping: time.millisecondsRoundedUp))
        csignal_wake_clear(wakeDescriptor)
        return hasEnded.load(ordering: .acquiring)
    }
}

/// The CPU time of one thread, read from any.
public struct ThreadClock: Sendable {
    private let clock: clockid_t
    private let began: Duration

    /// The calling thread's, from zero.
    public init() {
        var clock = clockid_t()
        // Fails only for a thread that has ended.
        pthread_getcpuclockid(pthread_self(), &clock)
        self.clock = clock
        began = Self.read(clock)
    }

    /// What the thread has computed since.
    public var used: Duration { Self.read(clock) - began }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
