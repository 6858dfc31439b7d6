import Simulator
import Testing

/// A fault of the service, and how a run of the built program ends.
struct FaultExit: Sendable, CustomTestStringConvertible {
    let faults: [String]
    let status: Int32
    /// Stands in the message; nothing is said where a run ends well.
    let naming: String
    var options: [String] = []

    init(_ faults: String..., status: Int32, naming: String = "", options: [String] = []) {
        self.faults = faults
        self.status = status
        self.naming = naming
        self.options = options
    }

    var testDescription: String { "\(faults.joined(separator: " ")) is \(status)" }
}

@Suite struct FaultExitTests {
    static let cases: [FaultExit] = [
        FaultExit("keys:500", "submit:reset", "status:truncate", "results:garbage", status: 0),
        FaultExit("any:429:2", "limits:draft-8", status: 0),
        FaultExit("results:not-ready:2", status: 0),
        FaultExit("keys:bytes", "status:drip:100%", "results:gzip:100%", status: 0),
        FaultExit("submit:400", status: 1, naming: "HTTP 400 BAD_REQUEST"),
        FaultExit("status:404", status: 1, naming: "HTTP 404 NOT_FOUND"),
        FaultExit("results:short", status: 4, naming: "is the last and brings the rows to"),
        FaultExit("results:early-end:100%", status: 4, naming: "is the last and brings the rows to"),
        FaultExit("results:repeat-page:100%", status: 4, naming: "repeats"),
        FaultExit("results:stuck-cursor", status: 4, naming: "repeats"),
        FaultExit("results:other-window:100%", status: 4, naming: "outside"),
        FaultExit("status:wrong-total", status: 4, naming: "were announced"),
        FaultExit("keys:401", status: 5, naming: "FINOUT_SECRET_KEY"),
        FaultExit("results:401:1@2", status: 5, naming: "HTTP 401 UNAUTHORIZED"),
        FaultExit("submit:403", status: 5, naming: "check its role"),
        FaultExit("query:fail", status: 6, naming: "failed after"),
        FaultExit("query:expire", status: 6, naming: "no longer kept"),
        FaultExit("results:expire@2", status: 6, naming: "RESULTS_EXPIRED"),
        FaultExit("keys:redirect", status: 6, naming: "HTTP 302"),
        FaultExit("amounts:words:100%", status: 6, naming: "expected a number"),
        FaultExit("submit:429", "limits:huge", status: 7, naming: "Come back at"),
        FaultExit("query:stall", status: 8, naming: "--timeout", options: ["--timeout", "2s"]),
        FaultExit("keys:mute:100%", status: 8, naming: "--timeout", options: ["--timeout", "1s"]),
        FaultExit("any:503:100%", status: 8, naming: "HTTP 503", options: ["--timeout", "2s"]),
        FaultExit(
            "keys:503:1", "keys:mute:100%@2", status: 8, naming: "was keys: HTTP 503", options: ["--timeout", "2s"]),
    ]

    /// Exports all rows of these days.
    private static func script(_ first: String, _ last: String) -> String {
        """
        local finout, export = require "finout", require "finlua.export"
        export.csv("rows.csv", finout.query {
          date = { from = "\(first)", to = "\(last)" }, dimensions = { "AWS/extracted_resource" },
        })
        """
    }

    @Test(arguments: cases)
    func `A fault ends in the whole file and 0, or in no file and the exit status of its cause`(
        fault: FaultExit
    ) async throws {
        let (first, last) = (day(before: 12), day(before: 11))
        let faults = try fault.faults.map { try Fault($0) }
        let server = try demoServer {
            // More rows than a page holds.
            $0.bulk = (first...last, 12_000)
            $0.queryDuration = .milliseconds(10) ... .milliseconds(20)
            $0.faults = faults
        }
        defer { server.stop() }
        try await withFolder { folder in
            try write(Self.script("\(first)", "\(last)"), to: folder + "/script.lua")
            let outcome = try await Program(environment: server.environment, folder: folder).run(
                ["run"] + fault.options + ["script.lua"])
            #expect(outcome.status == fault.status, "\(outcome.error)")
            #expect(outcome.error.contains(fault.naming), "\(outcome.error)")
            let lines = contents(of: folder + "/rows.csv")?.split(whereSeparator: \.isNewline)
            #expect(lines?.count == (fault.status == 0 ? 12_001 : nil))
            #expect(Set(lines ?? []).count == lines?.count ?? 0, "no row stands there twice")
            #expect(server.report.faults.count == fault.faults.count, "\(server.report.faults)")
        }
    }
}
