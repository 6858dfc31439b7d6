import HostLoop

extension Moment {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// As in the docs' example, UTC: `Mar 30, 2026 11:16 am`.
    var finoutText: String {
        let (hour, minute, _) = clockTime
        let half = "\(hour % 12 == 0 ? 12 : hour % 12):\(twoDigits(minute)) \(hour < 12 ? "am" : "pm")"
        return "\(Self.months[day.month - 1]) \(day.dayOfMonth), \(day.year) \(half)"
    }

    /// As a header field has it (RFC 9110, IMF-fixdate): `Sun, 06 Nov 1994 08:49:37 GMT`.
    var httpDate: String {
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
        let (hour, minute, second) = clockTime
        let time = [hour, minute, second].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(day.dayOfMonth)) \(Self.months[day.month - 1]) \(day.year) \(time) GMT"
    }

    private var clockTime: (hour: Int, minute: Int, second: Int) {
        let seconds = Int((self - day.start).components.seconds)
        return (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
