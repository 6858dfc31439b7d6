import Glibc
import Simulator
import Testing

@Suite struct MemoryTests {
    /// Peak resident set, in KiB, of a script that reads `rows` rows one by one.
    private func peak(rows: Int) async throws -> Int {
        let (first, last) = (day(before: 70), day(before: 11))
        let server = try demoServer { options in
            options.bulk = (first...last, rows)
            options.queryDuration = .milliseconds(10) ... .milliseconds(20)
            options.limits = options.limits.scaled(by: 100)
        }
        defer { server.stop() }
        return try await withFolder { folder in
            try write(
                """
                local finout = require "finout"
                local query = finout.query {
                  date = { from = "\(first)", to = "\(last)" }, dimensions = { resource = "AWS/extracted_resource" },
                }
                local count = 0
                for _ in query:rows() do count = count + 1 end
                print(count)
                require("finlua.task").sleep(600)
                """, to: folder + "/script.lua")
            let program = Program(
                environment: server.environment.merging([
                    "FINLUA_LIMITS": "submit=5000/60s,status=5000/60s,results=5000/60s",
                    "FINLUA_POLL": "first=20ms,max=100ms",
                ]) { $1 }, folder: folder)
            let running = try program.start(["run", "script.lua"])
            guard await running.output(containing: "\n") == "\(rows)\n" else {
                let outcome = await running.outcome()
                throw Unexpected(description: "\(outcome.status): \(outcome.output)\(outcome.error)")
            }
            let peak = try running.peakMemory()
            running.signal(SIGTERM)
            #expect(await running.outcome().error.hasPrefix("finlua: terminated; "))
            return peak
        }
    }

    @Test func `A result ten times as large takes no more memory`() async throws {
        let small = try await peak(rows: 300_000)
        let large = try await peak(rows: 3_000_000)
        // Two pages, the ledger of a query's rows and Lua's garbage: the same for both but for what the allocator keeps,
        // which is up to 8 MiB. Five bytes a row would be more.
        #expect(large < small + 12 * 1024, "\(small) KiB for 300,000 rows, \(large) KiB for 3,000,000")
    }
}

private struct Unexpected: Error, CustomStringConvertible {
    let description: String
}
