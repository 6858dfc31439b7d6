import HostLoop

/// A submitted query: what it asks and when it becomes what.
struct DemoQuery: Sendable {
    enum Fate: Sendable { case completes, fails, expiresAtOnce, stalls }

    enum Status: String, Sendable { case queued, running, completed, failed, expired }

    /// Finout: "Results expire 24 hours after query completion".
    static let lifetime: Duration = .seconds(86_400)

    let id: String
    let request: QueryRequest
    let totalRows: Int
    let submitted: Moment
    /// From submission to completion; the first fifth of it queued.
    let duration: Duration
    let fate: Fate

    var completed: Moment { submitted + duration }
    var expires: Moment { fate == .expiresAtOnce ? completed : completed + Self.lifetime }

    /// What the query is at a time.
    func status(at now: Moment) -> Status {
        if now < submitted + duration / 5 { return .queued }
        if now < completed || fate == .stalls { return .running }
        if fate == .fails { return .failed }
        return now < expires ? .completed : .expired
    }
}

extension Moment {
    /// As in the docs' example, UTC: `Mar 30, 2026 11:16 am`.
    var finoutText: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let minutes = Int((self - day.start).components.seconds / 60)
        let (hour, minute) = (minutes / 60, minutes % 60)
        let clock = "\(hour % 12 == 0 ? 12 : hour % 12):\(minute < 10 ? "0" : "")\(minute)"
        return "\(months[day.month - 1]) \(day.dayOfMonth), \(day.year) \(clock) \(hour < 12 ? "am" : "pm")"
    }
}
