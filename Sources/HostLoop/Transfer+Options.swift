import CCurl

extension Transfer {
    /// Tells libcurl everything about the request.
    func setOptions(_ configuration: HTTPConfiguration) throws(HTTPError) {
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_string(easy, CURLOPT_URL, request.url)
        setRules(configuration)
        setCallbacks()
        try setFields(configuration)
        setMethodAndBody()
    }

    private func setRules(_ configuration: HTTPConfiguration) {
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, endpoint.scheme)
        // A redirect would carry the credentials in the header fields to another host.
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let caFile = configuration.caFile { ccurl_set_string(easy, CURLOPT_CAINFO, caFile) }
        ccurl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        // A second request waits to see whether the first one's connection can carry both (HTTP/2).
        ccurl_set_long(easy, CURLOPT_PIPEWAIT, endpoint.scheme == "https" ? 1 : 0)
        // Empty: every compression this libcurl knows.
        ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "")
        // An empty proxy overrules the environment's.
        if endpoint.isLoopback { ccurl_set_string(easy, CURLOPT_PROXY, "") }
        ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // The fields of the request are for the service; a proxy on the way gets none of them.
        ccurl_set_long(easy, CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.millisecondsRoundedUp))
        ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        // Load balancers close idle connections after 60 s; a request must not race with that.
        ccurl_set_long(easy, CURLOPT_MAXAGE_CONN, 50)
        ccurl_set_long(easy, CURLOPT_BUFFERSIZE, 128 << 10)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Removing a transfer must not wait for its name to be resolved.
        ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_receive(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.from(context).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_receive(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.from(context).receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        ccurl_set_connected(easy) { context, _, _, _, _ in
            Transfer.from(context).didConnect() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }

    private func setFields(_ configuration: HTTPConfiguration) throws(HTTPError) {
        ccurl_set_string(easy, CURLOPT_USERAGENT, configuration.userAgent)
        for (name, value) in request.headers {
            guard !name.isEmpty,
                name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else {
                throw HTTPError(
                    kind: .other,
                    message: "\(endpoint.name): the header field '\(name.filter { $0.isLetter || $0 == "-" })' "
                        + "holds a character that cannot be sent; look for a line break in the setting it comes from")
            }
            // libcurl writes an empty field for a semicolon and removes one for a colon with nothing behind it.
            let isBlank = value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            fields = curl_slist_append(fields, isBlank ? "\(name);" : "\(name): \(value)")
        }
        func has(_ name: String) -> Bool { request.headers.contains { HTTPHeaders.isSame($0.name, name) } }
        // Without this libcurl claims that a body is a form, and waits a second for 100 Continue before a large one.
        if !has("Content-Type") { fields = curl_slist_append(fields, "Content-Type:") }
        if !has("Expect") { fields = curl_slist_append(fields, "Expect:") }
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, fields)
    }

    private func setMethodAndBody() {
        if let body = request.body {
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            body.withUnsafeBytes { bytes in
                var nothing: CChar = 0
                // An empty array has no address, and libcurl takes none for "read it from a callback".
                withUnsafeMutablePointer(to: &nothing) { empty in
                    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(empty)
                    ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
                }
            }
        } else if request.method == "HEAD" {
            ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        }
        ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
    }
}
