package import HostLoop

/// When a refused request may be sent again, as far as the answer's headers say.
///
/// The documentation names `ratelimit`, `x-account-ratelimit-*` and `x-endpoint-ratelimit-*` without their grammar
/// (facts.md section 4), so every form in use is read and an unknown one is ignored.
package enum RetryAfter {
    /// The moment named, or nil.
    package static func moment(in headers: HTTPHeaders, now: Moment) -> Moment? {
        if let text = headers["retry-after"], let moment = retryAfter(text, now: now) { return moment }
        var latest: Moment?
        for text in headers.all("ratelimit") {
            if let moment = combined(text, now: now) { latest = max(latest ?? moment, moment) }
        }
        for prefix in ["ratelimit", "x-ratelimit", "x-account-ratelimit", "x-endpoint-ratelimit"] {
            guard let reset = headers["\(prefix)-reset"], let moment = reset.number.flatMap({ at($0, now: now) })
            else { continue }
            // A bucket that still has room is not what refused the request.
            if let remaining = headers["\(prefix)-remaining"]?.number, remaining > 0 { continue }
            latest = max(latest ?? moment, moment)
        }
        return latest
    }

    /// Seconds, or the date of RFC 9110: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func retryAfter(_ text: String, now: Moment) -> Moment? {
        if let seconds = text.number { return seconds >= 0 ? now + duration(seconds) : nil }
        return date(text)
    }

    /// `limit=50, remaining=0, reset=30` (draft 7) or `"default";r=0;t=30, "day";r=5;t=9` (draft 8).
    static func combined(_ text: String, now: Moment) -> Moment? {
        var latest: Moment?
        var remaining: Double?
        var reset: Double?
        func take() {
            if let reset, remaining ?? 0 <= 0, let moment = at(reset, now: now) {
                latest = max(latest ?? moment, moment)
            }
            remaining = nil
            reset = nil
        }
        let isDraft7 = text.contains("reset=")
        for item in text.split(separator: ",") {
            for parameter in item.split(separator: ";") {
                let parts = parameter.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                switch SettingText.trimmed(parts[0]).lowercased() {
                case "remaining", "r": remaining = String(parts[1]).number
                case "reset", "t": reset = String(parts[1]).number
                default: break
                }
            }
            // Draft 7 writes one policy over several items, draft 8 one policy in each.
            if !isDraft7 { take() }
        }
        if isDraft7 { take() }
        return latest
    }

    /// A date in the form RFC 9110 calls IMF-fixdate.
    static func date(_ text: String) -> Moment? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let dayOfMonth = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2])),
            let day = Day(year: year, month: month + 1, dayOfMonth: dayOfMonth)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        return day.start + .seconds(clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// A number of seconds from now, or, when it is far too large for that, since 1970 in seconds or milliseconds.
    private static func at(_ number: Double, now: Moment) -> Moment? {
        guard number >= 0, number < 1e14 else { return nil }
        if number >= 1e11 { return Moment(millisecondsSinceEpoch: Int64(number)) }
        if number >= 1e9 { return Moment(millisecondsSinceEpoch: Int64(number * 1000)) }
        return now + duration(number)
    }

    private static func duration(_ seconds: Double) -> Duration {
        .milliseconds(Int64(Double.minimum(seconds, 1e9) * 1000))
    }
}

extension String {
    /// The whole text as a finite number.
    fileprivate var number: Double? {
        Double(SettingText.trimmed(self)).flatMap { $0.isFinite ? $0 : nil }
    }
}
