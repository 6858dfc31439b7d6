import CCurl

extension Transfer {
    /// Tells libcurl everything about a mail.
    func setOptions(of mail: MailRequest, _ configuration: HTTPConfiguration) {
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        // Of the address only the server counts: what stands behind it would be the name we greet it with.
        ccurl_set_string(easy, CURLOPT_URL, "\(endpoint.scheme)://\(endpoint.name)")
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, endpoint.scheme)
        ccurl_set_long(easy, CURLOPT_USE_SSL, Int((mail.isPlain ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let caFile = configuration.caFile { ccurl_set_string(easy, CURLOPT_CAINFO, caFile) }
        // A proxy of the environment is one for HTTP.
        ccurl_set_string(easy, CURLOPT_PROXY, "")
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.millisecondsRoundedUp))
        // Also the longest that a server may take to say goodbye, for which libcurl waits.
        ccurl_set_long(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, 30)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        // The server is told that we leave, and is not kept waiting.
        ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        if let user = mail.user { ccurl_set_string(easy, CURLOPT_USERNAME, user) }
        if let password = mail.password { ccurl_set_string(easy, CURLOPT_PASSWORD, password) }
        ccurl_set_string(easy, CURLOPT_MAIL_FROM, "<\(mail.from)>")
        for address in mail.to { fields = curl_slist_append(fields, "<\(address)>") }
        ccurl_set_list(easy, CURLOPT_MAIL_RCPT, fields)
        setMailCallbacks(count: mail.message.count)
    }

    private func setMailCallbacks(count: Int) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_long(easy, CURLOPT_UPLOAD, 1)
        ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(count))
        ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        ccurl_set_receive(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            Transfer.from(context).giveMail(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_receive(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.from(context).noteReply(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        // A server that answers with more than lines is heard no further.
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_receive(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        ccurl_set_connected(easy) { context, _, _, _, _ in
            Transfer.from(context).didConnect() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    private func giveMail(_ target: UnsafeMutableRawBufferPointer) -> Int {
        guard let message = mail?.message else { return 0 }
        let piece = message[mailSent..<min(message.count, mailSent + target.count)]
        target.copyBytes(from: piece)
        mailSent += piece.count
        return piece.count
    }

    private func noteReply(_ line: UnsafeRawBufferPointer) -> Int {
        let text = line.prefix { $0 != 0x0D && $0 != 0x0A }.prefix(500)
        // What it says to a refusal's farewell is no news.
        let wasRefused = lastReply.hasPrefix("4") || lastReply.hasPrefix("5")
        if !wasRefused { lastReply = String(decoding: text, as: UTF8.self) }
        return line.count
    }

    /// What the server said last, if that decides; else why there is nothing that it said.
    func mailOutcome(of code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        let status = Int(ccurl_get_long(easy, CURLINFO_RESPONSE_CODE))
        if code == CURLE_USE_SSL_FAILED, status < 400 || !isConnected {
            return .failure(
                HTTPError(
                    kind: .tls,
                    message:
                        "\(endpoint.name) does not offer an encrypted connection (STARTTLS); use smtps:// if it has one"
                ))
        }
        guard code == CURLE_OK || status >= 400 else {
            guard code == CURLE_LOGIN_DENIED else { return .failure(error(for: code)) }
            return .success(reply(status: 535))
        }
        return .success(reply(status: status))
    }

    private func reply(status: Int) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPHeaders(), body: ReceivedBody(copying: Array(lastReply.utf8)), version: "",
            duration: .microseconds(ccurl_get_offset(easy, CURLINFO_TOTAL_TIME_T)))
    }
}
