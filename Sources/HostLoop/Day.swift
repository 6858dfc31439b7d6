/// A calendar day in UTC (proleptic Gregorian calendar).
public struct Day: Comparable, Hashable, Sendable, Strideable, CustomStringConvertible {
    static let nanoseconds: Int64 = 86_400_000_000_000

    /// Days since 1970-01-01, which is 0.
    public let daysSinceEpoch: Int

    /// The day this many days after 1970-01-01.
    public init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// The day that `text` names, strictly as `YYYY-MM-DD`; nil for anything else and for a date that does not exist.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let dayOfMonth = number(8..<10) else { return nil }
        self.init(year: year, month: month, dayOfMonth: dayOfMonth)
    }

    /// The day of these numbers; nil if there is no such date.
    public init?(year: Int, month: Int, dayOfMonth: Int) {
        guard (1...12).contains(month), dayOfMonth >= 1, (-200_000...200_000).contains(year),
            dayOfMonth <= Day.length(ofMonth: month, in: year)
        else { return nil }
        daysSinceEpoch = Day.number(year: year, month: month, dayOfMonth: dayOfMonth)
    }

    /// The calendar year.
    public var year: Int { civil.year }

    /// 1 … 12.
    public var month: Int { civil.month }

    /// 1 … 31.
    public var dayOfMonth: Int { civil.dayOfMonth }

    /// ISO 8601: Monday is 1, Sunday is 7.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (daysSinceEpoch + 3) % 7
        return (remainder < 0 ? remainder + 7 : remainder) + 1
    }

    /// 00:00 UTC of this day.
    public var start: Moment {
        Moment(nanosecondsSinceEpoch: Int64(daysSinceEpoch).multipliedClamping(by: Day.nanoseconds))
    }

    /// The first day of this day's month.
    public var firstOfMonth: Day { self - (dayOfMonth - 1) }

    /// The first day of the month after this day's.
    public var firstOfNextMonth: Day {
        let civil = self.civil
        return firstOfMonth + Day.length(ofMonth: civil.month, in: civil.year)
    }

    /// The Monday of this day's week.
    public var firstOfWeek: Day { self - (weekday - 1) }

    /// `YYYY-MM-DD`.
    public var description: String {
        let civil = self.civil
        return "\(civil.year.padded(to: 4))-\(civil.month.padded(to: 2))-\(civil.dayOfMonth.padded(to: 2))"
    }

    /// The number of days from this one to `other`.
    public func distance(to other: Day) -> Int { other.daysSinceEpoch - daysSinceEpoch }

    /// The day this many days later.
    public func advanced(by count: Int) -> Day { Day(daysSinceEpoch: daysSinceEpoch + count) }

    /// The earlier day first.
    public static func < (left: Day, right: Day) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

    /// The day this many days later.
    public static func + (day: Day, count: Int) -> Day { day.advanced(by: count) }

    /// The day this many days earlier.
    public static func - (day: Day, count: Int) -> Day { day.advanced(by: -count) }

    /// The number of days from `earlier` to `later`.
    public static func - (later: Day, earlier: Day) -> Int { earlier.distance(to: later) }
}

// The calendar repeats every 400 years (an era of 146,097 days). Years counted from March put the leap day last, so the
// days before a month follow one linear rule: (153 * month + 2) / 5.
extension Day {
    private static func number(year: Int, month: Int, dayOfMonth: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return era * 146_097 + dayOfEra - 719_468
    }

    private var civil: (year: Int, month: Int, dayOfMonth: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            dayOfMonth: dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
