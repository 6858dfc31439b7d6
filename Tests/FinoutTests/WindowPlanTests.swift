import Finout
import HostLoop
import Testing

/// A generator whose sequence is the seed's.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func day(_ text: String) -> Day { Day(text)! }

struct WindowPlanTests {
    @Test func `rows of a window are labelled with its days, or with those of the buckets it touches`() {
        let first = day("2026-01-07").daysSinceEpoch
        let window = QueryWindow(firstDay: first, nextDay: first + 3)
        #expect(window.buckets(.day) == first...(first + 2))
        #expect(window.buckets(.week) == (first - 6)...(first + 8))
        #expect(window.buckets(.month) == (first - 6)...(first + 24))
        let moment = QueryWindow(start: window.start, end: window.start)
        #expect(moment.buckets(.day) == first...first, "the service may read the end as included")
    }

    @Test(arguments: Interval.allCases)
    func `windows cover a range exactly, in order, each of at most 60 days`(interval: Interval) throws {
        var random = SeededGenerator(state: 7)
        for _ in 0..<500 {
            let first = Day(daysSinceEpoch: Int.random(in: 18_000..<22_000, using: &random))
            let last = first + Int.random(in: 0..<900, using: &random)
            let windows = try WindowPlan.windows(of: .days(first: first, last: last), interval: interval)
            #expect(windows.first?.start == first.start.millisecondsSinceEpoch)
            #expect(windows.last?.end == (last + 1).start.millisecondsSinceEpoch - 1)
            for (window, next) in zip(windows, windows.dropFirst()) {
                #expect(window.end + 1 == next.start)
                #expect(interval.bucketStart(of: next.firstDay) == next.firstDay, "a cut that divides a bucket")
            }
            #expect(windows.allSatisfy { $0.end > $0.start && $0.end - $0.start < 60 * 86_400_000 })
        }
    }

    @Test func `60 days are one window and 61 are two`() throws {
        let first = day("2026-01-01")
        #expect(try WindowPlan.windows(of: .days(first: first, last: first + 59), interval: .day).count == 1)
        #expect(try WindowPlan.windows(of: .days(first: first, last: first + 60), interval: .day).count == 2)
    }

    @Test func `an inclusive end day is sent as the next midnight minus one millisecond`() throws {
        let window = try #require(
            try WindowPlan.windows(of: .days(first: day("2026-01-01"), last: day("2026-01-30")), interval: .day).first)
        #expect(window.start == 1_767_225_600_000)
        #expect(window.end == 1_769_817_600_000 - 1)
    }

    @Test func `a verbatim range of up to 60 days is sent as it is`() throws {
        let start: Int64 = 1_767_225_612_345
        for length in [1, 86_400_000, 60 * 86_400_000] as [Int64] {
            let windows = try WindowPlan.windows(of: .milliseconds(start: start, end: start + length), interval: .day)
            #expect(windows == [QueryWindow(start: start, end: start + length)])
        }
    }

    @Test(arguments: [0, -1] as [Int64])
    func `a longer verbatim range on day edges is cut and keeps its own end`(shift: Int64) throws {
        let start = day("2026-01-01").start.millisecondsSinceEpoch
        let end = day("2026-05-01").start.millisecondsSinceEpoch + shift
        let windows = try WindowPlan.windows(of: .milliseconds(start: start, end: end), interval: .day)
        #expect(windows.count == 2)
        #expect(windows.last?.end == end)
        #expect(windows[0].end + 1 == windows[1].start)
    }

    @Test func `a longer verbatim range off the day edges is refused with the API's code`() throws {
        let error = #expect(throws: FinoutError.self) {
            try WindowPlan.windows(of: .milliseconds(start: 1, end: 61 * 86_400_000), interval: .day)
        }
        #expect(error?.code == .badQuery)
        #expect(error?.apiCode == "TIMEFRAME_LIMIT_EXCEEDED")
        #expect(error?.field == "date")
    }

    @Test(arguments: Interval.allCases, [false, true])
    func `a split covers its window exactly and divides buckets only where it may`(
        interval: Interval, onlyBetween: Bool
    ) throws {
        var random = SeededGenerator(state: 11)
        for _ in 0..<500 {
            let first = Int.random(in: 20_000..<21_000, using: &random)
            let window = QueryWindow(firstDay: first, nextDay: first + Int.random(in: 1...60, using: &random))
            let wanted = Int.random(in: 2..<9, using: &random)
            guard
                let parts = WindowPlan.split(
                    window, parts: wanted, interval: interval, onlyBetweenBuckets: onlyBetween)
            else {
                let inner = (window.firstDay + 1..<window.nextDay).filter { interval.bucketStart(of: $0) == $0 }
                #expect(window.nextDay - window.firstDay == 1 || (onlyBetween && inner.isEmpty))
                continue
            }
            #expect(parts.count >= 2)
            #expect(parts.first?.start == window.start && parts.last?.end == window.end)
            for (part, next) in zip(parts, parts.dropFirst()) {
                #expect(part.end + 1 == next.start)
                if onlyBetween { #expect(interval.bucketStart(of: next.firstDay) == next.firstDay) }
            }
            #expect(parts.allSatisfy { $0.end > $0.start })
        }
    }

    @Test func `a window of 228,977 rows is cut into three parts`() {
        #expect(WindowPlan.parts(total: 228_977, limit: 100_000) == 3)
        #expect(WindowPlan.parts(total: 100_001, limit: 100_000) == 2)
        #expect(WindowPlan.parts(total: 100_000, limit: 100_000) == 2)
    }
}
