import HostLoop

/// The attempts of one call so far, and whether and when there is another. Pure: time and chance come in as values.
struct CallRecord {
    let call: Call
    let configuration: ClientConfiguration
    let started: Moment
    /// Attempts made.
    private(set) var attempts = 0
    /// Attempts that failed, answers to wait not among them.
    private(set) var failures = 0
    private var refusals = 0
    /// Time spent on failed attempts and the waits after them.
    private var spent: Duration = .zero
    private var said: [String] = []
    /// The last attempt had an answer that cannot be read.
    private var lastIsBroken = false

    init(call: Call, configuration: ClientConfiguration, started: Moment) {
        self.call = call
        self.configuration = configuration
        self.started = started
    }

    /// An attempt failed: when the next one goes. Throws if there is none.
    mutating func failed(
        _ reason: String, mayBeTaken: Bool, isBroken: Bool = false, notBefore: Moment?, sent: Moment, random: Double,
        now: Moment
    ) throws(FinoutError) -> Moment {
        attempts += 1
        failures += 1
        said.append(reason)
        lastIsBroken = isBroken
        if let deadline = configuration.deadline, now >= deadline {
            throw Self.deadlinePassed(call, deadline: deadline, said: said)
        }
        if mayBeTaken, call.route.repetition == .never {
            throw FinoutError(
                .unavailable, "\(call.asked) failed and may have been carried out: \(reason).",
                hint: "See whether it was, before you ask again.", retryable: false)
        }
        var next = now + Backoff().wait(after: failures, random: random)
        if let notBefore { next = max(next, notBefore) }
        spent += next - sent
        if failures >= configuration.attempts {
            throw unavailable("after \(configuration.attempts) attempts")
        }
        if let notBefore, notBefore - now > configuration.retryBudget {
            throw unavailable("and the service asks to wait until \(notBefore)", comeBackAt: notBefore)
        }
        if spent > configuration.retryBudget {
            throw unavailable("after the retry budget of \(configuration.retryBudget.text) for one call")
        }
        if let deadline = configuration.deadline, next >= deadline {
            throw Self.deadlinePassed(call, deadline: deadline, said: said)
        }
        return next
    }

    /// The service said to wait: until when. Throws if that is too long.
    mutating func limited(
        _ reason: String, until: Moment?, requestID: String?, apiCode: String?, random: Double, now: Moment
    ) throws(FinoutError) -> Moment {
        attempts += 1
        refusals += 1
        said.append(reason)
        // Without a word from the service, each wait is longer than the last; never at once.
        let guess = Backoff(base: .seconds(4), cap: .seconds(60)).wait(after: refusals, random: random)
        let next = max(until ?? now + guess, now + .seconds(1))
        let patience = configuration.deadline ?? started + configuration.rateLimitPatience
        guard next <= patience else {
            throw FinoutError(
                .rateLimited,
                "\(call.asked) was refused: \(reason). The wait would pass "
                    + (configuration.deadline == nil
                        ? "the \(configuration.rateLimitPatience.text) one call waits out."
                        : "the run's deadline \(patience)."),
                hint: "Come back at \(next).", apiCode: apiCode, httpStatus: 429, requestID: requestID,
                comeBackAt: next)
        }
        return next
    }

    static func deadlinePassed(_ call: Call, deadline: Moment, said: [String]) -> FinoutError {
        FinoutError(
            .deadline, "The run's deadline \(deadline) ended \(call.asked)" + history(said) + ".",
            hint: "Give the run more time, or ask for less.")
    }

    private func unavailable(_ ending: String, comeBackAt: Moment? = nil) -> FinoutError {
        if lastIsBroken {
            return FinoutError(
                .badResponse, "\(call.asked) got no answer that can be read, \(ending)" + Self.history(said) + ".",
                hint: "Try again later; if it stays, the service answers differently from its documentation.",
                retryable: true)
        }
        return FinoutError(
            .unavailable, "\(call.asked) got no answer, \(ending)" + Self.history(said) + ".",
            hint: "Check the network and the service's address (FINOUT_BASE_URL), and try again later.",
            comeBackAt: comeBackAt)
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
