import Finout
import HostLoop
import RowDecoder
import Simulator
import StateStore
import Testing

private typealias Answer = ScriptedService.Answer

/// What a run does while the service is out, or dying.
struct OutageTests {
    @HostLoop private final class Run {
        let service = ScriptedService()
        let client: FinoutClient
        var warnings: [String] = []

        init(_ change: (inout ClientConfiguration) -> Void = { _ in }) throws {
            client = try FinoutClient(.test(change), http: service)
            client.observer = { [weak self] event in
                if case .warning(let text) = event { self?.warnings.append(text) }
            }
        }

        /// Every route answers this until `moment`.
        func answer(_ answer: Answer, until moment: Moment? = nil) {
            for route in RouteTable.all {
                service.script[route.name] = { _, _ in
                    moment.map { HostLoop.now >= $0 } == true ? nil : answer
                }
            }
        }

        func error() async -> FinoutError? {
            await FinoutError.of { () async throws(FinoutError) in try await self.client.keys() }
        }

        /// One value list after another, so many at the same time.
        func values(_ count: Int) async -> [FinoutError.Code?] {
            let tasks = (0..<count).map { _ in
                HostLoop.task {
                    await FinoutError.of { () async throws(FinoutError) in
                        try await self.client.values(of: KeyReference(path: "AWS/region")!)
                    }?.code
                }
            }
            var codes: [FinoutError.Code?] = []
            for task in tasks { codes.append(await task.value) }
            return codes
        }
    }

