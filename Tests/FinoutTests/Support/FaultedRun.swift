import Finout
import HostLoop
import RowDecoder
import Simulator
import Testing

/// A run that uses every route, against a demo account with faults: a list of values, then a query of two windows, one
/// of them of several pages.
@HostLoop struct FaultedRun {
    /// What the run gives.
    struct Answer: Sendable, Equatable {
        let values: [String]
        let lines: [Substring]
    }

    private let server: SimulatorServer
    private let client: FinoutClient

    init(_ faults: [String], splits: Bool = false) throws {
        var options = Self.options
        options.faults = try faults.map { try Fault($0) }
        options.splits = splits
        server = try SimulatorServer(options)
        var configuration = ClientConfiguration(
            baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
        configuration.pageSize = 40
        configuration.random = { 0.5 }
        // Virtual time, but each probe is a real request.
        configuration.outage.patience = .seconds(15)
        // The machine's time passes while an answer is awaited.
        configuration.stallTimeout =
            faults.contains { $0.contains(":mute") || $0.contains(":stall") && !$0.hasPrefix("query") }
            ? .milliseconds(30) : .seconds(5)
        var network = HTTPConfiguration()
        network.splitsReads = splits
        client = try FinoutClient(configuration, http: HTTPClient(network))
    }

    private static let options = DemoOptions(today: Day("2026-11-20")!)

    private static let asked: QuerySpecification = {
        let last = options.today - 3
        var asked = QuerySpecification(
            days: (last - 69)...last, dimensions: [Dimension(key: KeyReference(path: "AWS/service")!)])
        asked.interval = .week
        return asked
    }()

    private static let key = KeyReference(path: "AWS/region")!

    private static var known: Answer?

    /// The answer of an account without a fault.
    static func undisturbed() async throws -> Answer {
        if let known { return known }
        let answer = try await FaultedRun([]).end().get()
        #expect(answer.values.count > 3 && answer.lines.count > 90)
        known = answer
        return answer
    }

    func end() async -> Result<Answer, FinoutError> {
        do throws(FinoutError) {
            let values = try await client.values(of: Self.key)
            return .success(Answer(values: values, lines: try await client.query(Self.asked).rows().lines()))
        } catch {
            return .failure(error)
        }
    }

    /// The faults that met a request, by their text.
    var faultsMet: [String] { server.report.faults.keys.sorted() }

    /// No fault makes the client break a rule, follow a redirect, or pay twice without saying so.
    func checkManners() {
        var violations = server.report.violations
        let repeated = violations.removeValue(forKey: .repeatedSubmission) ?? 0
        #expect(violations.isEmpty, "\(violations)")
        #expect(repeated <= client.statistics.possiblyPaidTwice)
        #expect(server.report.unknownRequests == 0)
    }
}
