import HostLoop

// What stands before an attempt: the circuit, the limits, the deadline.
extension Caller {
    /// Waits until the circuit lets the call through; true: as its probe.
    ///
    /// No slot is held meanwhile: the places in flight are the account's, and other processes may reach the service.
    func passCircuit(_ record: inout CallRecord) async throws(FinoutError) -> Bool {
        var isShown = false
        while true {
            let now = HostLoop.now
            let until: Moment
            let changes = health.changes
            switch health.admit() {
            case .send: return false
            case .probe: return true
            case .refuse: throw record.outage(health.circuit)
            case .wait(let moment): until = min(moment, try record.patience(with: health.circuit, now: now))
            }
            if !isShown { showWait(LimiterWait(limiter: "circuit", until: until)) }
            isShown = true
            let isAskedFor = health.circuit.named.map { $0 > now } == true
            await health.change(since: changes, until: until)
            count(["circuit": HostLoop.now - now])
            if !isAskedFor { record.waited(HostLoop.now - now) }
            if Task.isCancelled { throw .cancelled }
        }
    }

    /// A slot of the route, and how long the attempt in it may take; nil if the circuit opened while it was waited for.
    func slot(for record: CallRecord, isProbe: Bool) async throws(FinoutError) -> (Reservation, Duration)? {
        var held: Reservation?
        do throws(FinoutError) {
            let reservation = try await limiter.reserve(
                record.call.route, deadline: configuration.deadline, waiting: showWait)
            held = reservation
            count(reservation.waits)
            let timeout = try attemptTimeout(record)
            if isProbe || !health.circuit.isOpen { return (reservation, timeout) }
            limiter.giveBack(reservation)
            return nil
        } catch {
            if let held { limiter.giveBack(held) }
            if isProbe { health.probeLost() }
            throw error
        }
    }

    /// The clock of the next attempt, within the run's.
    private func attemptTimeout(_ record: CallRecord) throws(FinoutError) -> Duration {
        guard let deadline = configuration.deadline else { return configuration.attemptTimeout }
        guard deadline > HostLoop.now else { throw record.deadlinePassed(deadline) }
        return min(configuration.attemptTimeout, deadline - HostLoop.now)
    }
}
