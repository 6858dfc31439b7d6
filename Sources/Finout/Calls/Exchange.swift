import HostLoop
import RowDecoder
import Secrets

/// Sends one attempt of a call and judges what comes back. The only way in for what a service says: no secret passes.
@HostLoop final class Exchange {
    private let configuration: ClientConfiguration
    private let base: BaseURL
    private let transport: any Transport
    private let scrubber: SecretScrubber

    init(_ configuration: ClientConfiguration, base: BaseURL, transport: any Transport) {
        self.configuration = configuration
        self.base = base
        self.transport = transport
        scrubber = configuration.scrubber
    }

    /// What came back.
    struct Outcome {
        let verdict: Verdict
        /// Nil: there was no answer.
        var response: HTTPResponse?
        /// What its headers say.
        var limits: ServiceLimits?
    }

    /// One attempt, which takes `timeout` at most.
    func attempt(_ call: Call, timeout: Duration) async -> Outcome {
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
        let sent = HostLoop.now
        switch await answer(to: request, of: call.route) {
        case .success(let response): return judge(response, call, sent: sent)
        case .failure(let error): return Outcome(verdict: Verdict.of(error, call: call))
        }
    }

    private func judge(_ response: HTTPResponse, _ call: Call, sent: Moment) -> Outcome {
        let now = HostLoop.now
        var limits = ServiceLimits(response.headers, now: now)
        // The next day may have begun since; what was said of the last one must not use it up.
        limits.day = limits.day ?? sent.day
        let isSuccess = (200..<300).contains(response.status)
        var response = response
        if isSuccess, let secret = secret(in: response.body) {
            // What is said of a query is words, and may be changed; data may not.
            guard call.route.name == RouteTable.status.name else {
                return Outcome(verdict: .final(refusal(of: response, secret, call)), response: response, limits: limits)
            }
            response = scrubbed(response)
        }
        let body = isSuccess && response.status != 202 ? nil : response.body.json
        let reply = ErrorReply(status: response.status, body: body, headers: response.headers, scrubber: scrubber)
        let verdict = Verdict.of(reply, isEmpty: response.body.count == 0, limits: limits, call: call, now: now)
        return Outcome(verdict: verdict, response: response, limits: limits)
    }

    private func secret(in body: ReceivedBody) -> Secret? {
        // The body outlives the call.
        unsafe scrubber.secret(in: body.bytes)
    }

    private func scrubbed(_ response: HTTPResponse) -> HTTPResponse {
        let text = scrubber.scrubbed(response.body.text)
        return HTTPResponse(
            status: response.status, headers: response.headers, body: ReceivedBody(copying: Array(text.utf8)),
            version: response.version, duration: response.duration)
    }

    private func refusal(of response: HTTPResponse, _ secret: Secret, _ call: Call) -> FinoutError {
        FinoutError(
            .badResponse,
            "\(call.asked) was answered with HTTP \(response.status) and a body that holds a [\(secret.name)] of this "
                + "run, so it is not used.",
            hint: "The service, or a proxy on the way, sends back what must stay secret: tell whoever runs it, and "
                + "make a new token.", httpStatus: response.status, retryable: false)
    }

    private func answer(to request: HTTPRequest, of route: Route) async -> Result<HTTPResponse, HTTPError> {
        guard route.repetition == .counted else { return await send(request) }
        // A submission that was sent is paid for, and its answer holds the only name it will ever have. So a
        // cancellation leaves it a while to be answered.
        let exchange = HostLoop.task { await self.send(request) }
        let cut = Cut(exchange, after: configuration.submissionGrace)
        return await withTaskCancellationHandler {
            defer { cut.cancel() }
            return await exchange.value
        } onCancel: {
            HostLoop.task { cut.start() }
        }
    }

    private func send(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
        do throws(HTTPError) {
            return .success(try await transport.send(request))
        } catch {
            return .failure(HTTPError(kind: error.kind, message: scrubber.scrubbed(error.message)))
        }
    }
}

/// Ends an exchange whose caller was cancelled, when its grace is over.
@HostLoop private final class Cut {
    private let exchange: Task<Result<HTTPResponse, HTTPError>, Never>
    private let grace: Duration
    private var timer: Task<Void, Never>?
    private var isOver = false

    init(_ exchange: Task<Result<HTTPResponse, HTTPError>, Never>, after grace: Duration) {
        self.exchange = exchange
        self.grace = grace
    }

    func start() {
        guard !isOver else { return }
        timer = HostLoop.task { [exchange, grace] in
            guard (try? await HostLoop.sleep(for: grace)) != nil else { return }
            exchange.cancel()
        }
    }

    func cancel() {
        isOver = true
        timer?.cancel()
    }
}
