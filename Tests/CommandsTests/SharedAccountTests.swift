import HostLoop
import Simulator
import Testing

/// Many processes, one account.
@Suite struct SharedAccountTests {
    /// Forty questions of a day each; `offset` is the last day of the first, counted back from today.
    private static let script = """
        local finout, date, args = require "finout", require "finlua.date", require "finlua.args" {
          offset = { type = "integer", required = true },
        }
        local queries = {}
        for index = 1, 40 do
          local day = date.today() - args.offset - index
          queries[index] = finout.query {
            date = { from = day, to = day }, dimensions = { service = "AWS/service" }, measurements = { cost = "netAmortizedCost" },
          }
        end
        for index, query in ipairs(queries) do
          local cost = 0
          for row in query:rows() do cost = cost + row.cost end
          print(index, query.total_rows, ("%.6f"):format(cost))
        end
        """

    /// Fifty requests of a route in so long: one fifteenth of the documented minute.
    private static let window = Duration.seconds(4)
    private static let limits = ["submit", "status", "results", "keys", "values"].map { "\($0)=50/4s" }

    @Test func `Eight processes of forty queries each break no limit, end whole and use what the limits allow`()
        async throws
    {
        let server = try demoServer {
            $0.limits.window = Self.window
            $0.queryDuration = .milliseconds(100) ... .milliseconds(400)
        }
        defer { server.stop() }
        try await withFolder { folder in
            try write(Self.script, to: folder + "/forty.lua")
            var environment = server.environment
            environment["FINLUA_LIMITS"] = Self.limits.joined(separator: ",")
            environment["FINLUA_POLL"] = "first=100ms,max=500ms"
            let program = Program(environment: environment, folder: folder)
            let processes = try (0..<8).map { try program.start(["run", "forty.lua", "--offset", "\(2 + $0 * 40)"]) }
            var outputs: [String] = []
            for process in processes {
                let outcome = await process.outcome()
                #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
                outputs.append(outcome.output)
            }
            let report = server.report
            #expect(report.isClean && report.submissions == 320, "\(report)")
            #expect(report.statuses[429] == nil && report.peakInFlight <= 5 && report.peakRunning <= 50, "\(report)")

            // The same by an account without a limit that would hold anybody up.
            let free = try demoServer {
                $0.limits = $0.limits.scaled(by: 1000)
                $0.queryDuration = .zero ... .zero
            }
            defer { free.stop() }
            environment = free.environment
            environment["FINLUA_LIMITS"] = Self.limits.map { $0.replacing("50/4s", with: "50000/4s") }
                .joined(separator: ",")
            environment["FINLUA_POLL"] = "first=1ms,max=10ms"
            let undisturbed = Program(environment: environment, folder: folder)
            for (index, output) in outputs.enumerated() {
                let reference = try await undisturbed.run("run", "forty.lua", "--offset", "\(2 + index * 40)")
                #expect(reference.output == output && output.split(separator: "\n").count == 40)
            }

            // The last submission at the limit's pace from the first on: what comes after it is its query's own time.
            // A busy machine delays all of it; `./scripts/bench account` asks for 0.95.
            let pace = Self.window * ((report.submissions - 1) / 50)
            let taken = try #require(report.submittedWithin.map { $0.upperBound - $0.lowerBound })
            #expect(
                pace / taken >= 0.5, "\(report.submissions) submissions took \(taken) and could have taken \(pace)")
        }
    }
}
