import HostLoop

/// Carries out one call: limits, attempts, waits between them, and the clocks that end it.
@HostLoop final class Caller {
    let configuration: ClientConfiguration
    let limiter: AccountLimiter
    let health: ServiceHealth
    var statistics = ClientStatistics()
    var observer: ((ClientEvent) -> Void)?
    private let exchange: Exchange
    private let credentialProblem: FinoutError?

    init(
        configuration: ClientConfiguration, base: BaseURL, transport: any Transport, limiter: AccountLimiter
    ) {
        self.configuration = configuration
        self.limiter = limiter
        exchange = Exchange(configuration, base: base, transport: transport)
        credentialProblem = configuration.credentialProblem
        health = ServiceHealth(configuration)
        health.warn = { [weak self] text in self?.warn(text) }
    }

    /// What a call came to.
    enum Answer<Value> {
        case value(Value)
        /// Results that are not ready; what the service said instead.
        case early(String)
    }

    /// Calls until there is an answer or no attempt is left. `place` is what a submission takes among the running
    /// queries: it learns whether the service may have taken the request.
    func perform<Value>(
        _ call: Call, decode: (HTTPResponse) throws(BrokenBody) -> Value,
        place: RunningPlace? = nil
    ) async throws(FinoutError) -> Answer<Value> {
        if let credentialProblem { throw credentialProblem }
        var record = CallRecord(call: call, configuration: configuration, started: HostLoop.now)
        // Why the service may have carried out an attempt whose answer is lost.
        var lost: String?
        while true {
            if Task.isCancelled { throw .cancelled }
            let isProbe = try await passCircuit(&record)
            guard let (reservation, timeout) = try await slot(for: record, isProbe: isProbe) else { continue }
            if let reason = lost.take(), call.route.repetition == .counted {
                statistics.possiblyPaidTwice += 1
                warn("\(call.asked) is sent again although it may have been taken: \(reason)")
            }
            let sent = HostLoop.now
            place?.mayRun = true
            statistics.requests[call.route.name, default: 0] += 1
            let outcome = await exchange.attempt(call, timeout: timeout)
            // While its own slot still counts as open: the answer has counted it. A refusal says itself how long to wait.
            if let limits = outcome.limits, outcome.response?.status != 429 {
                limiter.observe(limits, of: call.route)
            }
            limiter.finish(reservation)

            var verdict = outcome.verdict
            var value: Value?
            if case .answered = verdict, let response = outcome.response {
                do throws(BrokenBody) { value = try decode(response) } catch {
                    verdict = .failed(
                        AttemptFailure(
                            cause: .brokenBody,
                            reason: "HTTP \(response.status) with a body that is not what the API documents: "
                                + error.reason))
                }
            }
            health.note(verdict, isAnswered: outcome.response != nil, isProbe: isProbe, sent: sent)
            if let value { return .value(value) }

            switch verdict {
            case .answered: return .early("")
            case .early(let reason):
                statistics.earlyResults += 1
                return .early(reason)
            case .final(let error):
                let isTaken = outcome.response.map { (200..<300).contains($0.status) } ?? (error.code == .cancelled)
                if !isTaken { place?.mayRun = false }
                if error.code == .quotaExhausted { limiter.exhaust(outcome.limits?.day ?? sent.day) }
                throw error
            case .failed(let failure) where failure.cause == .limited:
                place?.mayRun = false
                // Also where this call does not wait so long: the others need not ask.
                if let notBefore = failure.notBefore { limiter.pause(call.route, until: notBefore) }
                let moment = try record.limited(failure, random: configuration.random(), now: HostLoop.now)
                limiter.pause(call.route, until: moment)
                note(record, failure, until: moment)
            case .failed(let failure):
                place?.mayRun = failure.cause.mayBeTaken
                try await recover(from: failure, &record, sent: sent)
                if failure.cause.mayBeTaken {
                    lost = failure.reason
                    if call.route.repetition == .counted { try await place?.change() }
                }
            }
            statistics.retries[call.route.name, default: 0] += 1
        }
    }

    /// Waits until the call may be tried again, or until the circuit is to be asked. Throws if it may not.
    private func recover(
        from failure: AttemptFailure, _ record: inout CallRecord, sent: Moment
    ) async throws(FinoutError) {
        let moment = try record.failed(
            failure, isOutage: health.circuit.isOpen, sent: sent, random: configuration.random(), now: HostLoop.now)
        if Task.isCancelled { throw .cancelled }
        // An open circuit sends so little that it needs no budget.
        if moment != nil, !health.takeRetry(record.call.route) { throw record.retriesUsedUp(health.retries) }
        note(record, failure, until: moment ?? health.circuit.nextProbe ?? HostLoop.now)
        guard let moment else { return }
        do { try await HostLoop.sleep(until: moment) } catch { throw .cancelled }
    }
}

// What the call tells others.
extension Caller {
    func showWait(_ wait: LimiterWait) {
        observer?(.waiting(limiter: wait.limiter, until: wait.until))
    }

    func count(_ waits: [String: Duration]) {
        for (name, waited) in waits { statistics.waits[name, default: .zero] += waited }
    }

    private func warn(_ text: String) { observer?(.warning(text)) }

    private func note(_ record: CallRecord, _ failure: AttemptFailure, until: Moment) {
        observer?(
            .retrying(
                route: record.call.route.name, attempt: record.attempts, reason: failure.reason, at: until))
    }
}
