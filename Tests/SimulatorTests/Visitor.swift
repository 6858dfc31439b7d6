import HostLoop
import RowDecoder
import Simulator

/// What the server answered.
struct Answer {
    let status: Int
    let text: String
    let headers: HTTPHeaders

    /// The body as JSON, null where it is none.
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    var code: String? { json["code"]?.string }
    var message: String? { json["message"]?.string }
    var queryID: String? { json["data"]?["queryId"]?.string }
}

/// A client of a simulator of its own, without any rule of its own.
@HostLoop
final class Visitor {
    let server: SimulatorServer
    private let client = HTTPClient()
    private let configure: (inout HTTPRequest) -> Void

    init(
        _ faults: [String] = [], _ change: (inout DemoOptions) -> Void = { _ in },
        configure: @escaping (inout HTTPRequest) -> Void = { _ in }
    ) throws {
        var options = DemoOptions(today: today)
        options.faults = try faults.map { try Fault($0) }
        change(&options)
        server = try SimulatorServer(options)
        self.configure = configure
    }

    func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> Answer {
        var request = HTTPRequest(
            method: method, url: server.address + path,
            headers: [
                (name: "x-finout-client-id", value: DemoCredentials.clientID),
                (name: "x-finout-secret-key", value: DemoCredentials.secretKey),
            ], body: body)
        if body != nil { request.headers.append((name: "Content-Type", value: "application/json")) }
        configure(&request)
        let response = try await client.send(request)
        return Answer(status: response.status, text: response.body.text, headers: response.headers)
    }

    func keys() async throws -> Answer { try await send("GET", "/v2/query-language/keys") }

    func values(_ path: String) async throws -> Answer { try await send("GET", "/v2/query-language/values/\(path)") }

    func submit(_ body: JSONValue) async throws -> Answer {
        try await send("POST", "/v2/data/cost-usage/generate-query", body: try body.serialized())
    }

    func status(_ id: String) async throws -> Answer { try await send("GET", "/v2/data/cost-usage/\(id)/status") }

    func results(_ id: String, _ query: String = "") async throws -> Answer {
        try await send("GET", "/v2/data/cost-usage/\(id)/results\(query)")
    }

    /// Submits a query and lets the time pass that it takes.
    func complete(_ body: JSONValue) async throws -> String {
        guard let id = try await submit(body).queryID else { return "" }
        try await HostLoop.sleep(for: .seconds(10))
        return id
    }

    /// The rows of all pages.
    func rows(_ id: String, pageSize: Int = 10_000) async throws -> [[String: JSONValue]] {
        var rows: [[String: JSONValue]] = []
        var cursor = ""
        while true {
            let page = try await results(id, "?pageSize=\(pageSize)\(cursor)").json
            for row in page["data"]?.array ?? [] {
                rows.append(Dictionary(uniqueKeysWithValues: (row.object ?? []).map { ($0.name, $0.value) }))
            }
            guard page["pagination"]?["hasMore"] == true, let next = page["pagination"]?["nextCursor"]?.string else {
                return rows
            }
            cursor = "&cursor=\(next)"
        }
    }
}
