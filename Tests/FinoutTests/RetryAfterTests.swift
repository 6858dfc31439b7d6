import Finout
import HostLoop
import Testing

struct RetryAfterTests {
    static let now = Day("2026-11-20")!.start

    @Test(arguments: [
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
    ])
    func `the time to come back is read`(headers: [(String, String)], seconds: Int) {
        let found = RetryAfter.moment(in: HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), now: Self.now)
        #expect(found == Self.now + .seconds(seconds))
    }

    @Test(
        arguments: [
            [], [("Retry-After", "soon")], [("RateLimit", "gibberish")],
            [("RateLimit", "limit=50, remaining=3, reset=12")],
            [("Retry-After", "-5")], [("ratelimit-reset", "nan")],
        ] as [[(String, String)]])
    func `what says nothing is ignored`(headers: [(String, String)]) {
        #expect(RetryAfter.moment(in: HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), now: Self.now) == nil)
    }
}
