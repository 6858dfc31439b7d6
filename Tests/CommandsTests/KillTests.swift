import CSQLite
import Glibc
import Simulator
import Testing

/// `kill -9` at any moment of a run, and what going on with it gives.
@Suite struct KillTests {
    /// Two queries, one of them over two windows and the other asked twice; what they say goes to stdout and a file.
    private static let script = """
        local finout, export = require "finout", require "finlua.export"
        local function spend(days)
          return finout.query {
            date = { last = days, lag = 2 }, dimensions = { name = "AWS/service" }, measurements = { cost = "netAmortizedCost" },
          }
        end
        local long, services, again = spend("70d"), spend("30d"), spend("30d")
        export.csv("long.csv", long)
        local total = 0
        for row in services:rows() do total = total + row.cost end
        for row in again:rows() do total = total - row.cost end
        print(long.total_rows, services.total_rows, ("%.2f"):format(total))
        """
    private static let submissions = 3

    private struct Ending: Equatable {
        let output: String
        let file: String?
    }

    /// Runs the script undisturbed.
    private func undisturbed() async throws -> Ending {
        let (ending, journaled, report) = try await killed { _, _ in false }
        #expect(ending.output.hasSuffix("\t0.00\n") && ending.file != nil)
        #expect(journaled == nil && report.submissions == Self.submissions && report.isClean)
        return ending
    }

    /// Runs the script, kills it when `isTime` has returned true, and resumes it then; also gives the number of queries
    /// whose ids it had written down, nil if it had ended before.
    private func killed(
        faults: [String] = [],
        when isTime: (_ server: SimulatorServer, _ running: Program.Running) async throws -> Bool
    ) async throws -> (Ending, journaled: Int?, SimulatorReport) {
        let faults = try faults.map { try Fault($0) }
        let server = try demoServer {
            $0.queryDuration = .milliseconds(30) ... .milliseconds(120)
            $0.faults = faults
        }
        defer { server.stop() }
        return try await withFolder { folder in
            try write(Self.script, to: folder + "/script.lua")
            let environment = server.environment.merging(["FINLUA_POLL": "first=20ms,max=100ms"]) { $1 }
            let program = Program(environment: environment, folder: folder)
            let running = try program.start(["run", "script.lua"])
            if try await isTime(server, running) { running.signal(SIGKILL) }
            var outcome = await running.outcome()
            var known: Int?
            if outcome.status == -1 {
                known = try journaled(program.state)
                outcome = try await program.run("run", "--resume", "script.lua")
            }
            #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
            let limits = try await program.run("limits", "--json")
            #expect(limits.status == 0 && !limits.output.contains(#""pid""#), "nobody holds anything: \(limits.output)")
            return (Ending(output: outcome.output, file: contents(of: folder + "/long.csv")), known, server.report)
        }
    }

    private func journaled(_ state: String) throws -> Int {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        var statement: OpaquePointer?
        guard sqlite3_open(state, &handle) == SQLITE_OK,
            sqlite3_prepare_v2(handle, "SELECT count(*) FROM journal", -1, &statement, nil) == SQLITE_OK
        else {
            // Killed before it had made the file, or its tables.
            return 0
        }
        defer { sqlite3_finalize(statement) }
        try #require(sqlite3_step(statement) == SQLITE_ROW)
        return Int(sqlite3_column_int64(statement, 0))
    }

    /// Only what the service accepted and could not answer any more is asked a second time.
    private func expectNothingKnownIsPaidTwice(_ journaled: Int, _ report: SimulatorReport, _ comment: Comment) {
        var violations = report.violations
        let repeated = violations.removeValue(forKey: .repeatedSubmission) ?? 0
        #expect(repeated == report.submissions - Self.submissions && violations.isEmpty, comment)
        #expect(repeated <= Self.submissions - journaled, comment)
    }

    @Test(arguments: ["keys", "submit", "status", "results"])
    func `A run killed at any of its requests goes on to the same end, and pays for no known query twice`(
        route: String
    ) async throws {
        let whole = try await undisturbed()
        var steps = 0
        while steps < 40 {
            let number = steps + 1
            // The service takes that request and never answers.
            let (ending, journaled, report) = try await killed(faults: ["\(route):mute:1@\(number)"]) {
                server, running in
                while server.report.faults.isEmpty, !running.hasEnded { try await Task.sleep(for: .milliseconds(2)) }
                return !server.report.faults.isEmpty
            }
            #expect(ending == whole, "\(route) \(number)")
            // It never asked so often.
            guard let journaled else { break }
            expectNothingKnownIsPaidTwice(journaled, report, "\(route) \(number): \(report)")
            steps = number
        }
        #expect(steps >= ["keys": 1, "submit": 3, "status": 3, "results": 4][route]! && steps < 40)
    }

    @Test(arguments: 0..<16) func `A run killed at any moment goes on to the same end`(moment: Int) async throws {
        let whole = try await undisturbed()
        let (ending, journaled, report) = try await killed { _, _ in
            try await Task.sleep(for: .milliseconds(15 * moment))
            return true
        }
        #expect(ending == whole)
        if let journaled { expectNothingKnownIsPaidTwice(journaled, report, "\(report)") }
    }
}
