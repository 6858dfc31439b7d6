import HostLoop

/// Sizes and times as people write and read them.
package enum Quantity {
    /// Bytes: `512M`, `2G`, `64K` (powers of 1,024); nil for anything else, and for zero.
    package static func bytes(_ text: String) -> Int? {
        for (unit, size) in [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)] where text.uppercased().hasSuffix(unit) {
            guard let count = Int(text.dropLast()), count > 0 else { return nil }
            let (total, overflow) = count.multipliedReportingOverflow(by: size)
            return overflow ? nil : total
        }
        return nil
    }

    /// `0.4 s`, `14.2 s`, `42 s`, `3 min 20 s`, `2 h 5 min`.
    static func text(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded())
        if tenths < 300, tenths % 10 != 0 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = Int((duration / .seconds(1)).rounded())
        if seconds < 60 { return "\(seconds) s" }
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        if hours == 0 { return "\(minutes) min" + (seconds % 60 == 0 ? "" : " \(seconds % 60) s") }
        if hours < 48 { return "\(hours) h" + (minutes % 60 == 0 ? "" : " \(minutes % 60) min") }
        return "\(hours / 24) days"
    }

    /// `07:01:20Z`
    static func clock(_ moment: Moment) -> String {
        String(moment.description.dropFirst(11))
    }
}
