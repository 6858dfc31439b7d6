import Glibc

/// The machine's clock; nothing else in the program reads it.
enum SystemClock {
    /// Wall time when it was first asked plus the time that passed since, so that it never runs backwards.
    static var now: Moment {
        Moment(nanosecondsSinceEpoch: anchor.wall &+ (ticks - anchor.ticks))
    }

    /// Nanoseconds since some fixed point; they count on while the machine sleeps.
    static var ticks: Int64 { read(CLOCK_BOOTTIME) }

    private static let anchor = (wall: read(CLOCK_REALTIME), ticks: read(CLOCK_BOOTTIME))

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
