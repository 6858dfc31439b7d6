import HostLoop

/// What is left of a day's submissions, and how long it lasts.
struct SubmissionForecast: Sendable, Equatable {
    let used: Int
    let limit: Int
    /// Submissions an hour: the higher of the last hour's and the day's so far.
    let pace: Double
    /// When the budget is used up at this pace; nil if it lasts until the reset.
    let usedUpAt: Moment?
    /// Midnight, UTC.
    let resetsAt: Moment

    /// `lastHour`: submissions in the hour up to now.
    init(used: Int, limit: Int, lastHour: Int, now: Moment) {
        self.used = used
        self.limit = limit
        resetsAt = (now.day + 1).start
        // In the first hour a few queries say nothing about the day.
        let hours = max((now - now.day.start) / .seconds(3600), 1)
        pace = max(Double(lastHour), Double(used) / hours)
        if used >= limit {
            usedUpAt = now
        } else if pace > 0, Double(limit - used) / pace < (resetsAt - now) / .seconds(3600) {
            usedUpAt = now + .seconds(Double(limit - used) / pace * 3600)
        } else {
            usedUpAt = nil
        }
    }

    var left: Int { max(0, limit - used) }
}
