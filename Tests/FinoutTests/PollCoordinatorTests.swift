import Finout
import HostLoop
import StateStore
import Testing

private typealias Answer = ScriptedService.Answer

/// Another process's queries, and what this one told.
@HostLoop private final class TestAccount: PollingAccount {
    var others: [PolledQuery] = []
    var budget = PollBudget(limit: RateLimit(50, per: .seconds(60)), free: 50)
    var asked: [Moment] = []
    var recorded: [(duration: ObservedDuration, kind: String)] = []

    func others(at now: Moment) -> [PolledQuery] { others }
    func statusBudget(at now: Moment) -> PollBudget { budget }
    func durations(of kind: String?) -> [ObservedDuration] { [] }
    func asked(_ id: String, at moment: Moment) { asked.append(moment) }
    func record(_ duration: ObservedDuration, of kind: String) { recorded.append((duration, kind)) }
}

struct PollCoordinatorTests {
    @HostLoop private static func client(
        _ service: ScriptedService, _ account: (any PollingAccount)? = nil
    ) throws -> FinoutClient {
        try FinoutClient(.test(), http: service, polling: account)
    }

    @Test func `a client learns how long its queries take`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(40)
            let client = try Self.client(service)
            var calls: [Int] = []
            var waits: [Duration] = []
            for days in 10..<22 {
                let (before, start) = (service.count("status"), HostLoop.now)
                try await client.query(januaryQuery(days: days)).wait()
                calls.append(service.count("status") - before)
                waits.append(HostLoop.now - start)
            }
            #expect(calls[0] >= 8 && calls[11] <= calls[0] / 2, "\(calls)")
            #expect(waits.allSatisfy { $0 < .seconds(45) } && waits[11] < .seconds(43), "\(waits)")
        }
    }

    @Test func `the account is told what is polled and how long it took`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, account) = (ScriptedService(), TestAccount())
            service.duration = .seconds(40)
            let start = HostLoop.now
            try await Self.client(service, account).query(januaryQuery(days: 3)).wait()
            #expect(account.asked.count == service.count("status") && account.asked.count >= 3)
            let (duration, kind) = try #require(account.recorded.first)
            #expect(account.recorded.count == 1 && kind == "day 2-7d by AWS/service sum")
            #expect(duration.lower < 40 && duration.upper >= 40 && duration.upper - duration.lower < 6)
            #expect(start + .seconds(duration.upper) <= HostLoop.now)
        }
    }

    @Test func `a query that fails or is cancelled leaves no duration`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, account) = (ScriptedService(), TestAccount())
            service.script["status"] = { _, nth in nth == 1 ? Answer(body: #"{"data":{"status":"failed"}}"#) : nil }
            service.duration = .seconds(500)
            let client = try Self.client(service, account)
            _ = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 3)).wait()
            }
            let query = client.query(januaryQuery(days: 4))
            try await HostLoop.sleep(for: .seconds(20))
            query.cancel()
            _ = await FinoutError.of { () async throws(FinoutError) in try await query.wait() }
            #expect(account.recorded.isEmpty && account.asked.count > 2)
        }
    }

    @Test func `a query that ran unwatched tells no duration, unless it is seen running`() async throws {
        try await HostLoop.withVirtualClock {
            let state = StateStore()
            for (isOver, expected) in [(true, 0), (false, 1)] {
                let (service, account) = (ScriptedService(), TestAccount())
                service.duration = .seconds(isOver ? 200 : 400)
                let journal = RunJournal(state, run: "\(isOver)")
                let first = try FinoutClient(.test(), http: service, state: state, journal: journal)
                let lost = first.query(januaryQuery(days: 3))
                try await HostLoop.sleep(for: .seconds(100))
                lost.cancel()
                try await HostLoop.sleep(for: .seconds(200))
                let client = try FinoutClient(
                    .test(), http: service, state: state, journal: RunJournal(state, run: "\(isOver)"), polling: account
                )
                try await client.query(januaryQuery(days: 3)).wait()
                #expect(service.count("submit") == 1 && account.recorded.count == expected)
            }
        }
    }

    @Test func `a more urgent query of another process goes first, unless its process is gone`() async throws {
        @HostLoop func firstAsked(_ others: [PolledQuery]) async throws -> Duration {
            let (service, account) = (ScriptedService(), TestAccount())
            account.others = others
            account.budget.free = 1
            let start = HostLoop.now
            try await Self.client(service, account).query(januaryQuery(days: 3)).wait()
            return try #require(account.asked.first) - start
        }
        try await HostLoop.withVirtualClock {
            let alone = try await firstAsked([])
            let urgent = PolledQuery(id: "other", kind: "k", submitted: HostLoop.now - .seconds(300))
            let second = try await firstAsked([urgent])
            #expect(second > alone && second >= .seconds(5) && second < alone + .seconds(8), "\(alone) \(second)")
            let asked = PolledQuery(
                id: "other", kind: "k", submitted: HostLoop.now - .seconds(300), lastAsked: HostLoop.now)
            #expect(try await firstAsked([asked]) < second)
        }
    }

    @Test func `no status call waits for the limit, however many queries run`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(90)
            let client = try Self.client(service)
            let start = HostLoop.now
            let queries = (1...45).map { client.query(januaryQuery(days: $0)) }
            for query in queries { try await query.wait() }
            #expect(client.statistics.waits["status"] == nil && service.count("status") > 90)
            #expect(HostLoop.now - start < .seconds(90 + 60))
        }
    }

    @Test func `a process knows what the others of its state have learnt`() async throws {
        try await inState { path in
            let service = ScriptedService()
            service.duration = .seconds(40)
            var calls: [Int] = []
            for days in 10..<22 {
                let before = service.count("status")
                let state = try StateStore(path: path, label: "")
                try await FinoutClient(.test(), http: service, state: state).query(januaryQuery(days: days)).wait()
                calls.append(service.count("status") - before)
            }
            #expect(calls[0] >= 8 && calls[11] <= calls[0] / 2, "\(calls)")
        }
    }

    @Test func `processes share the status calls without waiting for the limit`() async throws {
        try await inState { path in
            let service = ScriptedService()
            service.duration = .seconds(90)
            let start = HostLoop.now
            let clients = try (0..<4).map { _ in
                try FinoutClient(.test(), http: service, state: try StateStore(path: path, label: ""))
            }
            var found: [Duration] = []
            var queries: [Query] = []
            for (index, client) in clients.enumerated() {
                client.observer = { event in
                    if case .completed = event { found.append(HostLoop.now - start) }
                }
                queries += (1...11).map { client.query(januaryQuery(days: 11 * index + $0)) }
            }
            for query in queries { try await query.wait() }
            #expect(clients.allSatisfy { $0.statistics.waits["status"] == nil })
            // They are alike: what the first to be found tells, the others are found by.
            let average = found.reduce(.zero, +) / found.count
            #expect(found.count == 44 && average < .seconds(125), "\(average)")
        }
    }
}
