package import HostLoop

/// What is left of a day's submissions, and how long it lasts.
package struct SubmissionForecast: Sendable, Equatable {
    package let used: Int
    package let limit: Int
    /// Submissions an hour: the higher of the last hour's and the day's so far.
    package let pace: Double
    /// When the budget is used up at this pace; nil if it lasts until the reset.
    package let usedUpAt: Moment?
    /// Midnight, UTC.
    package let resetsAt: Moment

    /// `lastHour`: submissions in the hour up to now.
    package init(used: Int, limit: Int, lastHour: Int, now: Moment) {
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

    package var left: Int { max(0, limit - used) }
}
