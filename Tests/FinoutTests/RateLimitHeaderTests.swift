import Finout
import HostLoop
import Testing

/// What responses say of the limits, in every form that somebody uses.
struct RateLimitHeaderTests {
    private typealias Standing = ServiceLimits.Standing
    static let now = Day("2026-11-20")!.start

    private static func read(_ headers: (String, String)...) -> ServiceLimits {
        ServiceLimits(HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), now: now)
    }

    private static func standing(_ limit: Int?, _ remaining: Int?, in seconds: Int?) -> Standing {
        Standing(limit: limit, remaining: remaining, resetAt: seconds.map { now + .seconds($0) })
    }

    @Test func `the combined field is read in both IETF forms`() {
        #expect(Self.read(("RateLimit", "limit=50, remaining=7, reset=30")).route == Self.standing(50, 7, in: 30))
        let draft8 = Self.read(("ratelimit-policy", #""a, b";q=50;w=60"#), ("ratelimit", #""a, b";r=7;t=30"#))
        #expect(draft8.route == Self.standing(50, 7, in: 30) && draft8.account == nil && draft8.retryAt == nil)
        #expect(Self.read(("ratelimit", "minute;r=0")).route == Self.standing(nil, 0, in: nil))
    }

    @Test func `a limit with a window of a day is the account's`() {
        let limits = Self.read(
            ("ratelimit-policy", #""minute";q=50;w=60, "day";q=10000;w=86400"#),
            ("ratelimit", #""minute";r=3;t=17, "day";r=0;t=9000"#))
        #expect(limits.route == Self.standing(50, 3, in: 17))
        #expect(limits.account == Self.standing(10_000, 0, in: 9000))
        #expect(limits.retryAt == Self.now + .seconds(9000))
        #expect(Self.read(("ratelimit", "limit=10000, remaining=9, reset=7200")).account?.remaining == 9)
    }

    @Test(arguments: ["ratelimit", "x-ratelimit", "x-endpoint-ratelimit"])
    func `separate fields under any prefix are the route's`(prefix: String) {
        let limits = Self.read(
            ("\(prefix)-limit", "50, 50;w=60"), ("\(prefix)-remaining", "4"), ("\(prefix)-reset", "1795132830"))
        #expect(limits == ServiceLimits(route: Self.standing(50, 4, in: 30)))
    }

    @Test func `the account's fields are the account's`() {
        let limits = Self.read(
            ("x-account-ratelimit-limit", "10000"), ("X-Account-RateLimit-Remaining", "0"),
            ("x-account-ratelimit-reset", "1795190400000"))
        #expect(limits.account == Self.standing(10_000, 0, in: 57_600) && limits.route == nil)
    }

    @Test func `of fields that disagree the most careful counts`() {
        let limits = Self.read(
            ("ratelimit", "limit=50, remaining=9, reset=12"), ("x-endpoint-ratelimit-remaining", "5"),
            ("x-endpoint-ratelimit-remaining", "2"), ("x-endpoint-ratelimit-reset", "20"),
            ("x-endpoint-ratelimit-reset", "40"))
        #expect(limits.route == Self.standing(50, 2, in: 40))
    }

    @Test func `what is garbage is left out and the rest is used`() {
        let limits = Self.read(
            ("x-endpoint-ratelimit-limit", "-50"), ("x-endpoint-ratelimit-remaining", "7"),
            ("x-endpoint-ratelimit-reset", "99999999999999999999999"), ("ratelimit", ";;=,=;\"\",limit=,reset=x"),
            ("x-account-ratelimit-remaining", "many"))
        #expect(limits == ServiceLimits(route: Self.standing(nil, 7, in: nil)))
        #expect(Self.read() == ServiceLimits())
    }

    @Test func `whatever the bytes, no moment is before now or more than 25 hours away`() {
        var random = Generator(state: 3)
        let names = [
            "retry-after", "date", "ratelimit", "ratelimit-policy", "ratelimit-reset", "x-ratelimit-remaining",
            "x-account-ratelimit-reset", "x-account-ratelimit-remaining", "x-endpoint-ratelimit-reset",
            "x-endpoint-ratelimit-limit",
        ]
        let pieces = [
            "limit=", "remaining=", "reset=", "r=", "t=", "\"a\"", ";", ",", "=", " ", "0", "9", "30", "1795132860",
            "1795132860000", "1795132860000000000", ".", "-", "e9", "Fri, 20 Nov 2026 00:01:30 GMT", "é", "\u{0}",
            "Fri Nov 20 00:01:30 2026", "Sunday, 06-Nov-94 08:49:37 GMT", "q=50", "w=86400", "nan", "GMT",
        ]
        var moments = 0
        for _ in 0..<30_000 {
            let headers = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                let name = names.randomElement(using: &random)!
                if Int.random(in: 0..<4, using: &random) == 0 {
                    let bytes = (0..<12).map { _ in UInt8.random(in: 0...255, using: &random) }
                    return (name: name, value: String(decoding: bytes, as: UTF8.self))
                }
                let count = Int.random(in: 1...6, using: &random)
                return (name: name, value: (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined())
            }
            let limits = ServiceLimits(HTTPHeaders(headers), now: Self.now)
            for moment in [limits.retryAt, limits.route?.resetAt, limits.account?.resetAt].compactMap({ $0 }) {
                moments += 1
                #expect(moment >= Self.now && moment <= Self.now + .seconds(25 * 3600), "\(headers)")
            }
            #expect(limits.route?.remaining ?? 0 >= 0 && limits.account?.limit ?? 0 >= 0)
        }
        #expect(moments > 2_000)
    }

    /// The same random numbers at every run. SplitMix64, Steele, Lea and Flood 2014.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
