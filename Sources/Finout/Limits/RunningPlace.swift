import HostLoop

/// The place one submission takes among the account's running queries, from before it is sent until it has ended.
@HostLoop final class RunningPlace {
    /// Whether the service may run a query in this place. Then the place stays taken a while after it is left: nothing
    /// says when the query ends, and a query more than the account may run is never asked for.
    var mayRun = false
    private let caller: Caller
    private var reservation: Reservation?

    init(_ caller: Caller) {
        self.caller = caller
    }

    /// Waits for a place.
    func take() async throws(FinoutError) {
        let taken = try await caller.limiter.reserveRunning(
            deadline: caller.configuration.deadline, waiting: { caller.showWait($0) })
        caller.count(taken.waits)
        reservation = taken
        mayRun = false
    }

    /// The query that was accepted in the place, for all who share the account.
    func note(query: String, kind: String, submitted: Moment) {
        if let reservation { caller.limiter.note(query: query, kind: kind, submitted: submitted, in: reservation) }
    }

    /// Takes the place of a query that runs already.
    func adopt(query: String, kind: String, submitted: Moment) {
        reservation = caller.limiter.adoptRunning(query: query, kind: kind, submitted: submitted)
        mayRun = true
    }

    /// Leaves the place to the query that may run in it, and takes another.
    func change() async throws(FinoutError) {
        leave()
        try await take()
    }

    /// Gives the place back.
    func leave() {
        guard let reservation else { return }
        self.reservation = nil
        caller.limiter.finishRunning(reservation, hold: mayRun ? caller.configuration.abandonedHold : .zero)
    }
}
