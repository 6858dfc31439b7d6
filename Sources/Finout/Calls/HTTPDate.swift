package import HostLoop

/// The three forms of a date that RFC 9110 (section 5.6.7) has a recipient read.
package enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The moment, or nil if the text is no such date; the day of the week is not checked. `now` says which century a
    /// year of two digits is of.
    package static func moment(_ text: String, now: Moment) -> Moment? {
        let parts = text.split(separator: " ")
        // Sun, 06 Nov 1994 08:49:37 GMT
        if parts.count == 6, parts[5] == "GMT" {
            return moment(day: parts[1], month: parts[2], year: number(parts[3], digits: 4...4), time: parts[4])
        }
        // Sunday, 06-Nov-94 08:49:37 GMT
        if parts.count == 4, parts[3] == "GMT" {
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, let short = number(date[2], digits: 2...2) else { return nil }
            // "more than 50 years in the future" means the century before.
            let thisYear = now.day.year
            var year = thisYear / 100 * 100 + short
            if year > thisYear + 50 { year -= 100 }
            return moment(day: date[0], month: date[1], year: year, time: parts[2])
        }
        // Sun Nov  6 08:49:37 1994
        if parts.count == 5 {
            return moment(day: parts[2], month: parts[1], year: number(parts[4], digits: 4...4), time: parts[3])
        }
        return nil
    }

    private static func moment(day: Substring, month: Substring, year: Int?, time: Substring) -> Moment? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2...2) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2], let year,
            let month = months.firstIndex(of: String(month)), let day = number(day, digits: 1...2),
            let date = Day(year: year, month: month + 1, dayOfMonth: day), hour < 24, minute < 60, second <= 60
        else { return nil }
        return date.start + .seconds(hour * 3600 + minute * 60 + second)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
