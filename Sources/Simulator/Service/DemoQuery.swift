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
    /// The results were thrown away before their time.
    var isExpired = false
    /// A status said that the query has completed, whether it had or not.
    var wasSaidComplete = false

    var completed: Moment { submitted + duration }
    var expires: Moment { fate == .expiresAtOnce ? completed : completed + Self.lifetime }

    /// What the query is at a time.
    func status(at now: Moment) -> Status {
        if now < submitted + duration / 5 { return .queued }
        if now < completed || fate == .stalls { return .running }
        if fate == .fails { return .failed }
        return now < expires && !isExpired ? .completed : .expired
    }
}
