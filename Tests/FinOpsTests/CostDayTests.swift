import FinOps
import Testing

struct CostDayTests {
    @Test(arguments: [
        (0, "1970-01-01", 4), (-1, "1969-12-31", 3), (11_016, "2000-02-29", 2), (20_778, "2026-11-21", 6),
        (19_782, "2024-02-29", 4), (-719_468, "0000-03-01", 3),
    ])
    func `A day has a date and a weekday`(number: Int, text: String, weekday: Int) {
        #expect(CostDay(number).description == text)
        #expect(CostDay(number).weekday == weekday)
    }

    @Test func `Months begin and end where they do`() {
        var firsts = 0
        for number in -1_000...30_000 {
            let day = CostDay(number)
            let (first, last) = (day.firstOfMonth, day.lastOfMonth)
            #expect(first <= day && day <= last && first.dayOfMonth == 1)
            #expect(last.advanced(by: 1).dayOfMonth == 1 && (27...30).contains(first.distance(to: last)))
            #expect(day.firstOfPriorMonth.lastOfMonth.advanced(by: 1) == first)
            if day == first { firsts += 1 }
        }
        #expect(firsts == 1_018)
    }
}
