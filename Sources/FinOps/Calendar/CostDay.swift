/// A calendar day that costs belong to, in UTC.
public struct CostDay: Hashable, Comparable, Strideable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01, which is 0.
    public let number: Int

    /// The day this many days after 1970-01-01.
    public init(_ number: Int) {
        self.number = number
    }

    /// ISO 8601: Monday is 1, Sunday is 7.
    public var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

    /// 1 … 31.
    public var dayOfMonth: Int { civil.day }

    /// The first day of its month.
    public var firstOfMonth: CostDay { CostDay(number - civil.day + 1) }

    /// The first day of the month before.
    public var firstOfPriorMonth: CostDay { CostDay(firstOfMonth.number - 1).firstOfMonth }

    /// The last day of its month.
    public var lastOfMonth: CostDay {
        // No month has more than 31 days, and none that follows has fewer than 28.
        CostDay(CostDay(firstOfMonth.number + 31).firstOfMonth.number - 1)
    }

    /// Milliseconds since 1970 at which it begins.
    public var milliseconds: Int64 { Int64(number) * 86_400_000 }

    /// `YYYY-MM-DD`.
    public var description: String {
        let civil = self.civil
        func padded(_ value: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
    }

    /// The earlier day first.
    public static func < (left: CostDay, right: CostDay) -> Bool { left.number < right.number }

    /// The number of days from this one to `other`.
    public func distance(to other: CostDay) -> Int { other.number - number }

    /// The day this many days later.
    public func advanced(by count: Int) -> CostDay { CostDay(number + count) }

    // The calendar repeats every 400 years (146,097 days). Years counted from March put the leap day last, so the days
    // before a month follow one linear rule: (153 * month + 2) / 5. 719,468 days lie between 0000-03-01 and 1970-01-01.
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }
}