    @Test func `a service that nobody ever reached ends the run after ten seconds and a few attempts`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            run.answer(Answer(error: .connect))
            let start = HostLoop.now
            let error = try #require(await run.error())
            #expect(error.code == .unavailable && error.retryable)
            #expect(HostLoop.now - start >= .seconds(9) && HostLoop.now - start <= .seconds(11))
            #expect((5...8).contains(run.service.count("keys")))
            #expect(error.message.contains("since \(start)") && error.message.contains("circuit is open"))
            #expect(error.message.contains("127.0.0.1:1 had connect"))
            #expect(run.warnings.count == 1 && run.warnings[0].contains("had connect"))
            #expect(run.client.statistics.circuitOpenings == 1)
        }
    }

    @Test func `a closed port is told from a slow service over real connections as well`() async throws {
        try await HostLoop.withVirtualClock {
            let server = try SimulatorServer(DemoOptions(today: HostLoop.now.day))
            server.stop()
            let configuration = ClientConfiguration.test { $0.baseURL = server.address }
            let client = try FinoutClient(configuration, http: HTTPClient())
            let start = HostLoop.now
            let error = await FinoutError.of { () async throws(FinoutError) in try await client.keys() }
            #expect(error?.code == .unavailable && error?.message.contains("refused") == true)
            #expect(HostLoop.now - start <= .seconds(11))
        }
    }

    @Test(arguments: [HTTPError.Kind.connect, .timeout])
    func `an outage of a minute amid a run is sat out, with hardly a request`(kind: HTTPError.Kind) async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            _ = try await run.client.keys()
            let start = HostLoop.now
            run.answer(Answer(error: kind), until: start + .seconds(60))
            #expect(await run.values(20) == Array(repeating: nil, count: 20))
            #expect(HostLoop.now - start < .seconds(75))
            #expect(run.service.count("values") <= 20 + 5 + 12)
            #expect(run.warnings.count == 2, "\(run.warnings)")
            #expect(run.warnings.last?.contains("answers again") == true)
            #expect(run.client.statistics.circuitOpenings == 1 && run.client.statistics.retriesRefused == 0)
            #expect(run.client.statistics.waits["circuit"].map { $0 > .seconds(60) } == true)
        }
    }

    @Test func `calls that wait for the circuit keep no slot from another process`() async throws {
        try await HostLoop.withVirtualClock {
            let state = StateStore()
            let dead = ScriptedService()
            dead.script["values"] = { _, _ in Answer(error: .interrupted) }
            let one = try FinoutClient(.test(), http: dead, state: state)
            let other = try FinoutClient(.test(), http: ScriptedService(), state: state)
            let calls = (0..<20).map { _ in
                HostLoop.task { try? await one.values(of: KeyReference(path: "AWS/region")!) }
            }
            try await HostLoop.sleep(for: .seconds(30))
            #expect(one.statistics.circuitOpenings == 1)
            let used = try other.limits()
            #expect(used.first { $0.name == "in flight" }?.used == 0)
            // The five that opened it and the probes.
            #expect(used.first { $0.name == "values" }.map { $0.used <= 15 } == true)
            let start = HostLoop.now
            #expect(try await other.values(of: KeyReference(path: "AWS/region")!) == ["a", "b"])
            #expect(HostLoop.now - start < .seconds(1))
            for call in calls { call.cancel() }
        }
    }

    @Test func `an outage that lasts ends every call, and a later one fails at once`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            _ = try await run.client.keys()
            let start = HostLoop.now
            run.answer(Answer(status: 500, body: #"{"message":"boom"}"#))
            #expect(await run.values(12) == Array(repeating: .unavailable, count: 12))
            #expect(HostLoop.now - start <= .seconds(91))
            let sent = run.service.count("values")
            #expect(sent <= 20)
            let ended = HostLoop.now
            #expect(await run.values(3) == Array(repeating: .unavailable, count: 3))
            #expect(HostLoop.now - ended < .seconds(1) && run.service.count("values") <= sent + 1)
            #expect(run.warnings.count == 1)
        }
    }

    @Test func `a short hiccup of every connection says nothing`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            _ = try await run.client.keys()
            run.answer(Answer(error: .interrupted), until: HostLoop.now + .milliseconds(500))
            #expect(await run.values(10) == Array(repeating: nil, count: 10))
            #expect(run.warnings.isEmpty && run.client.statistics.circuitOpenings == 1)
        }
    }

    @Test func `fifty calls that keep failing beside ones that do not make few retries`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run { $0.limits.routes["values"] = RateLimit(1000, per: .seconds(60)) }
            _ = try await run.client.keys()
            // Three answers of four are failures, so that the circuit never opens.
            run.service.script["values"] = { _, nth in nth % 4 == 0 ? nil : Answer(status: 500) }
            let codes = await run.values(50)
            let statistics = run.client.statistics
            #expect(codes.contains(.unavailable) && codes.contains(nil))
            #expect(run.service.count("values") <= 50 + 30 + 15, "\(run.service.count("values"))")
            #expect(statistics.retriesRefused > 0 && statistics.circuitOpenings == 0 && statistics.retriesLeft == 0)
        }
    }

    @Test func `polling goes on when no retry is left`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run { $0.outage.retries = 0 }
            run.service.script["status"] = { _, nth in nth <= 3 ? Answer(status: 502) : nil }
            #expect(try await run.client.query(januaryQuery(days: 2)).rows().lines().count == 6)
            #expect(run.client.statistics.retriesRefused == 3)
            run.service.script["values"] = { _, _ in Answer(status: 502) }
            #expect(await run.values(1) == [.unavailable] && run.service.count("values") == 1)
        }
    }

    @Test(arguments: [503, 500, 429])
    func `a time to come back beyond the deadline ends the call at once with that time`(status: Int) async throws {
        try await HostLoop.withVirtualClock {
            let start = HostLoop.now
            let run = try Run { $0.deadline = start + .seconds(600) }
            run.answer(Answer(status: status, headers: [("Retry-After", "3600")]))
            let error = try #require(await run.error())
            #expect(error.code == .rateLimited && error.httpStatus == status)
            #expect(error.comeBackAt.map { $0 - start >= .seconds(3600) && $0 - start < .seconds(3601) } == true)
            #expect(error.hint?.contains("\(error.comeBackAt ?? start)") == true)
            #expect(HostLoop.now - start < .seconds(1) && run.service.count("keys") == 1)
        }
    }

    @Test func `a time within the deadline is waited for, longer than any patience`() async throws {
        try await HostLoop.withVirtualClock {
            let start = HostLoop.now
            let run = try Run { $0.deadline = start + .seconds(900) }
            run.answer(Answer(status: 503, headers: [("Retry-After", "400")]), until: start + .seconds(300))
            #expect(await run.values(8) == Array(repeating: nil, count: 8))
            #expect(HostLoop.now - start >= .seconds(400) && HostLoop.now - start < .seconds(420))
        }
    }

    @Test func `the deadline ends a wait for the circuit and is named`() async throws {
        try await HostLoop.withVirtualClock {
            let start = HostLoop.now
            let run = try Run { $0.deadline = start + .seconds(30) }
            run.answer(Answer(status: 502))
            let error = await run.error()
            #expect(error?.code == .deadline && error?.message.contains("HTTP 502") == true)
            #expect(HostLoop.now == start + .seconds(30))
        }
    }

    @Test func `a call waiting for the circuit is cancelled at once`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            run.answer(Answer(status: 502))
            let call = HostLoop.task { await run.error()?.code }
            let start = HostLoop.now
            try await HostLoop.sleep(until: start + .seconds(30))
            let sent = run.service.received.count
            let other = HostLoop.task { await run.values(1) }
            call.cancel()
            #expect(await call.value == .cancelled && HostLoop.now == start + .seconds(30))
            try await HostLoop.sleep(for: .seconds(12))
            #expect(run.service.received.count > sent, "the other one probes on")
            other.cancel()
        }
    }

    @Test func `a 429 that names the account's day is the daily budget though its code does not say so`() async throws {
        try await HostLoop.withVirtualClock {
            let run = try Run()
            let account = [("x-account-ratelimit-remaining", "0"), ("x-account-ratelimit-reset", "30000")]
            run.service.script["submit"] = { _, _ in
                Answer(status: 429, headers: account.map { (name: $0.0, value: $0.1) }, body: #"{"code":"LIMIT"}"#)
            }
            let start = HostLoop.now
            for _ in 0..<2 {
                let error = await FinoutError.of { () async throws(FinoutError) in
                    try await run.client.query(januaryQuery(days: 1)).wait()
                }
                #expect(
                    error?.code == .quotaExhausted && error?.comeBackAt.map { $0 > start + .seconds(29_000) } == true)
            }
            #expect(run.service.count("submit") == 1)
        }
    }
}
