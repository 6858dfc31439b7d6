import HostLoop
import Simulator
import Testing

/// The forms that rate-limit headers may have, and the server's own clock in them.
@Suite struct FaultHeaderTests {
    /// Expects these rate-limit headers of a refused request, in order; the clock stands at 07:00:00.
    @HostLoop private static func expect(_ headers: [String], under faults: String...) async throws {
        let visitor = try Visitor(["values:429"] + faults)
        let answer = try await visitor.values("AWS/service?type=billing_dimension")
        let found = answer.headers.pairs.filter { $0.name.contains("ratelimit") || $0.name == "retry-after" }
            .map { "\($0.name): \($0.value)" }
        #expect(answer.status == 429)
        #expect(found == headers, "\(faults)")
    }

    private static func fields(_ prefix: String, _ values: String...) -> [String] {
        zip(["limit", "remaining", "reset"], values).map { "\(prefix)-\($0): \($1)" }
    }

    @Test func `the form is IETF draft 7 beside plain numbers, or another by a fault`() async throws {
        try await HostLoop.withVirtualClock {
            let endpoint = Self.fields("x-endpoint-ratelimit", "50", "0", "1")
            try await Self.expect(["ratelimit: limit=50, remaining=0, reset=1"] + endpoint + ["retry-after: 1"])
            let draft8 = ["ratelimit-policy: \"values\";q=50;w=60", "ratelimit: \"values\";r=0;t=1"]
            try await Self.expect(draft8 + endpoint + ["retry-after: 1"], under: "limits:draft-8")
            try await Self.expect(
                Self.fields("ratelimit", "50", "0", "1") + ["retry-after: 1"], under: "limits:draft-6")
            try await Self.expect(endpoint, under: "limits:endpoint-only", "limits:no-retry-after")
            try await Self.expect(
                Self.fields("x-account-ratelimit", "50", "0", "1") + ["retry-after: 1"], under: "limits:account-only")
            try await Self.expect([], under: "limits:silent")
        }
    }

    @Test func `times are seconds, seconds since 1970, milliseconds, or a date, by the server's own clock`()
        async throws
    {
        try await HostLoop.withVirtualClock {
            let now = HostLoop.now.millisecondsSinceEpoch / 1000
            func form(_ reset: String, _ wait: String) -> [String] {
                Self.fields("ratelimit", "50", "0", reset) + ["retry-after: \(wait)"]
            }
            try await Self.expect(form("\(now + 1)", "1"), under: "limits:draft-6", "limits:epoch")
            try await Self.expect(form("\(now + 1)000", "1"), under: "limits:draft-6", "limits:epoch-ms")
            try await Self.expect(form("\(now - 419)", "1"), under: "limits:draft-6", "limits:epoch", "clock:-7m")
            try await Self.expect(
                form("1", "Fri, 20 Nov 2026 07:00:01 GMT"), under: "limits:draft-6", "limits:date")
            try await Self.expect(
                form("1", "Fri, 20 Nov 2026 12:00:01 GMT"), under: "limits:draft-6", "limits:date", "clock:+5h")
        }
    }

    @Test func `values may be no numbers, beyond all numbers, empty, or contradict each other`() async throws {
        try await HostLoop.withVirtualClock {
            func form(_ count: String, _ remaining: String, _ time: String) -> [String] {
                Self.fields("x-endpoint-ratelimit", count, remaining, time) + ["retry-after: \(time)"]
            }
            let only = "limits:endpoint-only"
            try await Self.expect(form("-1", "-1", "-1"), under: only, "limits:negative")
            try await Self.expect(form("soon", "soon", "soon"), under: only, "limits:words")
            try await Self.expect(form("50", "0", "99999999"), under: only, "limits:huge")
            try await Self.expect(form("", "", ""), under: only, "limits:blank")
            try await Self.expect(form("50", "0", "2") + form("50", "0", "1"), under: only, "limits:disagree")
        }
    }

    @Test(arguments: [
        ("clock:+17h", "Sat, 21 Nov 2026 00:00:00 GMT", "86400", "Sat, 21 Nov 2026 00:01:00 GMT"),
        ("clock:-7m", "Fri, 20 Nov 2026 06:53:00 GMT", "\(17 * 3600 + 420)", "Fri, 20 Nov 2026 06:54:00 GMT"),
    ])
    func `every answer has the server's date, and the server's day ends by it`(
        fault: String, date: String, wait: String, later: String
    ) async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor([fault]) { $0.limits.submissionsPerDay = 1 }
            let dates = try await visitor.keys().headers.all("date")
            #expect(dates == [date])
            _ = try await visitor.submit(body(today - 5, today))
            let refused = try await visitor.submit(body(today - 4, today)).headers["retry-after"]
            #expect(refused == wait)
            try await HostLoop.sleep(for: .seconds(60))
            let next = try await visitor.keys().headers["date"]
            #expect(next == later)
        }
    }
}
