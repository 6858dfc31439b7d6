/// A point in time: UTC, to the nanosecond, from 1677 to 2262.
public struct Moment: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanosecondsSinceEpoch: Int64

    /// The moment this many nanoseconds after 1970-01-01T00:00:00Z.
    public init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    /// The moment this many milliseconds after 1970-01-01T00:00:00Z, or the last one there is.
    public init(millisecondsSinceEpoch: Int64) {
        nanosecondsSinceEpoch = millisecondsSinceEpoch.multipliedClamping(by: 1_000_000)
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z, rounded down.
    public var millisecondsSinceEpoch: Int64 { nanosecondsSinceEpoch.floorDivided(by: 1_000_000) }

    /// The day of this moment in UTC.
    public var day: Day { Day(daysSinceEpoch: Int(nanosecondsSinceEpoch.floorDivided(by: Day.nanoseconds))) }

    /// As in `2026-11-20T21:10:33Z`; a fraction of a second is dropped.
    public var description: String {
        let day = self.day
        let seconds = Int((nanosecondsSinceEpoch - day.start.nanosecondsSinceEpoch) / 1_000_000_000)
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }
        return "\(day)T\(time.joined(separator: ":"))Z"
    }

    /// The earlier moment first.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }

    /// The moment this much later, or the last one there is.
    public static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(nanosecondsSinceEpoch: moment.nanosecondsSinceEpoch.addingClamping(duration.clampedNanoseconds))
    }

    /// The moment this much earlier, or the first one there is.
    public static func - (moment: Moment, duration: Duration) -> Moment {
        moment + (.zero - duration)
    }

    /// How much later `later` is than `earlier`.
    public static func - (later: Moment, earlier: Moment) -> Duration {
        .nanoseconds(later.nanosecondsSinceEpoch) - .nanoseconds(earlier.nanosecondsSinceEpoch)
    }
}

extension Duration {
    /// Nanoseconds, kept within the range of 64 bits (292 years).
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedClamping(by: 1_000_000_000).addingClamping(attoseconds / 1_000_000_000)
    }

    /// Whole milliseconds, rounded up, kept within 0 … 2^31 - 1.
    var millisecondsRoundedUp: Int {
        let nanoseconds = max(clampedNanoseconds, 0)
        return Int(min(nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1), Int64(Int32.max)))
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    func multipliedClamping(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? ((self < 0) == (factor < 0) ? .max : .min) : product
    }

    func addingClamping(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

extension Int {
    /// Decimal digits with leading zeros up to `width`.
    func padded(to width: Int) -> String {
        let digits = String(magnitude)
        return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
