import HostLoop
import RowDecoder

/// A body that is not what it should be; the attempt counts as failed.
struct BrokenBody: Error {
    let reason: String
}

/// Carries out one call: limits, attempts, waits between them, and the clocks that end it.
@HostLoop final class Caller {
    let configuration: ClientConfiguration
    let limiter: any RateLimiter
    var statistics = ClientStatistics()
    var observer: ((ClientEvent) -> Void)?
    private let base: BaseURL
    private let transport: any Transport
    private let credentialProblem: FinoutError?

    init(
        configuration: ClientConfiguration, base: BaseURL, transport: any Transport, limiter: any RateLimiter
    ) {
        self.configuration = configuration
        self.base = base
        self.transport = transport
        credentialProblem = configuration.credentialProblem
        self.limiter = limiter
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
        do throws(FinoutError) {
            return try await attempts(call, decode: decode, place: place)
        } catch {
            throw redacted(error)
        }
    }

    private func attempts<Value>(
        _ call: Call, decode: (HTTPResponse) throws(BrokenBody) -> Value,
        place: RunningPlace?
    ) async throws(FinoutError) -> Answer<Value> {
        var record = CallRecord(call: call, configuration: configuration, started: HostLoop.now)
        while true {
            if Task.isCancelled { throw .cancelled }
            let reservation = try await reserve(call.route)
            let sent = HostLoop.now
            place?.mayRun = true
            let (verdict, response) = await attempt(call)
            limiter.finish(reservation)
            var judged = verdict
            var isBroken = false
            if case .answered = verdict, let response {
                do throws(BrokenBody) {
                    return .value(try decode(response))
                } catch {
                    isBroken = true
                    judged = .failed(
                        reason:
                            "HTTP \(response.status) with a body that is not what the API documents: \(error.reason)",
                        mayBeTaken: true, notBefore: nil)
                }
            }
            switch judged {
            case .answered: return .early("")
            case .early(let reason):
                statistics.earlyResults += 1
                return .early(reason)
            case .final(let error):
                if response != nil || error.code != .cancelled { place?.mayRun = false }
                if error.apiCode == "RATE_LIMIT_DAILY_EXCEEDED" { limiter.exhaustDay() }
                throw error
            case .limited(let reason, let until, let requestID, let apiCode):
                place?.mayRun = false
                let moment = try record.limited(
                    reason, until: until, requestID: requestID, apiCode: apiCode, random: configuration.random(),
                    now: HostLoop.now)
                limiter.pause(call.route, until: moment)
                note(call, attempt: record.attempts, reason: reason, until: moment)
            case .failed(let reason, let mayBeTaken, let notBefore):
                place?.mayRun = mayBeTaken
                let moment = try record.failed(
                    reason, mayBeTaken: mayBeTaken, isBroken: isBroken, notBefore: notBefore, sent: sent,
                    random: configuration.random(),
                    now: HostLoop.now)
                if mayBeTaken, call.route.repetition == .counted {
                    statistics.possiblyPaidTwice += 1
                    observer?(
                        .warning(
                            redacted("\(call.asked) is sent again although it may have been taken: \(reason)")))
                    try await place?.change()
                }
                note(call, attempt: record.attempts, reason: reason, until: moment)
                do { try await HostLoop.sleep(until: moment) } catch { throw .cancelled }
            }
            statistics.retries[call.route.name, default: 0] += 1
        }
    }

    /// A slot of the route, with the wait for it counted and shown.
    private func reserve(_ route: Route) async throws(FinoutError) -> Reservation {
        let reservation = try await limiter.reserve(route, deadline: configuration.deadline, waiting: showWait)
        count(reservation.waits)
        return reservation
    }

    func showWait(_ wait: LimiterWait) {
        observer?(.waiting(limiter: wait.limiter, until: wait.until))
    }

    func count(_ waits: [String: Duration]) {
        for (name, waited) in waits { statistics.waits[name, default: .zero] += waited }
    }

    private func attempt(_ call: Call) async -> (Verdict, HTTPResponse?) {
        let now = HostLoop.now
        var timeout = configuration.attemptTimeout
        if let deadline = configuration.deadline {
            guard deadline > now else {
                return (.final(CallRecord.deadlinePassed(call, deadline: deadline, said: [])), nil)
            }
            timeout = min(timeout, deadline - now)
        }
        var request = HTTPRequest(method: call.route.method, url: base.text + call.target)
        request.headers = [
            ("accept", "application/json"), ("x-finout-client-id", configuration.clientID),
            ("x-finout-secret-key", configuration.secretKey),
        ]
        if let body = call.body {
            request.headers.append(("content-type", "application/json"))
            request.body = body
        }
        request.timeout = timeout
        request.connectTimeout = min(configuration.connectTimeout, timeout)
        request.stallTimeout = min(configuration.stallTimeout, timeout)
        statistics.requests[call.route.name, default: 0] += 1
        do throws(HTTPError) {
            let response = try await transport.send(request)
            let isSuccess = (200..<300).contains(response.status)
            let body = isSuccess && response.status != 202 ? nil : response.body.json
            var reply = ErrorReply(status: response.status, body: body, headers: response.headers)
            // Before a summary cuts it: half a secret would not be found any more.
            reply.message = reply.message.map(redacted)
            let verdict = Verdict.of(
                reply, isEmpty: response.body.count == 0, headers: response.headers, call: call, now: HostLoop.now)
            return (verdict, response)
        } catch {
            return (Verdict.of(error, call: call), nil)
        }
    }

    private func note(_ call: Call, attempt: Int, reason: String, until: Moment) {
        observer?(.retrying(route: call.route.name, attempt: attempt, reason: redacted(reason), at: until))
    }

    /// A server or proxy may echo what it was sent.
    func redacted(_ text: String) -> String {
        // A word of a few letters is no credential, and stands in many a message.
        [(configuration.secretKey, "[secret]"), (configuration.clientID, "[client id]")].reduce(text) {
            text, credential in
            credential.0.utf8.count < 6 ? text : text.replacing(credential.0, with: credential.1)
        }
    }

    private func redacted(_ error: FinoutError) -> FinoutError {
        var error = error
        error.message = redacted(error.message)
        error.hint = error.hint.map(redacted)
        return error
    }
}

extension ReceivedBody {
    /// The body as JSON; nil if it is none.
    var json: JSONValue? { try? parsed() }

    /// The body as JSON.
    func parsed() throws(BrokenBody) -> JSONValue {
        if count == 0 { throw BrokenBody(reason: "it is empty") }
        do throws(JSONError) {
            // The body outlives the call, and its capacity is its own.
            return unsafe try JSONValue(parsing: bytes, capacity: capacity)
        } catch {
            throw BrokenBody(reason: "\(error)")
        }
    }
}
