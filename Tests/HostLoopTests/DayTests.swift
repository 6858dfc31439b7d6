import HostLoop
import Testing

@Suite struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2026-11-20", 20_777, 5),
        ("0000-03-01", -719_468, 3), ("9999-12-31", 2_932_896, 5),
    ])
    func `a date is a number of days with a weekday`(text: String, number: Int, weekday: Int) throws {
        let day = try #require(Day(text))
        #expect(day.daysSinceEpoch == number)
        #expect(day.weekday == weekday)
        #expect(day.description == text)
    }

    @Test func `every day of four centuries follows the one before it`() throws {
        let first = try #require(Day("1900-01-01"))
        var year = 1900
        var month = 1
        var dayOfMonth = 1
        for day in first..<(first + 146_097) {
            try #require(day.year == year && day.month == month && day.dayOfMonth == dayOfMonth)
            try #require(Day(day.description) == day)
            try #require(day.firstOfMonth == day - (dayOfMonth - 1))
            try #require(day.firstOfWeek.weekday == 1 && day - day.firstOfWeek == day.weekday - 1)
            dayOfMonth += 1
            if Day(year: year, month: month, dayOfMonth: dayOfMonth) == nil {
                try #require(day.firstOfNextMonth == day + 1)
                dayOfMonth = 1
                month += 1
                if month == 13 {
                    month = 1
                    year += 1
                }
            }
        }
        #expect(year == 2300)
    }

    @Test(arguments: [
        "", "2026-1-01", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-00",
        "2026-01-01 ", " 2026-01-01", "2026/01/01", "20260101", "+026-01-01", "２026-01-01", "2026-01-01T00:00:00Z",
    ])
    func `text that is not exactly a date is no day`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `a day starts at midnight and contains its last nanosecond`() throws {
        let day = try #require(Day("2026-11-20"))
        #expect(day.start.description == "2026-11-20T00:00:00Z")
        #expect(day.start.day == day)
        #expect((day.start + .seconds(86_400) - .nanoseconds(1)).day == day)
        #expect((day.start - .nanoseconds(1)).day == day - 1)
        #expect((day.start + .seconds(86_400)).day == day + 1)
    }
}
