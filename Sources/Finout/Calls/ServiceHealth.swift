import HostLoop

/// What all calls of the process know of the service: the circuit, the retries left, and who waits for either.
@HostLoop final class ServiceHealth {
    private(set) var circuit: Circuit
    private(set) var retries: RetryBudget
    /// Hears what the user should know.
    var warn: (String) -> Void = { _ in }
    private let waiters = WaitList<Void>()
    /// How often something changed: who looked at this count need not wait once it has changed.
    private(set) var changes: UInt64 = 0
    private let random: @Sendable () -> Double

    init(_ configuration: ClientConfiguration) {
        circuit = Circuit(configuration.outage)
        retries = RetryBudget(configuration.outage)
        random = configuration.random
    }

    /// What a call may do now; `.probe` obliges it to tell the end of its attempt with `isProbe`.
    func admit() -> Circuit.Admission { circuit.admit(at: HostLoop.now) }

    /// Waits until something has changed since `changes`, at most until `moment`.
    func change(since changes: UInt64, until moment: Moment) async {
        _ = await waiters.wait(until: moment) { self.changes == changes ? nil : () }
    }

    private func changed() {
        changes += 1
        waiters.resumeAll(())
    }

    /// Takes the end of an attempt: how it was judged, and whether the service said anything at all.
    func note(_ verdict: Verdict, isAnswered: Bool, isProbe: Bool, sent: Moment) {
        switch verdict {
        case .failed(let failure) where [.connection, .interrupted, .unavailable, .failing].contains(failure.cause):
            let event = circuit.failed(
                failure.cause, failure.reason, notBefore: failure.notBefore, sent: sent, isProbe: isProbe,
                random: random(), now: HostLoop.now)
            if event == .opened, let since = circuit.since, let end = circuit.patienceEnds {
                warn(
                    "the service has not answered since \(since): \(circuit.failures) failures in a row, the last of "
                        + "them: \(circuit.lastReason). One request at a time tries, the others wait, until \(end)")
            }
        case .final where !isAnswered:
            // A name, a certificate, a cancellation: nothing was learnt.
            if isProbe { circuit.probeLost() }
        default:
            if case .closed(let since, let failures) = circuit.answered() {
                warn("the service answers again, after \((HostLoop.now - since).text) and \(failures) failures")
            }
            switch verdict {
            case .answered, .early: retries.succeed()
            case .failed, .final: break
            }
        }
        changed()
    }

    /// The probe was not sent after all.
    func probeLost() {
        circuit.probeLost()
        changed()
    }

    /// Takes a retry for a call of `route`. False: the call has to end.
    func takeRetry(_ route: Route) -> Bool {
        retries.take() || route.retry.outlivesBudget
    }

    /// What the summary of a run needs.
    func complete(_ statistics: ClientStatistics) -> ClientStatistics {
        var statistics = statistics
        statistics.retriesLeft = retries.left
        statistics.retriesRefused = retries.refused
        statistics.circuitOpenings = circuit.openings
        return statistics
    }
}
