import Finout
import HostLoop
import RowDecoder

/// Answers the client without a network: as the API documents, unless a test says otherwise for a route.
@HostLoop final class ScriptedService: Transport {
    /// What a request is answered with.
    struct Answer {
        var status = 200
        var headers: [(name: String, value: String)] = []
        var body = ""
        var error: HTTPError.Kind?
    }

    /// A request as it came.
    struct Received {
        let route: String
        let request: HTTPRequest
        let moment: Moment
    }

    /// Every request so far.
    private(set) var received: [Received] = []
    /// Requests on their way at the same time, at most.
    private(set) var mostInFlight = 0
    /// What a route answers to its nth request (from 1); nil: as documented.
    var script: [String: (HTTPRequest, Int) -> Answer?] = [:]
    /// The network's delay, there and back.
    var delay: Duration = .milliseconds(40)
    /// How long a query runs.
    var duration: Duration = .seconds(2)
    /// Rows of a day.
    var rowsPerDay = 3
    private var queries: [(window: QueryWindow, submitted: Moment, limit: Int, interval: Interval)] = []
    private var inFlight = 0
    /// The request, counted over all routes, from which on nothing is answered.
    private var death = Int.max

    /// Answers nothing from the `number`th request on, counted from now.
    func dies(at number: Int) { death = received.count + number }

    /// Answers again; what was asked in the meantime stays unanswered.
    func revives() { death = .max }

    func count(_ route: String) -> Int { received.count { $0.route == route } }

    /// The bodies submitted.
    var submissions: [JSONValue] {
        received.filter { $0.route == "submit" }.compactMap { $0.request.body.flatMap { try? JSONValue(parsing: $0) } }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url.dropFirst("http://127.0.0.1:1".count)
        let route = RouteTable.route(method: request.method, path: String(path.prefix { $0 != "?" }))
        received.append(Received(route: route.name, request: request, moment: HostLoop.now))
        inFlight += 1
        defer { inFlight -= 1 }
        mostInFlight = max(mostInFlight, inFlight)
        if received.count >= death {
            while true {
                do { try await HostLoop.sleep(for: .seconds(86_400)) } catch {
                    throw HTTPError(kind: .cancelled, message: "cancelled")
                }
            }
        }
        let answer = script[route.name]?(request, count(route.name)) ?? documented(route.name, request)
        do { try await HostLoop.sleep(for: delay) } catch {
            throw HTTPError(kind: .cancelled, message: "cancelled")
        }
        if let kind = answer.error { throw HTTPError(kind: kind, message: "127.0.0.1:1 had \(kind)") }
        return HTTPResponse(
            status: answer.status, headers: HTTPHeaders(answer.headers),
            body: ReceivedBody(copying: Array(answer.body.utf8)), version: "1.1", duration: delay)
    }

