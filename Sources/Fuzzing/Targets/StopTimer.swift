import Glibc
import LuaRuntime

/// A thread that ends a script after a while, as the watchdog of a run does.
///
/// Guard of `@unchecked Sendable`: what both threads touch is guarded by the mutex.
final class StopTimer: @unchecked Sendable {
    private let stop: LuaStop
    private let seconds: Double
    private var thread = pthread_t()
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isOver = false
    private var asked = 0.0
    /// CPU seconds of the script's thread: a machine that is busy with others makes no finding.
    private var clock = clockid_t()

    init(_ stop: LuaStop, seconds: Double) {
        self.stop = stop
        self.seconds = seconds
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        pthread_getcpuclockid(pthread_self(), &clock)
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<StopTimer>.fromOpaque(context!).takeRetainedValue().watch()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    /// The script has ended. Fails if it took more than a second of CPU after it was asked to.
    func end() throws {
        pthread_mutex_lock(mutex)
        isOver = true
        let asked = asked
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        pthread_join(thread, nil)
        guard asked > 0 else { return }
        let late = Self.time(clock) - asked
        try expect(late <= 1 * FuzzTarget.slowness, "the script took \(late) s of CPU after it was stopped")
    }

    private func watch() {
        pthread_mutex_lock(mutex)
        var until = Self.time(CLOCK_REALTIME) + seconds
        while !isOver {
            var time = timespec(tv_sec: Int(until), tv_nsec: Int((until - until.rounded(.down)) * 1e9))
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT {
                if asked == 0 { asked = Self.time(clock) }
                stop.ask()
                until = Self.time(CLOCK_REALTIME) + 0.01
            }
        }
        pthread_mutex_unlock(mutex)
    }

    private static func time(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
