import Finout
import HostLoop
import RowDecoder
import Simulator
import StateStore
import Testing

/// Several clients of one account, each with its own connection to the state, as processes have.
struct SharedLimitTests {
    @Test func `eight clients of one state break no limit and use what the limits allow`() async throws {
        try await inState { path in
            var options = DemoOptions(today: HostLoop.now.day)
            options.queryDuration = .seconds(2) ... .seconds(9)
            let server = try SimulatorServer(options)
            let last = HostLoop.now.day - 2
            var runs: [Task<[Int?], Never>] = []
            for number in 0..<8 {
                var configuration = ClientConfiguration(
                    baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
                configuration.queryPatience = .seconds(7200)
                let client = try FinoutClient(
                    configuration, http: HTTPClient(), state: try StateStore(path: path, label: "client \(number)"))
                runs.append(
                    HostLoop.task {
                        let queries = (0..<40).map { index in
                            let day = last - (number * 40 + index)
                            return client.query(QuerySpecification(days: day...day))
                        }
                        var rows: [Int?] = []
                        for query in queries { rows.append(try? await query.rows().lines().count) }
                        return rows
                    })
            }
            for run in runs { #expect(await run.value == Array(repeating: 1, count: 40)) }
            let report = server.report
            #expect(report.isClean && report.submissions == 320, "\(report)")
            #expect(report.statuses[429] == nil && report.peakInFlight <= 5, "\(report)")
            // The last submission at the limit's pace from the first on: what comes after it is its query's own time.
            let pace = Duration.seconds(60) * ((report.submissions - 1) / 50)
            let taken = try #require(report.submittedWithin.map { $0.upperBound - $0.lowerBound })
            #expect(
                pace / taken >= 0.95, "\(report.submissions) submissions took \(taken) and could have taken \(pace)")
        }
    }

    @Test func `what a program beside finlua uses is seen in the headers and left to it`() async throws {
        try await HostLoop.withVirtualClock {
            var options = DemoOptions(today: HostLoop.now.day)
            options.queryDuration = .seconds(1) ... .seconds(1)
            let server = try SimulatorServer(options)
            let configuration = ClientConfiguration(
                baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
            let client = try FinoutClient(configuration, http: HTTPClient())
            // Another tool, with a state of its own: it takes 40 of the 50 submissions of the minute.
            let other = try FinoutClient(configuration, http: HTTPClient())
            for _ in 0..<40 {
                _ = try? await other.request(method: "POST", path: RouteTable.submit.template, body: [:])
            }
            let last = HostLoop.now.day - 2
            let queries = (0..<60).map { client.query(QuerySpecification(days: (last - $0)...(last - $0))) }
            for query in queries { try await query.wait() }
            let report = server.report
            #expect(report.statuses[429] == nil && report.violations[.routeLimit] == nil, "\(report)")
        }
    }

    @Test func `the day's budget is used to the last query, by all together, and none over`() async throws {
        try await inState(from: Day("2026-11-20")!.start) { path in
            let service = CountingService()
            let clients = try (0..<2).map { number in
                try FinoutClient(
                    .test {
                        $0.deadline = Day("2026-11-21")!.start
                        // Nobody says when these end.
                        $0.abandonedHold = .seconds(10)
                    }, http: service, state: try StateStore(path: path, label: "client \(number)"))
            }
            let submissions = (0..<10_050).map { index in
                HostLoop.task { await Self.submit(clients[index % 2]) }
            }
            var errors: [FinoutError] = []
            for submission in submissions { if let error = await submission.value { errors.append(error) } }
            #expect(service.submissions == 10_000)
            #expect(errors.count == 50)
            #expect(errors.allSatisfy { $0.code == .quotaExhausted && $0.comeBackAt == Day("2026-11-21")!.start })
            #expect(HostLoop.now < Day("2026-11-21")!.start)
            try await HostLoop.sleep(until: Day("2026-11-21")!.start)
        }
    }

    @HostLoop private static func submit(_ client: FinoutClient) async -> FinoutError? {
        await FinoutError.of { () async throws(FinoutError) in
            _ = try await client.request(method: "POST", path: RouteTable.submit.template, body: [:])
        }
    }
}

/// Takes submissions and counts them.
@HostLoop private final class CountingService: Transport {
    private(set) var submissions = 0

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        submissions += 1
        do { try await HostLoop.sleep(for: .milliseconds(40)) } catch {
            throw HTTPError(kind: .cancelled, message: "cancelled")
        }
        return HTTPResponse(
            status: 200, headers: HTTPHeaders(),
            body: ReceivedBody(copying: Array(#"{"data":{"queryId":"q"}}"#.utf8)), version: "1.1", duration: .zero)
    }
}
