import CCurl

/// Where a request goes, as far as rules and messages need it.
package struct Endpoint {
    package let scheme: String
    /// Lower case as libcurl normalises it; an IPv6 address keeps its brackets.
    package let host: String
    package private(set) var port: String

    /// Fails if `url` is no absolute address, names a user, or would send plain text over a network.
    package init(url: String) throws(HTTPError) {
        try self.init(parsing: url, kind: "https://")
        guard scheme == "https" || scheme == "http" else {
            throw HTTPError(kind: .refusedScheme, message: "\(scheme)://\(host) is refused: use https://")
        }
        guard scheme == "https" || isLoopback else {
            throw HTTPError(
                kind: .refusedScheme,
                message: "http://\(host):\(port) is refused: credentials would cross the network in plain text; "
                    + "use https:// (plain http is for loopback only)")
        }
    }

    /// A server that takes mails: `smtps://` on port 465, `smtp://` on 587, unless the address names another.
    /// Fails if `url` is no such address or names a user.
    package init(mailServer url: String) throws(HTTPError) {
        try self.init(parsing: url, kind: "smtps://")
        guard scheme == "smtps" || scheme == "smtp" else {
            throw HTTPError(
                kind: .refusedScheme, message: "\(scheme)://\(host) is no mail server: use smtps:// or smtp://")
        }
        // RFC 8314: 465 with TLS from the start, 587 with STARTTLS; 25 is for servers among themselves.
        if port.isEmpty { port = scheme == "smtps" ? "465" : "587" }
    }

    private init(parsing url: String, kind: String) throws(HTTPError) {
        let parts = curl_url()
        defer { curl_url_cleanup(parts) }
        let flags = UInt32(CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME)
        let failure = url.utf8.contains(0) ? CURLUE_MALFORMED_INPUT : curl_url_set(parts, CURLUPART_URL, url, flags)
        guard failure == CURLUE_OK else {
            // The address itself may hold a secret: it stays out of the message.
            throw HTTPError(
                kind: .other,
                message: failure == CURLUE_USER_NOT_ALLOWED
                    ? "an address must not contain a user name or a password"
                    : "the address is not an absolute \(kind) address")
        }
        func part(_ what: CURLUPart, _ flags: UInt32 = 0) -> String {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parts, what, &text, flags) == CURLUE_OK, let text else { return "" }
            defer { curl_free(text) }
            return String(cString: text)
        }
        scheme = part(CURLUPART_SCHEME)
        host = part(CURLUPART_HOST).lowercased()
        port = part(CURLUPART_PORT, scheme.hasPrefix("smtp") ? 0 : UInt32(CURLU_DEFAULT_PORT))
    }

    /// As in `app.finout.io:443`.
    var name: String { "\(host):\(port)" }

    /// 127.0.0.0/8, ::1, or `localhost`, which libcurl never looks up elsewhere.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
