import HostLoop
import Notify
import RowDecoder
import Testing

/// What an answer means, and when a message is tried again.
struct PolicyTests {
    private static let now = Moment(nanosecondsSinceEpoch: 1_795_158_000_000_000_000)

    private func endpoint() throws -> NotifyEndpoint {
        try NotifyEndpoint(name: "team", .slack(url: "https://hooks.slack.com/services/T/B/x"))
    }

    private func code(_ status: Int, _ body: String = "") throws -> String {
        switch DeliveryVerdict(try endpoint(), status: status, retryAfter: nil, body: body, now: Self.now) {
        case .accepted: return "accepted"
        case .again(let reason, _, let mayBeTaken): return "again \(mayBeTaken): \(reason)"
        case .refused(let error):
            #expect(error.message.contains("team (slack)") && error.message.contains(body) && error.hint != nil)
            return error.code.rawValue
        }
    }

    @Test func `What a service's errors mean`() throws {
        for status in [200, 202, 204] { #expect(try code(status) == "accepted") }
        for (status, body) in [
            (403, "invalid_token"), (404, "channel_not_found"), (404, "no_service"), (410, "channel_is_archived"),
        ] {
            #expect(try code(status, body) == "unauthorized")
        }
        for (status, body) in [(400, "invalid_blocks"), (413, "too large"), (422, "")] {
            #expect(try code(status, body) == "bad_argument")
        }
        #expect(try code(302) == "unauthorized")
        #expect(try code(500, "rollup_error") == "again true: status 500 (rollup_error)")
        #expect(try code(503) == "again false: status 503" && code(429) == "again false: status 429")
        #expect(try code(502, "<html>bad gateway") == "again true: status 502", "a page is no word of the service")
    }

    @Test(arguments: ["30", "30.0", "Fri, 20 Nov 2026 07:00:30 GMT"])
    func `Retry-After is read as seconds and as a date`(text: String) throws {
        let verdict = DeliveryVerdict(try endpoint(), status: 429, retryAfter: text, body: "", now: Self.now)
        guard case .again(_, let notBefore, _) = verdict else { throw Unexpected() }
        #expect(notBefore == Self.now + .seconds(30))
    }

    private struct Unexpected: Error {}

    @Test func `What a mail server's answers mean`() throws {
        let endpoint = try endpoint()
        func kind(_ status: Int) -> String {
            switch DeliveryVerdict(endpoint, reply: status, text: "\(status) said so") {
            case .accepted: "accepted"
            case .again: "again"
            case .refused(let error): error.code.rawValue
            }
        }
        #expect(kind(250) == "accepted" && kind(451) == "again" && kind(421) == "again")
        #expect(kind(535) == "unauthorized" && kind(530) == "unauthorized")
        #expect(kind(550) == "bad_argument" && kind(554) == "bad_argument")
    }

    @Test func `Waits grow, never come before what the service asked for, and end with the run`() {
        let timing = RetryTiming(deadline: Self.now + .seconds(100), begun: Self.now)
        func wait(_ attempt: Int, _ notBefore: Duration? = nil, _ random: Double = 0.999) -> Duration? {
            timing.next(
                after: attempt, notBefore: notBefore.map { Self.now + $0 }, now: Self.now, random: random
            ).map { $0 - Self.now }
        }
        var last = Duration.zero
        for attempt in 1...6 {
            let (short, long) = (wait(attempt, nil, 0)!, wait(attempt)!)
            #expect(short >= .milliseconds(500) && long <= .seconds(30) && long >= last && short <= long)
            last = long
        }
        #expect(wait(1, .seconds(60)) == .seconds(60) && wait(1, .seconds(100)) == nil)
        #expect(RetryTiming(deadline: Self.now + .seconds(7200), begun: Self.now).end == Self.now + .seconds(300))
    }

    @Test func `A body is signed as Python's hmac signs it`() throws {
        var maker = NoticeMaker(seed: 3)
        for secret in ["s", "a secret of some length", String(repeating: "ä", count: 100)] {
            let body = Array(maker.text(300).utf8)
            let script = """
                import hashlib, hmac, sys
                body = sys.stdin.buffer.read()
                print("v1=" + hmac.new(sys.argv[1].encode(), b"1795158000." + body, hashlib.sha256).hexdigest())
                """
            let expected = try Python.run(["-c", script, secret], input: body)
            #expect(
                WebhookMessage.signature(of: body, at: 1_795_158_000, secret: Array(secret.utf8)) + "\n" == expected)
        }
    }
}
