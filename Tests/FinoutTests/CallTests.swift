import Finout
import HostLoop
import RowDecoder
import StateStore
import Testing

private typealias Answer = ScriptedService.Answer

/// Attempts, waits and clocks of one call, seen through the list of keys and one submission.
struct CallTests {
    @HostLoop private static func client(
        _ service: ScriptedService, _ change: (inout ClientConfiguration) -> Void = { _ in }
    ) throws -> FinoutClient {
        try FinoutClient(.test(change), http: service)
    }

    @HostLoop private static func keysError(_ client: FinoutClient) async -> FinoutError? {
        await FinoutError.of { () async throws(FinoutError) in try await client.keys() }
    }

    @Test(arguments: [
        HTTPError.Kind.connect, .timeout, .stalled, .interrupted, .malformed,
    ])
    func `a call that fails on the way is repeated until it succeeds`(kind: HTTPError.Kind) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, nth in nth < 4 ? Answer(error: kind) : nil }
            let client = try Self.client(service)
            #expect(try await client.keys().count == testCatalog.keys.count)
            #expect(client.statistics.requests["keys"] == 4 && client.statistics.retries["keys"] == 3)
            let moments = service.received.map(\.moment)
            #expect(moments[1] - moments[0] == .milliseconds(290), "half of half a second, and the network")
            #expect(moments[3] - moments[2] > moments[1] - moments[0])
        }
    }

    @Test(arguments: [484, 494, 499])
    func `a secret that a long answer echoes is never shown in part`(before: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let long = String(repeating: "x", count: before) + " the-secret"
            service.script["keys"] = { _, _ in Answer(status: 400, body: #"{"message":"\#(long)","code":"NO"}"#) }
            let client = try FinoutClient(.test(), http: service)
            let error = await FinoutError.of { () async throws(FinoutError) in try await client.keys() }
            #expect(error?.code == .badQuery && error?.message.contains("the-s") == false)
        }
    }

    private static let lastWords: [Answer] = [
        Answer(status: 429, body: #"{"code":"RATE_LIMIT_DAILY_EXCEEDED"}"#),
        Answer(
            headers: [("x-account-ratelimit-limit", "10000"), ("x-account-ratelimit-remaining", "0")],
            body: #"{"data":{"queryId":"q_1"}}"#),
        // The service's clock is behind ours.
        Answer(
            status: 429, headers: [("Date", "Fri, 20 Nov 2026 23:59:58 GMT")],
            body: #"{"code":"RATE_LIMIT_DAILY_EXCEEDED"}"#),
    ]

    @Test(arguments: 0..<3) func `what the service says of a day that is over does not use up the next`(_ index: Int)
        async throws
    {
        let midnight = Day("2026-11-21")!.start
        try await HostLoop.withVirtualClock(from: index == 2 ? midnight + .seconds(1) : midnight - .milliseconds(20)) {
            let service = ScriptedService()
            service.script["submit"] = { _, nth in nth == 1 ? Self.lastWords[index] : nil }
            let client = try FinoutClient(.test(), http: service)
            func submit() async -> FinoutError? {
                await FinoutError.of { () async throws(FinoutError) in
                    try await client.request(method: "POST", path: RouteTable.submit.template, body: [:])
                }
            }
            let first = await submit()
            #expect(HostLoop.now >= midnight && first?.code == (index == 1 ? nil : .quotaExhausted))
            #expect(first?.comeBackAt.map { $0 <= midnight } != false)
            #expect(await submit() == nil && service.count("submit") == 2)
        }
    }

    @Test func `a refusal that is too long for one run holds the others too`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            service.script["values"] = { _, _ in Answer(status: 429, headers: [("Retry-After", "3600")]) }
            let deadlines = [600, 600, 7200].map { HostLoop.now + .seconds($0) }
            let start = HostLoop.now
            for (index, deadline) in deadlines.enumerated() {
                let client = try FinoutClient(.test { $0.deadline = deadline }, http: service, state: state)
                if index == 2 { service.script["values"] = nil }
                let error = await FinoutError.of { () async throws(FinoutError) in
                    try await client.values(of: KeyReference(path: "AWS/service")!)
                }
                #expect(error?.code == (index == 2 ? nil : .rateLimited))
                #expect(error?.comeBackAt.map { $0 >= start + .seconds(3600) } != false)
                #expect(service.count("values") == (index == 2 ? 2 : 1))
            }
            #expect(HostLoop.now >= start + .seconds(3600))
        }
    }

    @Test func `a secret in the reason of a failed query is not shown`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in
                Answer(body: #"{"data":{"status":"failed","message":"refused the-secret"}}"#)
            }
            let client = try FinoutClient(.test(), http: service)
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 1)).wait()
            }
            #expect(error?.code == .queryFailed && error?.message.contains("refused [secret]") == true)
        }
    }

    @Test(arguments: [408, 500, 502, 503, 504])
    func `a status that may pass is retried`(status: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, nth in nth == 1 ? Answer(status: status, body: "<html>") : nil }
            _ = try await Self.client(service).keys()
            #expect(service.count("keys") == 2)
        }
    }

    @Test(arguments: ["", "{", "[]", #"{"data":{}}"#, "<html>"])
    func `a broken body is retried`(body: String) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, nth in nth == 1 ? Answer(body: body) : nil }
            _ = try await Self.client(service).keys()
            #expect(service.count("keys") == 2)
        }
    }

    @Test func `a call that keeps failing beside others is unavailable, and says what each attempt said`() async throws
    {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, nth in
                nth == 1 ? Answer(error: .connect) : Answer(status: 500, body: #"{"error":"boom","requestId":"r7"}"#)
            }
            let client = try Self.client(service)
            // The service answers others all the time.
            let others = HostLoop.task {
                while (try? await HostLoop.sleep(for: .milliseconds(900))) != nil {
                    _ = try? await client.request(method: "GET", path: "/v2/other")
                }
            }
            let error = await Self.keysError(client)
            others.cancel()
            #expect(error?.code == .unavailable && error?.retryable == true)
            #expect(service.count("keys") == 8)
            #expect(error?.message.contains("after 8 attempts") == true)
            #expect(
                error?.message.contains("127.0.0.1:1 had connect; then: HTTP 500: boom (request r7) (7 times)") == true)
        }
    }

    @Test func `the retry budget ends a call before its attempts do`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.delay = .seconds(30)
            service.script["keys"] = { _, _ in Answer(error: .timeout) }
            let error = await Self.keysError(try Self.client(service) { $0.retryBudget = .seconds(60) })
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("retry budget of 60s") == true)
            #expect(service.count("keys") == 2)
        }
    }

    @Test(arguments: [
        (401, FinoutError.Code.unauthorized), (403, .unauthorized), (404, .notFound), (400, .badQuery),
        (422, .badQuery),
        (418, .badResponse), (302, .badResponse),
    ])
    func `a refusal is final and says what to do`(status: Int, code: FinoutError.Code) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, _ in
                Answer(
                    status: status, body: #"{"requestId":"r9","message":"No the-secret for the-client","code":"NO"}"#)
            }
            let error = try #require(await Self.keysError(try Self.client(service)))
            #expect(error.code == code && error.httpStatus == status)
            #expect(error.requestID == "r9" && error.apiCode == "NO")
            #expect(service.count("keys") == 1)
            #expect(error.message.contains("r9"))
            #expect(!"\(error)".contains("the-secret") && !"\(error)".contains("the-client"))
            if code == .unauthorized { #expect(error.hint?.contains("FINOUT_SECRET_KEY") == true) }
        }
    }

    @Test func `an error envelope with 'error' in place of 'code' is read`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, _ in
                Answer(status: 400, body: #"{"requestId":"r","error":"VTAGS_LIMIT_EXCEEDED","message":"Too many"}"#)
            }
            let error = await Self.keysError(try Self.client(service))
            #expect(error?.code == .badQuery && error?.apiCode == "VTAGS_LIMIT_EXCEEDED")
        }
    }

    @Test(arguments: [HTTPError.Kind.resolve, .tls, .refusedScheme, .tooLarge])
    func `a name, a certificate or an address is never tried twice`(kind: HTTPError.Kind) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, _ in Answer(error: kind) }
            let error = await Self.keysError(try Self.client(service))
            #expect(error != nil)
            #expect(service.count("keys") == 1)
        }
    }

    @Test func `a 429 is waited out as long as its header says, by every task`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["values"] = { _, nth in
                nth == 1 ? Answer(status: 429, headers: [("Retry-After", "25")], body: #"{"code":"RATE_LIMIT"}"#) : nil
            }
            let client = try Self.client(service)
            let key = KeyReference(path: "AWS/service")!
            _ = try await client.keys()
            let start = HostLoop.now
            let other = HostLoop.task {
                try? await HostLoop.sleep(for: .seconds(1))
                _ = try? await client.values(of: key)
                return HostLoop.now
            }
            #expect(try await client.values(of: key) == ["a", "b"])
            #expect(HostLoop.now - start >= .seconds(25) && HostLoop.now - start < .seconds(26))
            #expect(await other.value - start >= .seconds(25))
            #expect(client.statistics.waits["values"].map { $0 >= .seconds(24) } == true)
        }
    }

    @Test func `a 429 that lasts longer than the run fails at once with the time to come back`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, _ in
                Answer(status: 429, headers: [("ratelimit", "limit=50, remaining=0, reset=90")])
            }
            let start = HostLoop.now
            let error = await Self.keysError(try Self.client(service) { $0.deadline = start + .seconds(60) })
            #expect(error?.code == .rateLimited)
            #expect(error?.comeBackAt.map { $0 - start >= .seconds(90) } == true)
            #expect(HostLoop.now - start < .seconds(1))
        }
    }

    @Test func `the daily limit is the quota, until the next midnight UTC`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["submit"] = { _, _ in Answer(status: 429, body: #"{"code":"RATE_LIMIT_DAILY_EXCEEDED"}"#) }
            let client = try Self.client(service)
            for _ in 0..<2 {
                let query = client.query(januaryQuery(days: 3))
                let error = await FinoutError.of { () async throws(FinoutError) in try await query.wait() }
                #expect(error?.code == .quotaExhausted)
                #expect(error?.comeBackAt == day("2026-11-21").start)
            }
            #expect(service.count("submit") == 1, "the second is refused without a request")
        }
    }

    @Test func `too many running queries are waited out`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["submit"] = { _, nth in
                nth <= 3 ? Answer(status: 400, body: #"{"code":"CONCURRENT_REQUESTS_LIMIT_EXCEEDED"}"#) : nil
            }
            let query = try Self.client(service).query(januaryQuery(days: 3))
            #expect(try await query.rows().lines().count == 9)
            #expect(service.count("submit") == 4)
        }
    }

    @Test(arguments: [HTTPError.Kind.interrupted, .timeout])
    func `a submission that may have been taken is sent again, counted, and its place kept`(
        kind: HTTPError.Kind
    ) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["submit"] = { _, nth in nth == 1 ? Answer(error: kind) : nil }
            let client = try Self.client(service)
            let query = client.query(januaryQuery(days: 3))
            #expect(try await query.rows().lines().count == 9)
            #expect(client.statistics.possiblyPaidTwice == 1 && client.statistics.submissions == 1)
            #expect(try client.limits().first { $0.name == "running" }?.used == 1)
            #expect(try client.limits().first { $0.name == "submissions today" }?.used == 2)
        }
    }

    @Test(arguments: [0, 1, 2])
    func `a submission that was surely not taken is sent again and not counted`(fault: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let answer = [Answer(error: .connect), Answer(status: 503), Answer(status: 429)][fault]
            service.script["submit"] = { _, nth in nth == 1 ? answer : nil }
            let client = try Self.client(service)
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(client.statistics.possiblyPaidTwice == 0)
            #expect(try client.limits().first { $0.name == "running" }?.used == 0)
        }
    }

    @Test func `the deadline ends the waits of a call and is named`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, _ in Answer(status: 500) }
            let start = HostLoop.now
            let error = await Self.keysError(try Self.client(service) { $0.deadline = start + .seconds(3) })
            #expect(error?.code == .deadline)
            #expect(error?.message.contains("\(start + .seconds(3))") == true)
            #expect(HostLoop.now <= start + .seconds(3))
        }
    }

    @Test func `keys are asked for once however many ask, and again after a failure`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["keys"] = { _, nth in nth == 1 ? Answer(status: 404) : nil }
            let client = try Self.client(service)
            #expect(await Self.keysError(client) != nil)
            let tasks = (0..<5).map { _ in HostLoop.task { (try? await client.keys())?.count } }
            for task in tasks { #expect(await task.value == testCatalog.keys.count) }
            #expect(service.count("keys") == 2)
        }
    }

    @Test func `keys are kept for the runs beside this one, and asked for anew where they lack something`() async throws
    {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            @HostLoop func client() throws -> FinoutClient { try FinoutClient(.test(), http: service, state: state) }
            try await client().query(januaryQuery(days: 2)).wait()
            try await client().query(januaryQuery(days: 2)).wait()
            #expect(service.count("keys") == 1)
            let missing = januaryQuery(days: 2) {
                $0.dimensions = [Dimension(key: KeyReference(path: "AWS/not-there")!)]
            }
            let failing = try client()
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await failing.query(missing).wait()
            }
            #expect(error?.code == .badQuery && service.count("keys") == 2)
            _ = try await client().keys()
            #expect(service.count("keys") == 3, "who asks for the keys gets those of now")
            try await HostLoop.sleep(for: .seconds(601))
            try await client().query(januaryQuery(days: 2)).wait()
            #expect(service.count("keys") == 4)
        }
    }

    @Test func `one who waits for the keys may be cancelled without the others`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.delay = .seconds(2)
            let client = try Self.client(service)
            let first = HostLoop.task { await Self.keysError(client)?.code }
            let second = HostLoop.task { await Self.keysError(client)?.code }
            await HostLoop.yield()
            first.cancel()
            #expect(await first.value == .cancelled)
            #expect(await second.value == nil)
        }
    }

    @Test func `values are asked for with both segments escaped and the type always`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            _ = try await Self.client(service).values(of: KeyReference(path: "AWS/aws:team/owner")!)
            #expect(
                service.received.last?.request.url
                    == "http://127.0.0.1:1/v2/query-language/values/AWS/aws%3Ateam%2Fowner?type=tag")
        }
    }

    @Test func `no more than five requests are on their way at a time`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let client = try Self.client(service)
            let tasks = (0..<30).map { _ in
                HostLoop.task { try? await client.values(of: KeyReference(path: "AWS/region")!) }
            }
            for task in tasks { _ = await task.value }
            #expect(service.mostInFlight == 5 && service.count("values") == 30)
        }
    }

    @Test func `any route is called with the credentials, a body and its own limit`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let client = try Self.client(service)
            let answer = try await client.request(
                method: "post", path: "/v2/virtual-tags", query: [("setAsLive", "false")], body: ["name": "Team"])
            #expect(answer.status == 200 && answer.body == .object([]))
            let request = try #require(service.received.first?.request)
            #expect(request.url == "http://127.0.0.1:1/v2/virtual-tags?setAsLive=false")
            #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"name":"Team"}"#)
            #expect(request.headers.contains { $0.name == "x-finout-secret-key" && $0.value == "the-secret" })
            #expect(try client.limits().contains { $0.name == "POST /v2/virtual-tags" && $0.used == 1 })
        }
    }

    @Test func `a change that may have been made is not made twice`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["POST /v2/virtual-tags"] = { _, _ in Answer(error: .interrupted) }
            let client = try Self.client(service)
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await client.request(method: "POST", path: "/v2/virtual-tags")
            }
            #expect(error?.code == .unavailable && error?.retryable == false)
            #expect(service.received.count == 1)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example/", "v2/keys", "/a b", "/v2/../x", "/v2/./x", "/v2/x#y", "/é",
    ])
    func `a path that is none of the service's is refused`(path: String) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let client = try Self.client(service)
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await client.request(method: "GET", path: path)
            }
            #expect(error?.code == .badArgument && error?.field == "path")
            #expect(service.received.isEmpty)
        }
    }

    @Test func `credentials that are missing or broken are refused before any request`() async throws {
        try await HostLoop.withVirtualClock {
            for (id, secret, name) in [
                ("", "s", "FINOUT_CLIENT_ID"), ("c", "", "FINOUT_SECRET_KEY"), ("c", "a\nb", "FINOUT_SECRET_KEY"),
            ] {
                let service = ScriptedService()
                let client = try FinoutClient(ClientConfiguration(clientID: id, secretKey: secret), http: service)
                let error = await FinoutError.of { () async throws(FinoutError) in try await client.keys() }
                #expect(service.received.isEmpty)
                #expect(error?.code == .unauthorized && error?.message.contains(name) == true)
            }
        }
    }
}
