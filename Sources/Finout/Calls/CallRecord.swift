import HostLoop

/// The attempts of one call so far, and whether and when there is another. Pure: time and chance come in as values.
struct CallRecord {
    let call: Call
    let configuration: ClientConfiguration
    let started: Moment
    /// Attempts made.
    private(set) var attempts = 0
    /// Attempts that failed while the service answered others; those count against the route's number.
    private var failures = 0
    private var refusals = 0
    /// Time spent on failed attempts and the waits after them, but for waits that the service asked for.
    private var spent: Duration = .zero
    private var said: [String] = []
    /// The last attempt had an answer that cannot be read.
    private var lastIsBroken = false

    init(call: Call, configuration: ClientConfiguration, started: Moment) {
        self.call = call
        self.configuration = configuration
        self.started = started
    }

    /// An attempt failed: when the next one goes; nil while the service is out, for then the circuit says when. Throws
    /// if there is none.
    mutating func failed(
        _ failure: AttemptFailure, isOutage: Bool, sent: Moment, random: Double, now: Moment
    ) throws(FinoutError) -> Moment? {
        attempts += 1
        said.append(failure.reason)
        lastIsBroken = failure.cause == .brokenBody
        if let deadline = configuration.deadline, now >= deadline { throw deadlinePassed(deadline) }
        guard call.route.retry.causes.contains(failure.cause) else { throw notRepeated(failure) }
        if let notBefore = failure.notBefore, notBefore > patience { throw tooLong(failure, until: notBefore) }
        spent += now - sent
        if isOutage { return nil }
        failures += 1
        let wait = call.route.retry.backoff.wait(after: failures, random: random)
        if failure.notBefore == nil { spent += wait }
        if failures >= call.route.retry.attempts { throw unavailable("after \(failures) attempts") }
        try checkBudget()
        let next = max(now + wait, failure.notBefore ?? now)
        if let deadline = configuration.deadline, next >= deadline { throw deadlinePassed(deadline) }
        return next
    }

    /// The service said to wait: until when. Throws if that is too long.
    mutating func limited(_ failure: AttemptFailure, random: Double, now: Moment) throws(FinoutError) -> Moment {
        attempts += 1
        refusals += 1
        said.append(failure.reason)
        // Without a word from the service, each wait is longer than the last; never at once.
        let guess = Backoff(base: .seconds(4), cap: .seconds(60)).wait(after: refusals, random: random)
        let next = max(failure.notBefore ?? now + guess, now + .seconds(1))
        guard next <= patience else { throw tooLong(failure, until: next) }
        // A little later than told, so that not every process comes back in the same moment.
        return next + .milliseconds(Int64(random * 1000))
    }

    /// The circuit is open: until when this call waits for it at most. Throws if its own clocks are over, or if the
    /// service named a time beyond them.
    func patience(with circuit: Circuit, now: Moment) throws(FinoutError) -> Moment {
        if let named = circuit.named, named > patience {
            throw tooLong(AttemptFailure(cause: .unavailable, reason: circuit.lastReason), until: named)
        }
        if let deadline = configuration.deadline, now >= deadline { throw deadlinePassed(deadline, circuit) }
        // That wait is the service's wish, and counts against the run only.
        if let named = circuit.named, named > now { return configuration.deadline ?? named }
        try checkBudget(circuit)
        let end = now + (configuration.retryBudget - spent)
        return min(end, configuration.deadline ?? end)
    }

    /// Time went by at the open circuit.
    mutating func waited(_ duration: Duration) {
        spent += duration
    }

    /// Waits the service asks for end here.
    private var patience: Moment { configuration.deadline ?? started + configuration.rateLimitPatience }

    private func checkBudget(_ circuit: Circuit? = nil) throws(FinoutError) {
        guard spent >= configuration.retryBudget else { return }
        throw unavailable("after the retry budget of \(configuration.retryBudget.text) for one call", circuit)
    }
}

// What a call that gets no answer says.
extension CallRecord {
    /// The circuit's patience is over.
    func outage(_ circuit: Circuit) -> FinoutError { unavailable("", circuit) }

    /// The process has no retries left.
    func retriesUsedUp(_ budget: RetryBudget) -> FinoutError {
        unavailable(
            "and the \(budget.capacity) retries of this run are used up: too few of its calls succeed to earn new ones")
    }

    func deadlinePassed(_ deadline: Moment, _ circuit: Circuit? = nil) -> FinoutError {
        let said = said.isEmpty ? circuit.map { [$0.lastReason] } ?? [] : said
        return FinoutError(
            .deadline, "The run's deadline \(deadline) ended \(call.asked)" + Self.history(said) + ".",
            hint: "Give the run more time, or ask for less.")
    }

    private func notRepeated(_ failure: AttemptFailure) -> FinoutError {
        guard failure.cause.mayBeTaken else { return unavailable("and is not tried again") }
        return FinoutError(
            .unavailable, "\(call.asked) failed and may have been carried out: \(failure.reason).",
            hint: "See whether it was, before you ask again.", retryable: false)
    }

    /// `rate_limited` whatever the status: a service that names the time to come back is not out of order, and what the
    /// caller has to do is the same.
    private func tooLong(_ failure: AttemptFailure, until moment: Moment) -> FinoutError {
        FinoutError(
            .rateLimited,
            "\(call.asked) was refused: \(failure.reason). The wait would pass "
                + (configuration.deadline == nil
                    ? "the \(configuration.rateLimitPatience.text) one call waits out."
                    : "the run's deadline \(patience)."),
            hint: "Come back at \(moment).", apiCode: failure.apiCode, httpStatus: failure.status,
            requestID: failure.requestID, comeBackAt: moment)
    }

    private func unavailable(_ ending: String, _ circuit: Circuit? = nil) -> FinoutError {
        if lastIsBroken, circuit == nil {
            return FinoutError(
                .badResponse, "\(call.asked) got no answer that can be read, \(ending)" + Self.history(said) + ".",
                hint: "Try again later; if it stays, the service answers differently from its documentation.",
                retryable: true)
        }
        var message = "\(call.asked) got no answer"
        if !ending.isEmpty { message += ", \(ending)" }
        if let circuit, let since = circuit.since {
            message +=
                ", nor did any call since \(since): the circuit is open after \(circuit.failures) failures in a row"
            message += ", the last of them: \(circuit.lastReason)"
        } else {
            message += Self.history(said)
        }
        return FinoutError(
            .unavailable, message + ".",
            hint: "Check the network and the service's address (FINOUT_BASE_URL), and try again later.")
    }

    /// What each attempt said, equal neighbours counted.
    private static func history(_ said: [String]) -> String {
        var runs: [(text: String, count: Int)] = []
        for text in said {
            if runs.last?.text == text { runs[runs.count - 1].count += 1 } else { runs.append((text, 1)) }
        }
        let texts = runs.map { $0.count == 1 ? $0.text : "\($0.text) (\($0.count) times)" }
        return texts.isEmpty ? "" : "; it said: " + texts.joined(separator: "; then: ")
    }
}
