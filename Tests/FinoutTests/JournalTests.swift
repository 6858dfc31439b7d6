import Finout
import HostLoop
import RowDecoder
import StateStore
import Testing

private typealias Answer = ScriptedService.Answer

/// Nothing is paid for twice: identical queries of a run are one, and a run that died goes on with what it submitted.
struct JournalTests {
    @HostLoop private static func client(
        _ service: ScriptedService, _ state: StateStore, run: String? = "the run",
        _ change: (inout ClientConfiguration) -> Void = { _ in }
    ) throws -> FinoutClient {
        try FinoutClient(
            .test(change), http: service, state: state, journal: run.map { RunJournal(state, run: $0) })
    }

    @Test func `the id of a query is written down before its first poll`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            var journaled: [Int] = []
            service.script["status"] = { _, _ in
                journaled.append((try? RunJournal(state, run: "the run").queries().count) ?? -1)
                return nil
            }
            try await Self.client(service, state).query(januaryQuery(days: 3)).wait()
            #expect(journaled.first == 1)
            let entry = try #require(try RunJournal(state, run: "the run").queries().first)
            #expect(entry.query == "q_1" && entry.completed != nil && entry.totalRows == 9)
        }
    }

    @Test func `identical queries of a run are submitted once and both are whole`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            let client = try Self.client(service, state)
            let queries = [client.query(januaryQuery(days: 100)), client.query(januaryQuery(days: 100))]
            let first = try await queries[0].rows().lines()
            #expect(first.count == 300)
            #expect(try await queries[1].rows().lines() == first)
            #expect(try await client.query(januaryQuery(days: 100)).rows().lines() == first, "also when it is done")
            #expect(service.count("submit") == 2 && client.statistics.submissions == 2)
            #expect(client.statistics.shared == 4)
            #expect(queries[1].ids.sorted() == ["q_1", "q_2"])
        }
    }

    @Test func `a query that is shared goes on when one who asked is cancelled, and ends with the last`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            let client = try Self.client(service, state)
            let queries = [client.query(januaryQuery(days: 3)), client.query(januaryQuery(days: 3))]
            try await HostLoop.sleep(for: .milliseconds(500))
            queries[0].cancel()
            #expect(try await queries[1].rows().lines().count == 9)
            #expect(
                await FinoutError.of { () async throws(FinoutError) in try await queries[0].wait() }?.code == .cancelled
            )

            service.duration = .seconds(3600)
            let others = [client.query(januaryQuery(days: 4)), client.query(januaryQuery(days: 4))]
            try await HostLoop.sleep(for: .seconds(10))
            for query in others { query.cancel() }
            await client.close()
            let polls = service.count("status")
            try await HostLoop.sleep(for: .seconds(600))
            #expect(service.count("status") == polls)
        }
    }

    @Test func `a query that was given up and is asked again goes on with the id that is known`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            service.duration = .seconds(60)
            let client = try Self.client(service, state)
            let first = client.query(januaryQuery(days: 3))
            try await HostLoop.sleep(for: .seconds(10))
            first.cancel()
            _ = await FinoutError.of { () async throws(FinoutError) in try await first.wait() }
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(try service.count("submit") == 1 && client.limits().first { $0.name == "running" }?.used == 0)
        }
    }

    @Test func `a query whose status could not be had is polled on when it is asked again`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            service.script["status"] = { _, _ in Answer(status: 500) }
            let client = try Self.client(service, state)
            let first = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 3)).wait()
            }
            #expect(first?.code == .unavailable)
            service.script["status"] = nil
            try await HostLoop.sleep(for: .seconds(60))
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(service.count("submit") == 1)
        }
    }

    @Test func `a query that is asked again while it is being given up is neither paid for twice nor cancelled`()
        async throws
    {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            let client = try Self.client(service, state)
            _ = try await client.keys()
            service.delay = .seconds(4)
            let first = client.query(januaryQuery(days: 3))
            try await HostLoop.sleep(for: .seconds(1))
            // Its submission is on its way and will be answered.
            first.cancel()
            try await HostLoop.sleep(for: .seconds(1))
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(service.count("submit") == 1)
            #expect(await FinoutError.of { () async throws(FinoutError) in try await first.wait() }?.code == .cancelled)
        }
    }

    @Test func `a query that failed is not shared with whoever asks later`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            service.script["status"] = { _, count in
                count == 1 ? Answer(body: #"{"data":{"status":"FAILED"}}"#) : nil
            }
            let client = try Self.client(service, state)
            let first = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 3)).wait()
            }
            #expect(first?.code == .queryFailed)
            #expect(try RunJournal(state, run: "the run").queries().isEmpty)
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(service.count("submit") == 2)
        }
    }

    @Test(arguments: 1...14) func `a run that died at any request goes on with what was accepted`(at death: Int)
        async throws
    {
        try await inState { path in
            let service = ScriptedService()
            // Two windows; the first has more rows than a query gives and is asked again in parts.
            let asked = januaryQuery(days: 70)
            @HostLoop func client() throws -> FinoutClient {
                try Self.client(service, try StateStore(path: path, label: "")) {
                    $0.rowLimit = 150
                    $0.pageSize = 50
                }
            }
            let undisturbed = ScriptedService()
            let whole = try await FinoutClient(
                .test {
                    $0.rowLimit = 150
                    $0.pageSize = 50
                }, http: undisturbed
            ).query(asked).rows().lines()
            #expect(whole.count == 210)

            // From this request on nothing is answered any more, as after the death of the process.
            service.dies(at: death)
            let dying = try client().query(asked)
            let reader = HostLoop.task { try? await dying.rows().lines() }
            try await HostLoop.sleep(for: .seconds(100))
            let known = try RunJournal(try StateStore(path: path, label: ""), run: "the run").queries()
            let accepted = service.count("submit")
            service.revives()

            let resumed = try client()
            #expect(try await resumed.query(asked).rows().lines() == whole)
            #expect(resumed.statistics.resumed == known.count)
            #expect(resumed.statistics.submissions == undisturbed.count("submit") - known.count)
            // What was sent and not answered is the only thing that may be paid for twice.
            #expect(service.count("submit") - undisturbed.count("submit") == accepted - known.count)
            reader.cancel()
        }
    }

    @Test func `a result that cannot be whole is asked for anew by whoever asks again`() async throws {
        try await HostLoop.withVirtualClock {
            let (service, state) = (ScriptedService(), StateStore())
            service.script["results"] = { request, _ in
                request.url.contains("q_1/") ? service.page(0, cursor: nil, request, total: 99) : nil
            }
            let client = try Self.client(service, state)
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 3)).rows().lines()
            }
            #expect(error?.code == .incomplete)
            #expect(try RunJournal(state, run: "the run").queries().isEmpty)
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(service.count("submit") == 2)
        }
    }

    @Test func `results that are about to go are not relied on`() async throws {
        try await inState { path in
            let service = ScriptedService()
            let asked = januaryQuery(days: 3)
            try await Self.client(service, try StateStore(path: path, label: "")).query(asked).wait()
            try await HostLoop.sleep(for: .seconds(23 * 3600 + 2400))
            let late = try Self.client(service, try StateStore(path: path, label: ""))
            try await late.query(asked).wait()
            #expect(late.statistics.submissions == 1 && late.statistics.resumed == 0)
        }
    }

    @Test func `a query that the service does not know any more is submitted anew`() async throws {
        try await inState { path in
            let service = ScriptedService()
            service.duration = .seconds(3600)
            let asked = januaryQuery(days: 3)
            let client = try Self.client(service, try StateStore(path: path, label: ""))
            let query = client.query(asked)
            try await HostLoop.sleep(for: .seconds(5))
            query.cancel()
            await client.close()
            service.duration = .seconds(1)
            service.script["status"] = { request, _ in
                request.url.contains("q_1/")
                    ? Answer(status: 404, body: #"{"code":"NOT_FOUND","message":"no query"}"#) : nil
            }
            let later = try Self.client(service, try StateStore(path: path, label: ""))
            #expect(try await later.query(asked).rows().lines().count == 9)
            #expect(later.statistics.resumed == 1 && later.statistics.submissions == 1)
        }
    }
}
