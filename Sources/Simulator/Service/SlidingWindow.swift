import HostLoop

/// A limit of so many requests in any window of time, and what was measured of it.
struct SlidingWindow {
    let limit: Int
    let length: Duration
    /// Admitted and all requests of the last `length`, oldest first.
    private var admitted: [Moment] = []
    private var all: [Moment] = []
    /// The most requests, refused ones included, in any window that ended at one of them.
    private(set) var peak = 0

    init(limit: Int, length: Duration) {
        self.limit = limit
        self.length = length
    }

    /// Counts a request, and admits it unless `limit` were admitted after `now - length`; `now` never goes back.
    mutating func admit(at now: Moment) -> Bool {
        drop(before: now)
        all.append(now)
        peak = max(peak, all.count)
        guard admitted.count < limit else { return false }
        admitted.append(now)
        return true
    }

    /// Requests that would be admitted at the time last given to `admit`.
    var remaining: Int { limit - admitted.count }

    /// How long from then until the oldest admitted request leaves the window; zero when there is none.
    func reset(at now: Moment) -> Duration { admitted.first.map { $0 + length - now } ?? .zero }

    private mutating func drop(before now: Moment) {
        admitted.removeFirst(admitted.prefix { $0 + length <= now }.count)
        all.removeFirst(all.prefix { $0 + length <= now }.count)
    }
}