    private func documented(_ route: String, _ request: HTTPRequest) -> Answer {
        switch route {
        case "keys": return Answer(body: Self.keys)
        case "values": return Answer(body: #"{"requestId":"r","data":{"values":["a","b"]}}"#)
        case "submit":
            let body = request.body.flatMap { try? JSONValue(parsing: $0) } ?? .null
            let date = body["date"]
            queries.append(
                (
                    QueryWindow(
                        start: date?["unixTimeMillisecondsStart"]?.integer ?? 0,
                        end: date?["unixTimeMillisecondsEnd"]?.integer ?? 0), HostLoop.now,
                    Int(body["rowLimit"]?.integer ?? 1000),
                    Interval(rawValue: body["timeInterval"]?["interval"]?.string ?? "") ?? .day
                ))
            return Answer(body: #"{"requestId":"r","data":{"queryId":"q_\#(queries.count)"}}"#)
        case "status":
            let query = queries[number(request)]
            if HostLoop.now - query.submitted < duration { return Answer(body: #"{"data":{"status":"Running"}}"#) }
            return Answer(body: status("COMPLETED", total: total(query.window, query.interval)))
        case "results": return page(number(request), cursor: parameter("cursor", request), request)
        default: return Answer(body: "{}")
        }
    }

    func status(_ status: String, total: Int) -> String {
        #"{"requestId":"r","data":{"status":"\#(status)","completedAt":"Mar 30, 2026 11:16 am","totalRows":\#(total)}}"#
    }

    /// Each day has rows of its own; each week or month has one more, of the service `all`, which every day adds 1 to.
    func total(_ window: QueryWindow, _ interval: Interval) -> Int {
        let days = window.firstDay..<window.nextDay
        return days.count * rowsPerDay + (interval == .day ? 0 : Set(days.map(interval.bucketStart)).count)
    }

    /// A page as the API gives it; a test may change the numbers around its rows.
    func page(
        _ number: Int, cursor: String?, _ request: HTTPRequest, total: Int? = nil, hasMore: Bool? = nil,
        next: String? = nil
    ) -> Answer {
        let query = queries[number]
        let there = self.total(query.window, query.interval)
        let readable = min(there, query.limit)
        let first = cursor.flatMap { Int($0) } ?? 0
        let end = min(readable, first + (parameter("pageSize", request).flatMap { Int($0) } ?? 100))
        let rows = (first..<end).map { row($0, query.window, query.interval) }
        let more = hasMore ?? (end < readable)
        var pagination = #""hasMore":\#(more),"totalRows":\#(total ?? there)"#
        if let next = next ?? (end < readable ? "\(end)" : nil), next != "none" {
            pagination += #","nextCursor":"\#(next)""#
        }
        return Answer(
            body: #"{"requestId":"r","pagination":{\#(pagination)},"data":["# + rows.joined(separator: ",") + "]}")
    }

    private func row(_ index: Int, _ window: QueryWindow, _ interval: Interval) -> String {
        let days = window.firstDay..<window.nextDay
        let day = window.firstDay + index / rowsPerDay
        var bucket = interval.bucketStart(of: min(day, window.nextDay - 1))
        var service = interval == .day ? "s\(index % rowsPerDay)" : "d\(day)s\(index % rowsPerDay)"
        var amount = index + 1
        if day >= window.nextDay {
            bucket = Set(days.map(interval.bucketStart)).sorted()[index - days.count * rowsPerDay]
            service = "all"
            amount = days.count { interval.bucketStart(of: $0) == bucket }
        }
        return #"{"\#(interval.rawValue)":"\#(Day(daysSinceEpoch: bucket))","#
            + #""AWS_billing_dimension_service":"\#(service)","netAmortizedCost_sum":{"amount":\#(amount)}}"#
    }

    /// Which query a request is about, from 0.
    func number(_ request: HTTPRequest) -> Int {
        let part = request.url.split(separator: "/").first { $0.hasPrefix("q_") } ?? "q_1"
        return (Int(part.dropFirst(2)) ?? 1) - 1
    }

    func parameter(_ name: String, _ request: HTTPRequest) -> String? {
        let query = request.url.split(separator: "?", maxSplits: 1).last ?? ""
        return query.split(separator: "&").first { $0.hasPrefix("\(name)=") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }

    private static let keys: String = {
        let entries = testCatalog.keys.map { key in
            #"{"costCenter":"\#(key.costCenter)","key":"\#(key.key)","displayName":"\#(key.displayName)","types":["#
                + key.types.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
        }
        return #"{"requestId":"r","data":{"keys":["# + entries.joined(separator: ",") + "]}}"
    }()
}

extension ClientConfiguration {
    /// Credentials and a random source that is the same every time.
    static func test(_ change: (inout ClientConfiguration) -> Void = { _ in }) -> ClientConfiguration {
        var configuration = ClientConfiguration(
            baseURL: "http://127.0.0.1:1", clientID: "the-client", secretKey: "the-secret")
        configuration.random = { 0.5 }
        change(&configuration)
        return configuration
    }
}

extension FinoutError {
    /// The error of a failing call; nil if it succeeded.
    @HostLoop static func of<Value>(_ call: () async throws(FinoutError) -> Value) async -> FinoutError? {
        do throws(FinoutError) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }
}

extension RowSource {
    /// Every row as a line of NDJSON.
    func lines() async throws(FinoutError) -> [Substring] {
        let buffer = RowBuffer()
        while try await advance() {
            do throws(RowError) {
                try reader.write(.ndjson, into: buffer)
            } catch {
                throw FinoutError(.badResponse, error.message)
            }
        }
        return buffer.text.split(separator: "\n")
    }
}

/// A query by service over days of January 2026.
func januaryQuery(days: Int, _ change: (inout QuerySpecification) -> Void = { _ in }) -> QuerySpecification {
    let first = Day("2026-01-01")!
    var specification = QuerySpecification(
        days: first...(first + (days - 1)),
        dimensions: [Dimension(key: KeyReference(path: "AWS/service")!, alias: "service")])
    specification.measurements[0].alias = "cost"
    change(&specification)
    return specification
}
