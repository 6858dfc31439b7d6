import HostLoop
import RowDecoder
import Simulator
import Testing

@Suite struct LimitsTests {
    @Test func `fifty requests of a route pass in any sixty seconds, the next is refused with when to come back`()
        async throws
    {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            for _ in 1...25 { #expect(try await visitor.keys().status == 200) }
            try await HostLoop.sleep(for: .seconds(30))
            for _ in 1...24 { #expect(try await visitor.keys().status == 200) }
            let last = try await visitor.keys()
            #expect(last.status == 200)
            #expect(last.headers["ratelimit"] == "limit=50, remaining=0, reset=30")
            #expect(last.headers["x-endpoint-ratelimit-remaining"] == "0")

            let refused = try await visitor.keys()
            #expect(refused.status == 429 && refused.code == "RATE_LIMIT_EXCEEDED")
            #expect(refused.headers["retry-after"] == "30")
            #expect(try await visitor.values("AWS/service").status == 200)

            try await HostLoop.sleep(for: .seconds(30))
            for _ in 1...25 { #expect(try await visitor.keys().status == 200) }
            #expect(try await visitor.keys().status == 429)
            let report = visitor.server.report
            #expect(report.violations == [.routeLimit: 2])
            #expect(report.requests[.keys] == 77)
            #expect(report.peakInWindow == [.keys: 52, .values: 1])
            #expect(report.statuses == [200: 76, 429: 2])
        }
    }

    @Test func `a day takes so many submissions, the next day as many again`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor { $0.limits.submissionsPerDay = 3 }
            let asked = body(today - 5, today)
            for left in ["2", "1", "0"] {
                let answer = try await visitor.submit(asked)
                #expect(answer.status == 200 && answer.headers["x-account-ratelimit-remaining"] == left)
            }
            let refused = try await visitor.submit(asked)
            #expect(refused.status == 429 && refused.code == "RATE_LIMIT_DAILY_EXCEEDED")
            // The clock stands at 07:00.
            #expect(refused.headers["retry-after"] == "\(17 * 3_600)")
            #expect(refused.headers["x-account-ratelimit-remaining"] == "0")
            try await HostLoop.sleep(for: .seconds(17 * 3_600))
            #expect(try await visitor.submit(asked).status == 200)
            #expect(visitor.server.report.violations == [.dailyLimit: 1, .repeatedSubmission: 3])
            #expect(visitor.server.report.submissions == 4)
        }
    }

    @Test func `fifty queries run at a time`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor {
                $0.limits.requestsPerRoute = 1_000
                $0.queryDuration = .seconds(20) ... .seconds(20)
            }
            for number in 1...50 { #expect(try await visitor.submit(body(today - number, today)).status == 200) }
            let refused = try await visitor.submit(body(today, today))
            #expect(refused.status == 429 && refused.code == "CONCURRENT_REQUESTS_LIMIT_EXCEEDED")
            try await HostLoop.sleep(for: .seconds(20))
            #expect(try await visitor.submit(body(today, today)).status == 200)
            let report = visitor.server.report
            #expect(report.peakRunning == 50)
            #expect(report.violations == [.runningLimit: 1])
        }
    }

    @Test func `more than five requests at the same time are answered and counted`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor { $0.latency = .milliseconds(300) }
            func together(_ count: Int) async {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<count { group.addTask { await ask(visitor) } }
                }
            }
            await together(5)
            #expect(visitor.server.report.peakInFlight == 5)
            #expect(visitor.server.report.isClean)
            await together(7)
            #expect(visitor.server.report.peakInFlight == 7)
            #expect(visitor.server.report.violations == [.inFlight: 2])
        }
    }

    @Test func `scaled limits keep their window`() {
        let limits = SimulatorLimits().scaled(by: 0.1)
        #expect(limits.requestsPerRoute == 5)
        #expect(limits.submissionsPerDay == 1_000)
        #expect(limits.runningQueries == 5)
        #expect(limits.requestsInFlight == 1)
        #expect(limits.window == .seconds(60))
    }

    @Test(arguments: LimitCase.all)
    func `each documented limit has its code`(_ limit: LimitCase) async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let refused = try await visitor.submit(limit.body)
            #expect(refused.status == 400)
            #expect(refused.code == limit.code)
            #expect(visitor.server.report.submissions == 0)
        }
    }

    @Test func `what stands at a limit passes`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor()
            let most = body(
                today - 59, today,
                measurements: Measure.allCases.prefix(5).map { ["type": .string($0.rawValue)] },
                dimensions: DemoKey.all.filter { $0.costCenter != "Virtual Tags" }.prefix(20).map {
                    key("\($0.costCenter)|\($0.key)|\($0.types[0])")
                },
                filters: [
                    "OR": .array(Array(repeating: condition("Virtual Tags|Team|virtual_tag", "exists"), count: 30))
                ], rowLimit: 100_000)
            #expect(try await visitor.submit(most).status == 200)
        }
    }

    @Test(arguments: WrongField.all)
    func `a wrong field is named`(_ wrong: WrongField) throws {
        guard case .object(var members) = body(today, today) else { return }
        members.removeAll { $0.name == wrong.field }
        members.append(.init(name: wrong.field, value: wrong.value))
        let error = #expect(throws: SimulatorError.self) { try account.evaluate(.object(members)) }
        #expect(error?.code == "BAD_REQUEST" && error?.status == 400)
        #expect(error?.message.contains(wrong.message) == true, "\(error?.message ?? "no error")")
    }
}

