import Finout
import HostLoop
import RowDecoder
import Simulator
import Testing

/// A client and the demo account, over HTTP.
@HostLoop private struct Account {
    let server: SimulatorServer
    let client: FinoutClient

    init(
        _ change: (inout DemoOptions) -> Void = { _ in },
        client configure: (inout ClientConfiguration) -> Void = { _ in }
    ) throws {
        var options = DemoOptions(today: HostLoop.now.day)
        change(&options)
        server = try SimulatorServer(options)
        var configuration = ClientConfiguration(
            baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
        configure(&configuration)
        client = try FinoutClient(configuration, http: HTTPClient())
    }

    /// The reference evaluation of a query: rows as lines of NDJSON, sorted.
    func reference(_ specification: QuerySpecification) throws -> [String] {
        let resolved = try specification.resolved(
            by: KeyCatalog(
                keys: DemoKey.all.map {
                    KeyInfo(costCenter: $0.costCenter, key: $0.key, displayName: $0.displayName, types: $0.types)
                }))
        guard case .days(let first, let last) = specification.dates else { return [] }
        let window = QueryWindow(firstDay: first.daysSinceEpoch, nextDay: last.daysSinceEpoch + 1)
        let columns = [resolved.interval.rawValue] + resolved.dimensions.map(\.columnName)
        return try server.account.evaluate(resolved.body(for: window)).map { row in
            var members = columns.map { JSONValue.Member(name: $0, value: row[$0] ?? .null) }
            for measurement in resolved.measurements {
                let amount = row[measurement.columnName]?["amount"]?.number
                members.append(.init(name: measurement.columnName, value: amount.map { .number($0) } ?? .null))
            }
            return String(decoding: try JSONValue.object(members).serialized(), as: UTF8.self)
        }.sorted()
    }

    /// The same query through the client: rows as lines of NDJSON, sorted.
    func rows(_ specification: QuerySpecification) async throws -> [String] {
        var named = specification
        let resolved = try specification.resolved(by: KeyCatalog(keys: try await client.keys()))
        for index in named.measurements.indices {
            named.measurements[index].alias = resolved.measurements[index].columnName
        }
        return try await client.query(named).rows().lines().map(String.init).sorted()
    }
}

private func query(days: Int, back: Int = 2, _ change: (inout QuerySpecification) -> Void = { _ in })
    -> QuerySpecification
{
    let last = HostLoop.now.day - back
    var specification = QuerySpecification(
        days: (last - (days - 1))...last, dimensions: [Dimension(key: KeyReference(path: "AWS/service")!)])
    change(&specification)
    return specification
}

struct DemoAccountTests {
    @Test(arguments: Interval.allCases)
    func `200 days by service are, row for row, what the account holds`(interval: Interval) async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account()
            let asked = query(days: 200) { $0.interval = interval }
            let rows = try await account.rows(asked)
            #expect(rows.count > 100)
            #expect(rows == (try account.reference(asked)))
            #expect(account.server.report.isClean)
        }
    }

    @Test func `100 queries of one client break no limit and read no result early`() async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account()
            let queries = (0..<100).map { account.client.query(query(days: 1 + $0 % 50, back: 2 + $0 / 50)) }
            for query in queries {
                let lines = try await query.rows().lines()
                #expect(lines.count == query.totalRows)
            }
            let report = account.server.report
            #expect(report.isClean, "\(report.violations)")
            #expect(report.submissions == 100 && report.peakInFlight <= 5 && report.peakRunning <= 50)
            #expect(account.client.statistics.earlyResults == 0)
        }
    }

    @Test func `two queries take the time of one`() async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account { $0.queryDuration = .seconds(100) ... .seconds(100) }
            let start = HostLoop.now
            let queries = [account.client.query(query(days: 10)), account.client.query(query(days: 20))]
            for query in queries { try await query.wait() }
            #expect(HostLoop.now - start < .seconds(115))
        }
    }

    @Test func `a window of 228,977 rows arrives whole`() async throws {
        try await HostLoop.withVirtualClock {
            let last = HostLoop.now.day - 2
            let days = (last - 29)...last
            let account = try Account { $0.bulk = (days, 228_977) }
            let asked = QuerySpecification(
                days: days, dimensions: [Dimension(key: KeyReference(path: "AWS/extracted_resource")!)])
            let query = account.client.query(asked)
            let source = query.rows()
            let buffer = RowBuffer()
            while try await source.advance() {
                try source.reader.write(.ndjson, into: buffer)
                buffer.clear()
            }
            #expect(source.reader.rowsRead == 228_977 && query.totalRows == 228_977)
            #expect(query.ids.count == 4)
            #expect(account.server.report.isClean, "\(account.server.report.violations)")
        }
    }

    @Test func `one day of more than 100,000 rows is incomplete`() async throws {
        try await HostLoop.withVirtualClock {
            let last = HostLoop.now.day - 2
            let account = try Account { $0.bulk = (last...last, 100_001) }
            let asked = QuerySpecification(
                days: (last - 1)...last, dimensions: [Dimension(key: KeyReference(path: "AWS/extracted_resource")!)])
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await account.client.query(asked).wait()
            }
            #expect(error?.code == .incomplete && error?.message.contains("\(last)") == true)
        }
    }

    @Test func `results that are read a day later have expired`() async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account()
            let asked = account.client.query(query(days: 5))
            #expect(try await asked.rows().lines().count > 0)
            try await HostLoop.sleep(for: .seconds(25 * 3600))
            let error = await FinoutError.of { () async throws(FinoutError) in try await asked.rows().lines() }
            #expect(error?.code == .resultsExpired)
        }
    }

    @Test func `the values of every key can be asked for`() async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account()
            let keys = try await account.client.keys()
            #expect(keys.count == DemoKey.all.count)
            for key in keys {
                let reference = KeyReference(costCenter: key.costCenter, key: key.key, type: key.types.first)
                #expect(try await account.client.values(of: reference).isEmpty == false, "\(reference)")
            }
            #expect(account.server.report.isClean)
        }
    }

    @Test func `wrong credentials are refused once`() async throws {
        try await HostLoop.withVirtualClock {
            let account = try Account(client: { $0.secretKey = "not-the-secret" })
            let error = await FinoutError.of { () async throws(FinoutError) in try await account.client.keys() }
            #expect(error?.code == .unauthorized && error?.httpStatus == 401)
            #expect(account.server.report.requests[.keys] == 1)
        }
    }

    @Test func `a day of queries under tight limits breaks none`() async throws {
        try await HostLoop.withVirtualClock {
            let started = ContinuousClock.now
            var limits = LimitSettings()
            for route in RouteTable.all { limits.routes[route.name] = RateLimit(5, per: .seconds(60)) }
            limits.runningQueries = 5
            limits.inFlight = 1
            let account = try Account(
                {
                    $0.limits = SimulatorLimits().scaled(by: 0.1)
                    $0.queryDuration = .seconds(600) ... .seconds(3000)
                }, client: { $0.limits = limits })
            let start = HostLoop.now
            let queries = (0..<240).map { account.client.query(query(days: 1 + $0 % 60, back: 2 + $0 / 60)) }
            for query in queries { try await query.wait() }
            #expect(HostLoop.now - start > .seconds(20 * 3600))
            let report = account.server.report
            #expect(report.isClean && report.submissions == 240, "\(report.violations)")
            // Virtual hours are real seconds.
            #expect(ContinuousClock.now - started < .seconds(60))
        }
    }
}
