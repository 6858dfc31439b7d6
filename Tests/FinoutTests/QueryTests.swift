import Finout
import HostLoop
import RowDecoder
import Testing

private typealias Answer = ScriptedService.Answer

/// One query from its submission to its last row.
struct QueryTests {
    @HostLoop private static func client(
        _ service: ScriptedService, _ change: (inout ClientConfiguration) -> Void = { _ in }
    ) throws -> FinoutClient {
        try FinoutClient(.test(change), http: service)
    }

    @HostLoop private static func failure(
        _ service: ScriptedService, _ specification: QuerySpecification = januaryQuery(days: 3),
        _ change: (inout ClientConfiguration) -> Void = { _ in }
    ) async throws -> FinoutError? {
        let client = try client(service, change)
        return await FinoutError.of { () async throws(FinoutError) in
            try await client.query(specification).rows().lines()
        }
    }

    @Test func `a query starts at once and its rows come with the names asked for`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let query = try Self.client(service).query(januaryQuery(days: 2))
            try await HostLoop.sleep(for: .seconds(30))
            #expect(query.totalRows == 6 && query.ids == ["q_1"])
            let lines = try await query.rows().lines()
            #expect(lines.count == 6)
            #expect(lines.first == #"{"day":"2026-01-01","service":"s0","cost":1}"#)
            #expect(try await query.rows().lines() == lines, "read again from the first")
            #expect(try await query.plan().outputColumns == ["day", "service", "cost"])
        }
    }

    @Test func `the body holds every field the API wants, and no other`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let specification = januaryQuery(days: 30) {
                $0.interval = .week
                $0.measurements = [Measurement(type: .usageAmount, operator: .max, sort: .descending)]
                $0.filter = .all([
                    .leaf(FilterLeaf(key: KeyReference(path: "AWS/Region")!, operator: .oneOf, values: ["us-east-1"])),
                    .any([.leaf(FilterLeaf(key: KeyReference(path: "AWS/service")!, operator: .exists))]),
                ])
            }
            try await Self.client(service).query(specification).wait()
            let expected = """
                {"date":{"unixTimeMillisecondsStart":1767225600000,"unixTimeMillisecondsEnd":1769817599999},\
                "timeInterval":{"interval":"week"},\
                "measurements":[{"type":"usageAmount","operator":"max","sortDirection":"descending"}],\
                "dimensions":[{"costCenter":"AWS","key":"service","type":"billing_dimension"}],\
                "filters":{"AND":[{"costCenter":"AWS","key":"region","type":"billing_dimension","operator":"oneOf",\
                "value":["us-east-1"]},{"OR":[{"costCenter":"AWS","key":"service","type":"billing_dimension",\
                "operator":"exists"}]}]},"rowLimit":100000}
                """
            #expect(try service.submissions.map { String(decoding: try $0.serialized(), as: UTF8.self) } == [expected])
        }
    }

    @Test func `a broken rule costs no request`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let error = try await Self.failure(service, januaryQuery(days: 3) { $0.rowLimit = 0 })
            #expect(error?.code == .badQuery && service.received.isEmpty)
            let unknown = try await Self.failure(
                service, januaryQuery(days: 3) { $0.dimensions[0].key.key = "servise" })
            #expect(unknown?.hint == "Did you mean 'AWS/service'?")
            #expect(service.count("submit") == 0)
        }
    }

    @Test func `a status of any case or word is waited for, and results are never read early`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let words = ["QUEUED", "Running", "finalizing", "CoMpLeTeD"]
            service.script["status"] = { _, nth in Answer(body: service.status(words[min(nth, 4) - 1], total: 9)) }
            let client = try Self.client(service)
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(service.count("status") == 4)
            #expect(service.received.last?.route == "results")
            #expect(client.statistics.earlyResults == 0)
        }
    }

    @Test func `a completed status without rows takes them from the pages`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: #"{"data":{"status":"completed"}}"#) }
            let query = try Self.client(service).query(januaryQuery(days: 3))
            #expect(try await query.rows().lines().count == 9)
            #expect(query.totalRows == 9)
        }
    }

    @Test(arguments: [("FAILED", FinoutError.Code.queryFailed), ("expired", .resultsExpired)])
    func `a query that ends badly is reported and not submitted again`(
        status: String, code: FinoutError.Code
    ) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: service.status(status, total: 0)) }
            let error = try await Self.failure(service)
            #expect(error?.code == code && error?.requestID == "r")
            #expect(error?.message.contains("q_1") == true)
            #expect(service.count("submit") == 1)
        }
    }

    @Test(arguments: [
        (424, "QUERY_FAILED", FinoutError.Code.queryFailed), (410, "RESULTS_EXPIRED", .resultsExpired),
        (400, "CURSOR_INVALID", .badResponse), (400, "PAGE_SIZE_LIMIT_EXCEEDED", .badQuery), (410, "", .resultsExpired),
    ])
    func `an error of the results has its meaning`(status: Int, apiCode: String, code: FinoutError.Code) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["results"] = { _, _ in
                Answer(status: status, body: #"{"code":"\#(apiCode)","requestId":"r3"}"#)
            }
            let error = try await Self.failure(service)
            #expect(error?.code == code && error?.httpStatus == status && error?.requestID == "r3")
            #expect(service.count("submit") == 1 && service.count("results") == 1)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4])
    func `results that are early after all lead back to the status`(form: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let early = [
                Answer(status: 102), Answer(status: 202, body: #"{"error":"QUERY_RUNNING"}"#), Answer(status: 200),
                Answer(error: .malformed), Answer(status: 409, body: #"{"code":"QUERY_QUEUED"}"#),
            ][form]
            service.script["results"] = { _, nth in nth <= 2 ? early : nil }
            let client = try Self.client(service)
            #expect(try await client.query(januaryQuery(days: 3)).rows().lines().count == 9)
            #expect(client.statistics.earlyResults == 2)
            let routes = service.received.map(\.route)
            #expect(routes.suffix(5) == ["results", "status", "results", "status", "results"])
        }
    }

    @Test func `a query that never ends is given up by its own clock, a run by its deadline`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: #"{"data":{"status":"running"}}"#) }
            let patient = try await Self.failure(service) { $0.queryPatience = .seconds(1800) }
            #expect(patient?.code == .deadline && patient?.message.contains("30m, the time one query may take") == true)
            let start = HostLoop.now
            let hurried = try await Self.failure(service) { $0.deadline = start + .seconds(60) }
            #expect(hurried?.code == .deadline && hurried?.message.contains("The run's deadline") == true)
            #expect(HostLoop.now == start + .seconds(60))
        }
    }

    @Test func `cancelling ends the waiting and the polling, and keeps the place of what may still run`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(3600)
            let client = try Self.client(service)
            let query = client.query(januaryQuery(days: 3))
            try await HostLoop.sleep(for: .seconds(10))
            query.cancel()
            let error = await FinoutError.of { () async throws(FinoutError) in try await query.wait() }
            #expect(error?.code == .cancelled)
            let requests = service.received.count
            #expect(try client.limits().first { $0.name == "running" }?.used == 1)
            try await HostLoop.sleep(for: .seconds(900))
            #expect(service.received.count == requests)
            #expect(try client.limits().first { $0.name == "running" }?.used == 0)
        }
    }

    @Test func `two queries overlap`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(100)
            let client = try Self.client(service)
            let start = HostLoop.now
            let queries = [client.query(januaryQuery(days: 3)), client.query(januaryQuery(days: 5))]
            for query in queries { try await query.wait() }
            #expect(HostLoop.now - start < .seconds(115))
        }
    }

    @Test func `windows run at the same time and their rows come in order`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(100)
            let client = try Self.client(service) { $0.pageSize = 50 }
            let start = HostLoop.now
            let query = client.query(januaryQuery(days: 200))
            let lines = try await query.rows().lines()
            #expect(HostLoop.now - start < .seconds(130))
            #expect(lines.count == 600 && query.totalRows == 600 && query.ids.count == 4)
            let days = lines.map { $0.dropFirst(8).prefix(10) }
            #expect(days == days.sorted() && days.last == "2026-07-19")
        }
    }

    @Test func `rows sorted by descending days come from the last window first`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let query = try Self.client(service).query(januaryQuery(days: 100) { $0.intervalSort = .descending })
            let lines = try await query.rows().lines()
            #expect(lines.count == 300)
            #expect(
                lines[0].contains("2026-03-02") && lines[299].contains("2026-03-01"), "the service's own order within")
        }
    }

    @Test func `no more than two pages exist, and the next is asked for while one is used`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let query = try Self.client(service) { $0.pageSize = 10 }.query(januaryQuery(days: 20))
            let source = query.rows()
            #expect(try await source.advance())
            try await HostLoop.sleep(for: .seconds(100))
            #expect(service.count("results") == 2)
            let buffer = RowBuffer()
            try source.reader.write(.ndjson, into: buffer)
            #expect(try await source.advance())
            try await HostLoop.sleep(for: .seconds(100))
            #expect(service.count("results") == 3)
        }
    }
}
