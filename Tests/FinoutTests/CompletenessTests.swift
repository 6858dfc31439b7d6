import Finout
import HostLoop
import RowDecoder
import Testing

private typealias Answer = ScriptedService.Answer

/// A result is whole, or there is none and a reason.
struct CompletenessTests {
    @HostLoop private static func failure(
        _ service: ScriptedService, _ specification: QuerySpecification = januaryQuery(days: 10)
    ) async throws -> FinoutError? {
        let client = try FinoutClient(
            .test {
                $0.pageSize = 10
                $0.rowLimit = 1000
            }, http: service)
        return await FinoutError.of { () async throws(FinoutError) in
            try await client.query(specification).rows().lines()
        }
    }

    @Test func `a window over the limit is asked again in parts and arrives whole`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = 76
            let client = try FinoutClient(.test { $0.rowLimit = 1000 }, http: service)
            let query = client.query(januaryQuery(days: 30))
            let lines = try await query.rows().lines()
            #expect(lines.count == 30 * 76)
            #expect(query.totalRows == 30 * 76)
            #expect(service.count("submit") == 4 && client.statistics.splits == 1)
            #expect(lines.first?.contains("2026-01-01") == true && lines.last?.contains("2026-01-30") == true)
        }
    }

    @Test(arguments: [1000, 1001])
    func `a single day at or over the limit is incomplete and names the way out`(rows: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = rows
            let error = try await Self.failure(service, januaryQuery(days: 2))
            #expect(error?.code == .incomplete)
            #expect(error?.message.contains("2026-01-0") == true && error?.message.contains("\(rows)") == true)
            #expect(error?.hint?.contains("filter") == true)
            #expect(service.count("results") == 0)
        }
    }

    @Test func `a single day over the limit is delivered in part where that is allowed`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = 1005
            let client = try FinoutClient(.test { $0.rowLimit = 1000 }, http: service)
            let query = client.query(januaryQuery(days: 1) { $0.allowPartial = true })
            #expect(try await query.rows().lines().count == 1000)
            #expect(query.incomplete?.code == .incomplete && query.totalRows == 1005)
        }
    }

    @Test(arguments: [5, 1000])
    func `the top N are the first of what there is`(limit: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            let client = try FinoutClient(.test { $0.pageSize = 10 }, http: service)
            let lines = try await client.query(januaryQuery(days: 10) { $0.rowLimit = limit }).rows().lines()
            #expect(lines.count == min(limit, 30))
            #expect(service.submissions[0]["rowLimit"]?.integer == Int64(limit))
        }
    }

    @Test(arguments: [(Interval.week, 7), (.month, 31)])
    func `a week or month that a split divides is put together again`(interval: Interval, days: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = 1400 / days
            let first = interval == .week ? day("2026-01-05") : day("2026-01-01")
            var specification = januaryQuery(days: 1) { $0.interval = interval }
            specification.dates = .days(first: first, last: first + (days - 1))
            let client = try FinoutClient(.test { $0.rowLimit = 1000 }, http: service)
            let lines = try await client.query(specification).rows().lines()
            #expect(service.count("submit") == 3)
            #expect(lines.count == days * service.rowsPerDay + 1)
            let merged = lines.filter { $0.contains(#""all""#) }
            #expect(merged == [#"{"\#(interval.rawValue)":"\#(first)","service":"all","cost":\#(days)}"#])
        }
    }

    @Test func `an average of a month over the limit is refused with the reason`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = 40
            let error = try await Self.failure(
                service,
                januaryQuery(days: 31) {
                    $0.interval = .month
                    $0.measurements = [Measurement(type: .netAmortizedCost, operator: .avg)]
                })
            #expect(error?.code == .incomplete && error?.message.contains("avg of a month") == true)
        }
    }

    @Test func `a sorted result over the limit is refused with the reason`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.rowsPerDay = 400
            let error = try await Self.failure(service, januaryQuery(days: 3) { $0.dimensions[0].sort = .ascending })
            #expect(error?.code == .incomplete && error?.message.contains("dimensions[1]") == true)
        }
    }

    @Test func `a total that only the first page names counts for the last`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: #"{"data":{"status":"completed"}}"#) }
            service.script["results"] = { request, _ in
                let isFirst =
                    service.parameter("pageSize", request) != "1" && service.parameter("cursor", request) == nil
                var answer = service.page(
                    0, cursor: service.parameter("cursor", request), request, hasMore: isFirst,
                    next: isFirst ? nil : "none")
                if !isFirst { answer.body = answer.body.replacing(#","totalRows":30"#, with: "") }
                return answer
            }
            let error = try await Self.failure(service)
            #expect(error?.code == .incomplete && error?.message.contains("20 of 30") == true)
        }
    }

    struct PageFault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: FinoutError.Code
        let make: @HostLoop @Sendable (ScriptedService, HTTPRequest) -> ScriptedService.Answer
    }

    /// What the second of three pages is.
    static let faults: [PageFault] = [
        PageFault(testDescription: "repeats the first", code: .incomplete) { service, request in
            service.page(0, cursor: nil, request, next: "20")
        },
        PageFault(testDescription: "ends the result early", code: .incomplete) { service, request in
            service.page(0, cursor: "10", request, hasMore: false, next: "none")
        },
        PageFault(testDescription: "has more but no cursor", code: .incomplete) { service, request in
            service.page(0, cursor: "10", request, next: "none")
        },
        PageFault(testDescription: "gives its own cursor again", code: .incomplete) { service, request in
            service.page(0, cursor: "10", request, next: "10")
        },
        PageFault(testDescription: "is empty with more to come", code: .incomplete) { service, request in
            service.page(0, cursor: "30", request, hasMore: true, next: "20")
        },
        PageFault(testDescription: "says another total", code: .incomplete) { service, request in
            service.page(0, cursor: "10", request, total: 31)
        },
        PageFault(testDescription: "is cut off", code: .badResponse) { service, request in
            var answer = service.page(0, cursor: "10", request)
            answer.body.removeLast(40)
            return answer
        },
        PageFault(testDescription: "holds an amount that is none", code: .badResponse) { service, request in
            var answer = service.page(0, cursor: "10", request)
            answer.body = answer.body.replacing(#""amount":15"#, with: #""amount":"much""#)
            return answer
        },
    ]

    @Test(arguments: faults)
    func `a page that cannot be right is never part of a result`(fault: PageFault) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["results"] = { request, _ in
                service.parameter("cursor", request) == "10" ? fault.make(service, request) : nil
            }
            let error = try await Self.failure(service)
            #expect(error?.code == fault.code, "\(String(describing: error))")
            #expect(error?.message.contains("q_1") == true)
        }
    }

    @Test(arguments: [0, 4, 6, 7])
    func `a page that is right when asked for again is`(index: Int) async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            var faults = 0
            service.script["results"] = { request, _ in
                guard service.parameter("cursor", request) == "10", faults < 2 else { return nil }
                faults += 1
                return Self.faults[index].make(service, request)
            }
            let error = try await Self.failure(service)
            #expect(error == nil)
            #expect(faults == 2)
        }
    }

    @Test func `a count that disagrees with the status is incomplete, or a warning where that is allowed`() async throws
    {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: service.status("completed", total: 31)) }
            service.script["results"] = { request, _ in
                service.page(0, cursor: service.parameter("cursor", request), request, total: 31)
            }
            let error = try await Self.failure(service)
            #expect(error?.code == .incomplete && error?.message.contains("30 of 31") == true)

            let client = try FinoutClient(.test { $0.pageSize = 10 }, http: service)
            let query = client.query(januaryQuery(days: 10) { $0.allowPartial = true })
            #expect(try await query.rows().lines().count == 20, "the pages before the one that cannot be right")
            #expect(query.incomplete?.code == .incomplete)
        }
    }

    @Test(arguments: [
        (Interval.day, "2025-12-31"), (.day, "2026-01-11"), (.week, "2025-12-25"), (.week, "2026-01-17"),
        (.month, "2025-12"), (.month, "2026-02-01"),
    ])
    func `rows of another time are incomplete, and the message says which`(interval: Interval, label: String)
        async throws
    {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["results"] = { _, _ in
                Answer(
                    body: #"{"pagination":{"hasMore":false},"data":[{"\#(interval.rawValue)":"\#(label)","#
                        + #""netAmortizedCost_sum":1}]}"#)
            }
            let error = try await Self.failure(service, januaryQuery(days: 10) { $0.interval = interval })
            #expect(error?.code == .incomplete)
            #expect(error?.message.contains("2026-01-01…2026-01-10 has rows of \(label.prefix(7))") == true)
        }
    }

    @Test(arguments: [
        (Interval.day, ["2026-01-01", "2026-01-10"]), (.week, ["2025-12-26", "2026-01-16"]),
        (.month, ["2026-01", "2026-01-01", "2026-01-31"]), (.day, ["Jan 1", "2025-01-01"]),
    ])
    func `a bucket that reaches beyond the window, or names no day, is of it`(interval: Interval, labels: [String])
        async throws
    {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["status"] = { _, _ in Answer(body: service.status("completed", total: labels.count)) }
            service.script["results"] = { _, _ in
                let rows = labels.map { #"{"\#(interval.rawValue)":"\#($0)","netAmortizedCost_sum":1}"# }
                return Answer(
                    body: #"{"pagination":{"hasMore":false},"data":["# + rows.joined(separator: ",") + "]}")
            }
            let client = try FinoutClient(.test(), http: service)
            let lines = try await client.query(januaryQuery(days: 10) { $0.interval = interval }).rows().lines()
            #expect(lines.count == labels.count)
        }
    }

    @Test func `an id that was given for another query is refused`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.script["submit"] = { _, nth in
                nth == 1 ? nil : Answer(body: #"{"requestId":"r","data":{"queryId":"q_1"}}"#)
            }
            let client = try FinoutClient(.test(), http: service)
            try await client.query(januaryQuery(days: 5)).wait()
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await client.query(januaryQuery(days: 6)).wait()
            }
            #expect(error?.code == .badResponse && error?.message.contains("q_1, which was given before") == true)
            #expect(service.count("submit") == 2)
        }
    }

    @Test func `a failing window ends the others and its error is the query's`() async throws {
        try await HostLoop.withVirtualClock {
            let service = ScriptedService()
            service.duration = .seconds(1000)
            service.script["status"] = { request, _ in
                service.number(request) == 1 ? Answer(body: service.status("failed", total: 0)) : nil
            }
            let start = HostLoop.now
            let error = try await Self.failure(service, januaryQuery(days: 200))
            #expect(error?.code == .queryFailed && error?.message.contains("q_2") == true)
            #expect(HostLoop.now - start < .seconds(60))
        }
    }
}
