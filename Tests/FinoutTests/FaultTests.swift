import Finout
import HostLoop
import RowDecoder
import Simulator
import Testing

/// A fault of the demo account, and the error it may end in; nil: the right answer and nothing else.
struct FaultCase: Sendable, CustomTestStringConvertible {
    let faults: [String]
    let code: FinoutError.Code?

    init(_ faults: String..., ends code: FinoutError.Code? = nil) {
        self.faults = faults
        self.code = code
    }

    var testDescription: String { faults.joined(separator: " ") }
}

struct FaultTests {
    static let cases: [FaultCase] = [
        FaultCase("keys:reset:2", "values:500", "submit:reset", "status:reset", "results:reset"),
        FaultCase("any:500:10%"), FaultCase("any:429:10%"), FaultCase("any:429:3", "limits:draft-8"),
        FaultCase("any:429:3", "limits:silent"), FaultCase("any:503:3", "errors:error-field"), FaultCase("any:408:2"),
        FaultCase("any:truncate:3"), FaultCase("any:garbage:3"), FaultCase("any:empty:3"),
        FaultCase("any:wrong-length:3"),
        FaultCase("any:drip:3"), FaultCase("any:stall:1"), FaultCase("any:reset:15%"),
        FaultCase("submit:truncate"), FaultCase("submit:empty"), FaultCase("submit:wrong-length"),
        FaultCase("results:early-102"), FaultCase("results:truncate:2"), FaultCase("results:empty:2"),
        FaultCase("results:repeat-page"), FaultCase("results:duplicate-row"),
        FaultCase("status:lower"), FaultCase("status:unknown:3"),
        FaultCase("amounts:string"), FaultCase("amounts:bare"), FaultCase("interval:timestamp"),
        FaultCase("interval:capital"),
        FaultCase("results:repeat-page:100%", ends: .incomplete), FaultCase("results:short:100%", ends: .incomplete),
        FaultCase("results:stuck-cursor:100%", ends: .incomplete),
        FaultCase("results:early-end:100%", ends: .incomplete),
        FaultCase("results:wrong-total:100%", ends: .incomplete),
        FaultCase("results:duplicate-row:100%", ends: .incomplete),
        FaultCase("results:truncate:100%", ends: .badResponse), FaultCase("keys:garbage:100%", ends: .badResponse),
        FaultCase("any:503:100%", ends: .unavailable),
        FaultCase("keys:401", ends: .unauthorized), FaultCase("submit:403", ends: .unauthorized),
        FaultCase("submit:400", ends: .badQuery), FaultCase("status:404", ends: .notFound),
        FaultCase("query:fail", ends: .queryFailed), FaultCase("query:expire", ends: .resultsExpired),
        FaultCase("query:stall", ends: .deadline), FaultCase("results:410", ends: .resultsExpired),
        FaultCase("results:424", ends: .queryFailed),
    ]

    @Test(arguments: cases)
    func `a fault ends in the right answer or the right error`(fault: FaultCase) async throws {
        try await HostLoop.withVirtualClock {
            var options = DemoOptions(today: HostLoop.now.day)
            let last = HostLoop.now.day - 2
            let asked = QuerySpecification(
                days: (last - 9)...last, dimensions: [Dimension(key: KeyReference(path: "AWS/service")!)])
            let whole = try await Self.lines(asked, options)
            options.faults = try fault.faults.map { try Fault($0) }
            #expect(whole.count > 40)
            do throws(FinoutError) {
                let rows = try await Self.lines(asked, options)
                #expect(rows == whole)
                #expect(fault.code == nil)
            } catch {
                #expect(error.code == fault.code, "\(error)")
            }
        }
    }

    @HostLoop private static func lines(
        _ asked: QuerySpecification, _ options: DemoOptions
    ) async throws(FinoutError) -> [Substring] {
        let server: SimulatorServer
        do { server = try SimulatorServer(options) } catch { throw FinoutError(.badArgument, "\(error)") }
        var configuration = ClientConfiguration(
            baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
        configuration.pageSize = 20
        // The machine's time passes while an answer is awaited.
        configuration.stallTimeout = .seconds(1)
        let client = try FinoutClient(configuration, http: HTTPClient())
        defer {
            // No fault makes the client break a rule, or pay twice without saying so.
            var violations = server.report.violations
            let repeated = violations.removeValue(forKey: .repeatedSubmission) ?? 0
            #expect(violations.isEmpty)
            #expect(repeated <= client.statistics.possiblyPaidTwice)
        }
        let lines = try await client.query(asked).rows().lines()
        return lines
    }
}