/// A body beyond one documented limit, and the limit's code.
struct LimitCase: Sendable {
    let code: String
    let body: JSONValue

    private static let service = "AWS|service|billing_dimension"
    private static let manyDimensions = [JSONValue](repeating: key(service), count: 21)
    private static let manyFilters = JSONValue.array(Array(repeating: condition(service, "exists"), count: 31))
    private static let threeTags = ["Team", "Environment", "Product"].map { key("Virtual Tags|\($0)|virtual_tag") }
    private static let owner = "Virtual Tags|6f1c2f0a-3d1e-4a53-9c1b-0f6f3d0a7e11|virtual_tag"
    private static let sorted: JSONValue = ["type": "listCost", "sortDirection": "ascending"]

    static let all: [LimitCase] = [
        LimitCase(
            code: "DIMENSIONS_LIMIT_EXCEEDED", body: SimulatorTests.body(today, today, dimensions: manyDimensions)),
        LimitCase(
            code: "FILTERS_LIMIT_EXCEEDED", body: SimulatorTests.body(today, today, filters: ["AND": manyFilters])),
        LimitCase(
            code: "VTAGS_LIMIT_EXCEEDED",
            body: SimulatorTests.body(today, today, dimensions: threeTags, filters: condition(owner, "exists"))),
        LimitCase(code: "TIMEFRAME_LIMIT_EXCEEDED", body: SimulatorTests.body(today - 60, today + 1)),
        LimitCase(code: "ROW_LIMIT_EXCEEDED", body: SimulatorTests.body(today, today, rowLimit: 100_001)),
        LimitCase(
            code: "MULTIPLE_SORT_FIELDS_NOT_ALLOWED",
            body: SimulatorTests.body(today, today, measurements: [sorted], intervalSort: "descending")),
    ]
}

/// A body with one field that is wrong, and what is said of it.
struct WrongField: Sendable {
    let message: String
    let field: String
    let value: JSONValue

    init(_ message: String, _ field: String, _ value: JSONValue) {
        self.message = message
        self.field = field
        self.value = value
    }

    private static let service = "AWS|service|billing_dimension"
    private static let sixMeasurements = JSONValue.array(Array(repeating: ["type": "listCost"], count: 6))
    private static let noMedian: JSONValue = [["type": "listCost", "operator": "median"]]
    private static let noDirection: JSONValue = [["type": "listCost", "sortDirection": "up"]]
    private static let twice: JSONValue = [["type": "listCost"], ["type": "listCost", "operator": "sum"]]
    private static let twoServices: JSONValue = [key(service), key(service)]
    private static let noValue: JSONValue = ["AND": [["OR": [condition(service, "oneOf")]]]]

    static let all: [WrongField] = [
        WrongField("date is required", "date", .null),
        WrongField("timeInterval is required", "timeInterval", "day"),
        WrongField(
            "timeInterval.interval must be one of: day, week, month", "timeInterval", ["interval": "hour"]),
        WrongField("date.unixTimeMillisecondsStart is required", "date", ["unixTimeMillSecondsStart": 0]),
        WrongField("must be a number of milliseconds", "date", ["unixTimeMillisecondsStart": "0"]),
        WrongField("is before", "date", ["unixTimeMillisecondsStart": 5, "unixTimeMillisecondsEnd": 4]),
        WrongField("measurements is required", "measurements", []),
        WrongField("measurements holds 6 objects", "measurements", sixMeasurements),
        WrongField("measurements[1] asks for listCost_sum a second time", "measurements", twice),
        WrongField("measurements[0].type must be one of", "measurements", [["type": "cost"]]),
        WrongField("measurements[0].operator must be one of: sum, avg, min, max", "measurements", noMedian),
        WrongField("measurements[0].sortDirection must be ascending", "measurements", noDirection),
        WrongField("dimensions[0].type is required", "dimensions", [["costCenter": "AWS", "key": "service"]]),
        WrongField(
            "dimensions[0] (AWS, Service, billing_dimension)", "dimensions", [key("AWS|Service|billing_dimension")]),
        WrongField("dimensions[1] asks for", "dimensions", twoServices),
        WrongField("filters.AND must be an array of at least one", "filters", ["AND": []]),
        WrongField("filters.AND[0].OR[0].value is required for oneOf", "filters", noValue),
        WrongField("filters.operator is required", "filters", condition(service, "isNot", ["x"])),
        WrongField("filters (AWS, service, tag)", "filters", condition("AWS|service|tag", "exists")),
        WrongField("rowLimit must be a whole number", "rowLimit", 0),
        WrongField("rowLimit must be a whole number", "rowLimit", "10"),
    ]
}

@HostLoop private func ask(_ visitor: Visitor) async { _ = try? await visitor.keys() }
