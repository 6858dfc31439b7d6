import Finout
import HostLoop
import RowDecoder
import Secrets

extension FuzzTarget {
    /// Answers of the service that are no page: status line, fields, and a body that says how a query is or what is wrong.
    static let replies = FuzzTarget(
        "replies", takes: "a response as on the wire, decoded",
        words: [
            "HTTP/1.1 429 Too Many Requests\r\n", "HTTP/2 200\r\n", "Retry-After: ",
            "ratelimit: limit=50, remaining=0, reset=30",
            "ratelimit: \"minute\";r=0;t=17", "ratelimit-policy: \"day\";q=10000;w=86400",
            "x-account-ratelimit-reset: ",
            "x-endpoint-ratelimit-remaining: ", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Content-Length: ",
            "\r\n\r\n", "{\"data\":{\"status\":\"COMPLETED\",\"totalRows\":3}}",
            "\"code\":\"RATE_LIMIT_DAILY_EXCEEDED\"",
            "\"error\":", "\"message\":", "\"requestId\":", "99999999999999", "0.5", "1795158000",
        ]
    ) { bytes in
        var head = ResponseHead()
        var rest = bytes[...]
        reading: while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest.dropFirst(line.count + 1)
            switch (line + [0x0A]).withUnsafeBytes({ head.read($0) }) {
            case .accepted: continue
            case .complete: break reading
            case .tooLarge:
                try expect(bytes.count > ResponseHead.maximumBytes, "\(bytes.count) bytes are too large")
                return
            }
        }
        for (name, value) in head.headers.pairs {
            try expect(!(name + value).utf8.contains { $0 == 0x0D || $0 == 0x0A }, "a field is one line: \(name)")
        }
        try expect(head.contentLength ?? 0 >= 0 || !head.isComplete, "the length is \(head.contentLength ?? 0)")
        let now = Day("2026-11-20")!.start
        try checkLimits(ServiceLimits(head.headers, now: now), now: now)
        let body = ReceivedBody(copying: rest)
        let reply = ErrorReply(
            status: head.status, body: try? JSONValue(parsing: Array(rest)), headers: head.headers,
            scrubber: SecretScrubber([]))
        try expect(reply.summary.hasPrefix("HTTP \(head.status)"), reply.summary)
        let response = HTTPResponse(
            status: head.status, headers: head.headers, body: body, version: "1.1", duration: .zero)
        if let status = try? StatusReply(response) {
            try expect(status.totalRows ?? 0 >= 0, "totalRows is \(status.totalRows ?? 0)")
        }
    }

    /// No header makes a run wait for more than 25 hours or believe in less than nothing.
    private static func checkLimits(_ limits: ServiceLimits, now: Moment) throws {
        let latest = now + .seconds(25 * 3600)
        for standing in [limits.route, limits.account].compactMap({ $0 }) {
            try expect(standing.limit ?? 0 >= 0 && standing.remaining ?? 0 >= 0, "\(standing)")
            if let reset = standing.resetAt { try expect((now...latest).contains(reset), "\(standing)") }
        }
        if let retry = limits.retryAt { try expect((now...latest).contains(retry), "retry at \(retry)") }
        if let day = limits.day { try expect(abs(day - now.day) <= 2, "the service's day is \(day)") }
    }
}
