import Finout
import HostLoop
import RowDecoder
import ScriptAPI
import Simulator

/// The day the demo account is of in tests.
let today = Day("2026-11-20")!

/// The account that scripts are checked against.
let account = DemoAccount(DemoOptions(today: today))

/// Runs scripts against a demo account served over HTTP, under a virtual clock.
func withDemo<R: Sendable>(
    faults: [String] = [], bulk: (days: ClosedRange<Day>, rows: Int)? = nil,
    queryDuration: ClosedRange<Duration>? = nil, restated: [Day: Double] = [:],
    _ body: @escaping @HostLoop @Sendable (FinoutClient, SimulatorServer) async throws -> R
) async throws -> R {
    var options = DemoOptions(today: today)
    options.faults = try faults.map { try Fault($0) }
    options.bulk = bulk
    options.restated = restated
    options.queryDuration = queryDuration ?? options.queryDuration
    let server = try SimulatorServer(options)
    defer { server.stop() }
    return try await HostLoop.withVirtualClock {
        let client = try FinoutClient(
            ClientConfiguration(
                baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey),
            http: HTTPClient())
        return try await body(client, server)
    }
}

/// Runs one script against a demo account of its own.
func runDemo(
    _ source: String, name: String = "script.lua", arguments: [String] = [], folder: String = ".",
    faults: [String] = [], readsFolder: Bool = false, today: Day? = nil,
    restated: [Day: Double] = [:]
) async throws -> Outcome {
    try await withDemo(faults: faults, restated: restated) { client, _ in
        try await runScript(
            source, name: name, client: client, arguments: arguments, folder: folder, readsFolder: readsFolder,
            today: today)
    }
}

/// The source of a recipe.
func recipe(_ name: String) throws -> String { try fixture("../../scripts/recipes/\(name).lua") }

/// The source of an embedded command.
func command(_ name: String) throws -> String { try fixture("../../Sources/Commands/Lua/\(name).lua") }

/// What the account itself answers: cost by day and the keys, such as `AWS|service|billing_dimension`.
func reference(
    _ first: String, _ last: String, keys: [String], type: JSONValue = "netAmortizedCost", filters: JSONValue? = nil
) throws -> [[String: JSONValue]] {
    let dimensions = keys.map { key -> JSONValue in
        let parts = key.split(separator: "|").map { JSONValue.string(String($0)) }
        return ["costCenter": parts[0], "key": parts[1], "type": parts[2]]
    }
    var members: [JSONValue.Member] = [
        .init(
            name: "date",
            value: [
                "unixTimeMillisecondsStart": .integer(Day(first)!.start.millisecondsSinceEpoch),
                "unixTimeMillisecondsEnd": .integer((Day(last)! + 1).start.millisecondsSinceEpoch - 1),
            ]),
        .init(name: "timeInterval", value: ["interval": "day"]),
        .init(name: "measurements", value: [["type": type]]),
    ]
    if !keys.isEmpty { members.append(.init(name: "dimensions", value: .array(dimensions))) }
    if let filters { members.append(.init(name: "filters", value: filters)) }
    return try account.evaluate(.object(members))
}

/// The sum of a measurement over rows, in whole millionths: the account has six decimals.
func millionths(_ rows: [[String: JSONValue]], _ field: String = "netAmortizedCost_sum") -> Int64 {
    rows.reduce(0) { sum, row in sum + Int64(((row[field]?["amount"]?.number ?? 0) * 1_000_000).rounded()) }
}
