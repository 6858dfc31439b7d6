import CCurl

/// One attempt at one request, from waiting for its turn to its result.
///
/// Guard of `@unchecked Sendable`: touched on the loop's thread only.
final class Transfer: @unchecked Sendable {
    let request: HTTPRequest
    /// What is sent instead, where it is a mail.
    let mail: MailRequest?
    /// Bytes of the mail that libcurl has taken.
    var mailSent = 0
    /// The mail server's last line, or the one in which it refused.
    var lastReply = ""
    let endpoint: Endpoint
    let easy: UnsafeMutableRawPointer
    /// Header fields, or the receivers of a mail.
    var fields: UnsafeMutablePointer<curl_slist>?
    /// libcurl's own words for its last failure.
    let errorText: UnsafeMutablePointer<CChar>
    let queue: TransferQueue
    private let splitsReads: Bool

    var head = ResponseHead()
    var body: BodyBuffer
    /// A cause found here; it stands before libcurl's.
    var failure: HTTPError?
    var isCancelled = false

    private var continuation: UnsafeContinuation<Result<HTTPResponse, HTTPError>, Never>?
    private var startedAt: Int64 = 0
    private var lastByteAt: Int64 = 0
    private var movedBytes = 0
    private(set) var isConnected = false

    /// Fails if a header field cannot be sent as it is.
    convenience init(
        _ request: HTTPRequest, to endpoint: Endpoint, in queue: TransferQueue, configuration: HTTPConfiguration
    ) throws(HTTPError) {
        try self.init(request, nil, endpoint, queue, configuration)
        try setOptions(configuration)
    }

    /// Hands a mail to a server.
    convenience init(
        _ mail: MailRequest, to endpoint: Endpoint, in queue: TransferQueue, configuration: HTTPConfiguration
    ) throws(HTTPError) {
        var bounds = HTTPRequest(url: mail.url)
        bounds.connectTimeout = mail.connectTimeout
        bounds.timeout = mail.timeout
        bounds.stallTimeout = mail.timeout
        try self.init(bounds, mail, endpoint, queue, configuration)
        setOptions(of: mail, configuration)
    }

    private init(
        _ request: HTTPRequest, _ mail: MailRequest?, _ endpoint: Endpoint, _ queue: TransferQueue,
        _ configuration: HTTPConfiguration
    ) throws(HTTPError) {
        TransferSet.initializeLibrary
        guard let easy = curl_easy_init() else {
            throw HTTPError(kind: .other, message: "\(endpoint.name): no memory for a request")
        }
        self.request = request
        self.mail = mail
        self.endpoint = endpoint
        self.queue = queue
        splitsReads = configuration.splitsReads
        self.easy = easy
        body = BodyBuffer(limit: request.maximumBodyBytes)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    // MARK: The life of an attempt

    func wait(_ continuation: UnsafeContinuation<Result<HTTPResponse, HTTPError>, Never>) {
        self.continuation = continuation
    }

    func finish(_ result: Result<HTTPResponse, HTTPError>) {
        continuation.take()?.resume(returning: result)
    }

    func didStart(at ticks: Int64) {
        startedAt = ticks
    }

    /// False if this is a second connection: libcurl repeats a request whose kept-alive connection died, but each request
    /// is paid for and counted, so only the caller may repeat it.
    func didConnect() -> Bool {
        guard !isConnected else {
            failure = HTTPError(
                kind: .interrupted,
                message: "\(endpoint.name) closed the connection before it answered")
            return false
        }
        isConnected = true
        lastByteAt = SystemClock.ticks
        return true
    }

    /// Takes decompressed bytes of the body, in one piece or each by itself; answers their number, or 0 to end.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard splitsReads else { return receiveBody(bytes) }
        let isTaken = bytes.indices.allSatisfy { receiveBody(UnsafeRawBufferPointer(rebasing: bytes[$0...$0])) == 1 }
        return isTaken ? bytes.count : 0
    }

    // MARK: Timeouts, in real time

    /// When the attempt must end unless a byte moves.
    var deadline: Int64 {
        let whole = startedAt.addingClamping(request.timeout.clampedNanoseconds)
        let step =
            isConnected
            ? lastByteAt.addingClamping(request.stallTimeout.clampedNanoseconds)
            : startedAt.addingClamping(request.connectTimeout.clampedNanoseconds)
        return min(whole, step)
    }

    /// The timeout that has been exceeded.
    func timeoutError(at ticks: Int64) -> HTTPError? {
        noteProgress(at: ticks)
        guard ticks >= deadline else { return nil }
        if ticks >= startedAt.addingClamping(request.timeout.clampedNanoseconds) {
            return HTTPError(
                kind: .timeout,
                message: "\(endpoint.name) did not finish its answer within \(request.timeout.seconds)")
        }
        if isConnected {
            return HTTPError(
                kind: .stalled,
                message: "\(endpoint.name) sent nothing for \(request.stallTimeout.seconds)"
                    + (head.status == 0 ? "" : " after it had begun to answer with status \(head.status)"))
        }
        return connectTimeoutError
    }

    var connectTimeoutError: HTTPError {
        HTTPError(
            kind: .connect,
            message: "no connection to \(endpoint.name) within \(request.connectTimeout.seconds)")
    }

    private func noteProgress(at ticks: Int64) {
        let moved =
            ccurl_get_long(easy, CURLINFO_HEADER_SIZE)
            + ccurl_get_offset(easy, CURLINFO_SIZE_DOWNLOAD_T) + ccurl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T)
        if moved != movedBytes {
            movedBytes = moved
            lastByteAt = ticks
        }
    }
}

extension Duration {
    /// As in `30 s` or `0.25 s`.
    var seconds: String {
        let milliseconds = Int(clampedNanoseconds / 1_000_000)
        guard milliseconds % 1000 != 0 else { return "\(milliseconds / 1000) s" }
        var fraction = (milliseconds % 1000).padded(to: 3)
        while fraction.last == "0" { fraction.removeLast() }
        return "\(milliseconds / 1000).\(fraction) s"
    }
}
