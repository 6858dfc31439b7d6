import CSignal
import Glibc
import Synchronization

/// A thread that ends a run whose deadline has passed, or that a signal asked to end, while its script holds the loop's
/// thread. One at a time; it follows the machine's clock.
///
/// A loop that is free ends the run itself, in good order and in its own time. So only the time counts in which the
/// thread is held: after `patience` the script is stopped, after `limit` the process is left.
public final class Watchdog: Sendable {
    /// Why the run is to end.
    public enum Cause: Sendable, Equatable {
        case deadline
        case signal(Int32)
    }

    /// How long a script may still hold the thread: enough to come to its next wait.
    public static let patience: Duration = .milliseconds(50)
    /// After that long it is in something that nothing can stop. The whole of it stays well under a second.
    public static let limit: Duration = .milliseconds(500)

    /// Between two attempts to stop it: one takes 20 ms and more where calls are nested 200,000 deep.
    private static let again: Duration = .milliseconds(100)
    private static let step: Duration = .milliseconds(10)

    private let deadline: Moment
    private let isHeld: @Sendable () -> Bool
    private let stop: @Sendable () -> Void
    private let leave: @Sendable (Cause) -> Never
    private let wakeDescriptor: Int32
    private let hasEnded = Atomic<Bool>(false)
    private let seen = Guarded<Cause?>(nil)
    private let thread = Guarded<pthread_t?>(nil)

    /// Starts it. `isHeld` says whether the script holds the loop's thread, `stop` stops the script and is called again
    /// as long as that does not help, `leave` ends the process; all are called on the watchdog's thread.
    public init(
        deadline: Moment, isHeld: @escaping @Sendable () -> Bool, stop: @escaping @Sendable () -> Void,
        leave: @escaping @Sendable (Cause) -> Never
    ) {
        self.deadline = deadline
        self.isHeld = isHeld
        self.stop = stop
        self.leave = leave
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
        var held = Duration.zero
        var stopping = Self.patience
        var last = HostLoop.now
        while !wait(Self.step) {
            let now = HostLoop.now
            // A process that was suspended has held nothing.
            if isHeld() { held += max(.zero, min(now - last, Self.step * 10)) }
            last = now
            if held > Self.limit { leave(cause) }
            if held > stopping {
                stop()
                stopping += Self.again
            }
        }
    }

    /// Nil: the watch has ended.
    private func waitForCause() -> Cause? {
        while true {
            let signal = csignal_first()
            if signal != 0 { return .signal(signal) }
            let left = deadline - HostLoop.now
            if left <= .zero { return .deadline }
            if wait(left) { return nil }
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
