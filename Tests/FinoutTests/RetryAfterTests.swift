import Finout
import HostLoop
import Testing

struct RetryAfterTests {
    static let now = Day("2026-11-20")!.start

    private typealias Headers = [(String, String)]

    private static let forms: [(Headers, Int)] = [
        ([("Retry-After", "30")], 30),
        ([("retry-after", "Fri, 20 Nov 2026 00:01:30 GMT")], 90),
        ([("RateLimit", "limit=50, remaining=0, reset=12")], 12),
        ([("RateLimit", "\"minute\";r=0;t=17")], 17),
        ([("RateLimit", "\"minute\";r=0;t=17, \"day\";r=400;t=9000")], 17),
        ([("ratelimit-reset", "21"), ("ratelimit-remaining", "0")], 21),
        ([("x-endpoint-ratelimit-reset", "5"), ("x-account-ratelimit-reset", "40")], 40),
        (
            [
                ("x-endpoint-ratelimit-reset", "5"), ("x-account-ratelimit-reset", "40"),
                ("x-account-ratelimit-remaining", "9"),
            ], 5
        ),
        ([("x-account-ratelimit-reset", "1795132860")], 60),
        ([("x-account-ratelimit-reset", "1795132860000")], 60),
        ([("Retry-After", "3"), ("ratelimit-reset", "50")], 3),
        ([("Retry-After", "Friday, 20-Nov-26 00:01:30 GMT")], 90), ([("Retry-After", "Fri Nov 20 00:01:30 2026")], 90),
        ([("Retry-After", "1795132860")], 60), ([("Retry-After", " 7.5 ")], 7),
        // Two that disagree, and one beyond the horizon.
        ([("Retry-After", "3"), ("Retry-After", "8")], 8), ([("Retry-After", "9000000")], 25 * 3600),
        ([("Retry-After", "soon"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4")], 4),
        // Our clock is an hour behind, then an hour ahead.
        ([("Date", "Fri, 20 Nov 2026 01:00:00 GMT"), ("Retry-After", "Fri, 20 Nov 2026 01:00:20 GMT")], 20),
        ([("Date", "Thu, 19 Nov 2026 23:00:00 GMT"), ("x-account-ratelimit-reset", "1795129230")], 30),
        // A Date that cannot be right is left out of account.
        ([("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Fri, 20 Nov 2026 00:00:20 GMT")], 20),
    ]

    @Test(arguments: forms)
    func `the time to come back is read`(headers: [(String, String)], seconds: Int) {
        let found = ServiceLimits(HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), now: Self.now).retryAt
        #expect(found.map { ($0 - Self.now).components.seconds } == Int64(seconds))
    }

    private static let silent: [Headers] = [
        [], [("Retry-After", "soon")], [("RateLimit", "gibberish")],
        [("RateLimit", "limit=50, remaining=3, reset=12")],
        [("Retry-After", "-5")], [("ratelimit-reset", "nan")], [("Retry-After", "")], [("Retry-After", "0x10")],
        [("Retry-After", "1e3")], [("Retry-After", "99999999999999999999")], [("ratelimit-reset", "inf")],
        [("Retry-After", "Fri, 31 Feb 2026 00:01:30 GMT")], [("Retry-After", "Fri, 20 Nov 2026 24:01:30 GMT")],
        // Past, and beyond any window the API has.
        [("Retry-After", "Thu, 19 Nov 2026 23:59:00 GMT")], [("ratelimit-reset", "100000")],
    ]

    @Test(arguments: silent)
    func `what says nothing is ignored`(headers: [(String, String)]) {
        #expect(ServiceLimits(HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), now: Self.now).retryAt == nil)
    }
}
