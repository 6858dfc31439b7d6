import Finout
import HostLoop
import Simulator
import Testing

private typealias Answer = ScriptedService.Answer

/// A submission that was sent when the run is cancelled: its answer is waited for, everything else ends at once.
struct SubmissionGraceTests {
    @HostLoop private final class Submission {
        let service = ScriptedService()
        var submitted: [String] = []
        private(set) var task = HostLoop.task { FinoutError.Code?.none }

        init(answeredAfter delay: Duration, _ answer: Answer? = nil) throws {
            service.delay = delay
            service.script["submit"] = { _, _ in answer }
            let client = try FinoutClient(.test(), http: service)
            client.observer = { [weak self] event in
                if case .submitted(let query, _) = event { self?.submitted.append(query) }
            }
            // What a run does: its own task waits, and is cancelled.
            task = HostLoop.task {
                await FinoutError.of { () async throws(FinoutError) in
                    try await client.request(method: "POST", path: RouteTable.submit.template).status
                }?.code
            }
        }
    }

    @Test func `it is answered, and the call gives its value`() async throws {
        try await HostLoop.withVirtualClock {
            let submission = try Submission(answeredAfter: .seconds(8))
            let start = HostLoop.now
            try await HostLoop.sleep(for: .seconds(1))
            submission.task.cancel()
            #expect(await submission.task.value == nil)
            #expect(HostLoop.now == start + .seconds(8))
        }
    }

    @Test func `after ten seconds it is cut`() async throws {
        try await HostLoop.withVirtualClock {
            let submission = try Submission(answeredAfter: .seconds(100))
            let start = HostLoop.now
            try await HostLoop.sleep(for: .seconds(1))
            submission.task.cancel()
            #expect(await submission.task.value == .cancelled)
            #expect(HostLoop.now == start + .seconds(11) && submission.service.count("submit") == 1)
        }
    }

    @Test func `one that fails is not sent again`() async throws {
        try await HostLoop.withVirtualClock {
            let submission = try Submission(answeredAfter: .seconds(3), Answer(status: 503))
            let start = HostLoop.now
            try await HostLoop.sleep(for: .seconds(1))
            submission.task.cancel()
            #expect(await submission.task.value == .cancelled)
            #expect(HostLoop.now == start + .seconds(3) && submission.service.count("submit") == 1)
        }
    }

    @Test func `a query's id is told before its wait ends`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.delay = .seconds(4)
            let client = try FinoutClient(.test(), http: service)
            var submitted: [String] = []
            client.observer = { event in
                if case .submitted(let query, _) = event { submitted.append(query) }
            }
            _ = try await client.keys()
            let query = client.query(januaryQuery(days: 2))
            try await HostLoop.sleep(for: .seconds(1))
            let start = HostLoop.now
            await client.close()
            let error = await FinoutError.of { () async throws(FinoutError) in try await query.wait() }
            #expect(error?.code == .cancelled && HostLoop.now - start == .seconds(3))
            #expect(submitted == ["q_1"] && service.count("status") == 0)
        }
    }

    @Test func `a wait for a slot ends at once`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let client = try FinoutClient(
                .test { $0.limits.routes["submit"] = RateLimit(1, per: .seconds(60)) }, http: service)
            let call = { @HostLoop @Sendable () async -> FinoutError.Code? in
                await FinoutError.of { () async throws(FinoutError) in
                    try await client.request(method: "POST", path: RouteTable.submit.template).status
                }?.code
            }
            #expect(await call() == nil)
            let second = HostLoop.task { await call() }
            try await HostLoop.sleep(for: .seconds(5))
            let start = HostLoop.now
            second.cancel()
            #expect(await second.value == .cancelled && HostLoop.now == start && service.count("submit") == 1)
        }
    }

    @Test func `over a real connection the service counts the query and the client knows its id`() async throws {
        try await HostLoop.withRealClock {
            var options = DemoOptions(today: HostLoop.now.day)
            options.latency = .milliseconds(200)
            let server = try SimulatorServer(options)
            defer { server.stop() }
            let client = try FinoutClient(
                ClientConfiguration(
                    baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey),
                http: HTTPClient())
            let day = HostLoop.now.day - 3
            _ = client.query(QuerySpecification(days: day...day))
            while client.statistics.requests["submit"] == nil { try await HostLoop.sleep(for: .milliseconds(5)) }
            await client.close()
            #expect(server.report.requests[.submit] == 1 && server.report.submissions == 1)
            #expect(client.statistics.submissions == 1)
            #expect(client.statistics.requests["status"] == nil)
        }
    }
}
