import Finout

/// The service's count of status calls: never more than the limit in any stretch of its window. Seconds.
struct CallWindow {
    let limit: RateLimit
    private(set) var calls = 0
    /// When each call made frees its slot.
    private var releases: [Double] = []

    init(limit: RateLimit) {
        self.limit = limit
    }

    private var length: Double { Double(limit.window.components.seconds) }

    mutating func free(at now: Double) -> Int {
        releases.removeAll { $0 <= now }
        return limit.count - releases.count
    }

    /// When the next call may be made. It is never before `now`.
    mutating func nextFree(at now: Double) -> Double {
        free(at: now) > 0 ? now : releases[0]
    }

    /// Traps where the service would refuse.
    mutating func call(at now: Double) {
        precondition(free(at: now) > 0, "a status call over the limit")
        releases.append(now + length)
        calls += 1
    }
}
