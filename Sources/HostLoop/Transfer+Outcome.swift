import CCurl
import Glibc

extension Transfer {
    /// What libcurl's `code` at the end of the attempt means.
    func outcome(of code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        if let failure { return .failure(failure) }
        if mail != nil { return mailOutcome(of: code) }
        if head.status >= 100, head.isInterim, Self.endsExchange(code) {
            // The server stopped after an interim answer. Whatever followed was not HTTP; the status says all there is.
            return response(with: ReceivedBody(copying: []))
        }
        guard code == CURLE_OK else { return .failure(error(for: code)) }
        // libcurl takes a head that breaks off for a whole answer without a body.
        guard head.isComplete else {
            return .failure(
                HTTPError(kind: .interrupted, message: "\(endpoint.name) closed the connection amid the header fields"))
        }
        guard let body = body.take() else {
            return .failure(HTTPError(kind: .other, message: "\(endpoint.name): no memory for the body of its answer"))
        }
        return response(with: body)
    }

    private func response(with body: ReceivedBody) -> Result<HTTPResponse, HTTPError> {
        .success(
            HTTPResponse(
                status: head.status, headers: head.headers, body: body, version: head.version,
                duration: .microseconds(ccurl_get_offset(easy, CURLINFO_TOTAL_TIME_T))))
    }

    /// How libcurl reports that nothing, or something else than a second head, came behind an interim answer.
    private static func endsExchange(_ code: CURLcode) -> Bool {
        [
            CURLE_OK, CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_GOT_NOTHING, CURLE_RECV_ERROR,
            CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
        ].contains(code)
    }

    func error(for code: CURLcode) -> HTTPError {
        if code == CURLE_OPERATION_TIMEDOUT, !isConnected { return connectTimeoutError }
        if code == CURLE_COULDNT_RESOLVE_PROXY || libraryText.hasPrefix("Unsupported proxy") {
            // libcurl's own words would quote the proxy's address with its password.
            return HTTPError(
                kind: .resolve,
                message:
                    "\(endpoint.name): the proxy that the environment names (https_proxy, all_proxy) cannot be used")
        }
        return HTTPError(kind: kind(of: code), message: "\(endpoint.name): \(cause(of: code))")
    }

    private func kind(of code: CURLcode) -> HTTPError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_OPERATION_TIMEDOUT: isConnected ? .timeout : .connect
        // The same code stands for a refused certificate and for a connection that broke during the handshake.
        case CURLE_SSL_CONNECT_ERROR: libraryText.contains("SSL_connect:") ? .connect : .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE:
            .tls
        case CURLE_RECV_ERROR where libraryText.contains("chunked-encoding"): .malformed
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND,
            CURLE_HTTP2, CURLE_HTTP2_STREAM:
            isConnected ? .interrupted : .connect
        // What libcurl says of a header field longer than 100 KB.
        case CURLE_OUT_OF_MEMORY where isConnected && !head.isComplete: .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            .malformed
        default: .other
        }
    }

    private func cause(of code: CURLcode) -> String {
        let system = Int32(truncatingIfNeeded: ccurl_get_long(easy, CURLINFO_OS_ERRNO))
        if code == CURLE_COULDNT_CONNECT, system != 0 { return "no connection: \(String(cString: strerror(system)))" }
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL: return "the answer is not HTTP"
        case CURLE_WRITE_ERROR: return "the body of the answer cannot be decompressed"
        case CURLE_OUT_OF_MEMORY where isConnected && !head.isComplete: return "the answer has an endless header field"
        default: return libraryText.isEmpty ? String(cString: curl_easy_strerror(code)) : libraryText
        }
    }

    /// libcurl's message; it names hosts, ports and system errors, never a header field.
    private var libraryText: String { String(cString: errorText) }
}
