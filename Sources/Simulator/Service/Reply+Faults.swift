extension Reply {
    /// Does to an answer what a fault of any request does.
    mutating func spoil(_ fault: String) {
        switch fault {
        case "redirect":
            status = 302
            headers.append((name: "location", value: "/elsewhere"))
            body = []
        case "reset": delivery = .reset
        case "truncate": body.removeLast(body.count - body.count / 2)
        case "garbage":
            status = 200
            body = Array("<html><head><title>Please wait</title></head><body>One moment</body></html>".utf8)
        case "empty": body = []
        case "gzip", "gzip-short":
            headers.append((name: "content-encoding", value: "gzip"))
            body = Gzip.stored(body)
            if fault == "gzip-short" { body.removeLast(body.count - body.count / 2) }
        case "wrong-length": delivery = .brokenOff
        case "surplus": delivery = .surplus
        case "slow": delivery = .late
        case "drip": delivery = .drip
        case "bytes": delivery = .bytes
        case "mute": delivery = .mute
        case "stall": delivery = .stall
        default: break
        }
    }
}

extension SimulatorError {
    /// The answer of a fault that is an HTTP status.
    static func fault(_ status: Int) -> SimulatorError {
        let (code, message) =
            switch status {
            case 401: ("UNAUTHORIZED", "Invalid client id or secret key")
            case 403: ("FORBIDDEN", "Access denied")
            case 404: ("NOT_FOUND", "Not found")
            case 408: ("REQUEST_TIMEOUT", "Request timeout")
            case 410: ("RESULTS_EXPIRED", "Query results have expired.")
            case 424: ("QUERY_FAILED", "Query execution failed.")
            case 429: ("RATE_LIMIT_EXCEEDED", "Too many requests.")
            case 502: ("BAD_GATEWAY", "Bad gateway")
            case 503: ("SERVICE_UNAVAILABLE", "Service unavailable")
            case 504: ("GATEWAY_TIMEOUT", "Gateway timeout")
            case 500...: ("INTERNAL_SERVER_ERROR", "Internal server error")
            default: ("BAD_REQUEST", "Bad request")
            }
        return SimulatorError(status: status, code: code, message: message)
    }
}
