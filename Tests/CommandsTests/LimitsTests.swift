import Commands
import Finout
import HostLoop
import RowDecoder
import Simulator
import Testing

/// What `finlua limits` says.
@Suite struct LimitsTests {
    @Test func `An empty state has every limit unused, and no request is sent`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        var environment = server.environment
        environment["FINOUT_SECRET_KEY"] = ""
        let outcome = try await Program(environment: environment).run("limits")
        #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
        for limit in ["submit", "status", "results", "keys", "values", "in flight", "running", "submissions today"] {
            #expect(outcome.output.contains("\n\(limit) "), "\(outcome.output)")
        }
        #expect(outcome.output.contains("10,000 submissions are left today"))
        #expect(outcome.output.hasSuffix("nobody holds or waits for anything\n"))
        #expect(server.report.requests.isEmpty)
    }

    @Test func `Limits are an account's`() async throws {
        let outcome = try await Program().run("limits")
        #expect(outcome.status == 5 && outcome.error.contains("FINOUT_CLIENT_ID"), "\(outcome.error)")
    }

    @Test func `What another process uses, holds and waits for is shown`() async throws {
        let server = try demoServer { $0.queryDuration = .seconds(3600) ... .seconds(3600) }
        defer { server.stop() }
        try await withFolder { folder in
            try write(
                """
                local finout = require "finout"
                for days = 1, 3 do finout.query { date = { last = days .. "d" } } end
                finout.query { date = { last = "4d" } }:wait()
                """, to: folder + "/script.lua")
            var program = Program(environment: server.environment, folder: folder)
            program.environment["FINLUA_LIMITS"] = "submit=2/1h,daily=100"
            let running = try program.start(["run", "--timeout", "9h", "--log", "debug", "script.lua"])
            #expect(await running.error(containing: "limit=submit").contains("limit=submit"))

            let text = try await program.run("limits")
            #expect(text.status == 0, "\(text.error)")
            let row = try #require(text.output.split(separator: "\n").first { $0.hasSuffix(" script.lua") })
            #expect(row.contains("\(running.process)") && row.contains("2 submit"), "\(text.output)")

            let report = try JSONValue(parsing: try await program.run("limits", "--json").output)
            let limits = try #require(report["limits"]?.array)
            let submit = try #require(limits.first { $0["name"]?.string == "submit" })
            #expect(submit["used"]?.integer == 2 && submit["limit"]?.integer == 2)
            #expect((submit["waiting"]?.integer ?? 0) >= 1, "\(submit)")
            // After the one that waits already there is the hour after next.
            let now = try #require(report["time"]?.string)
            let free = try #require(submit["free_at"]?.string)
            #expect(free > now, "\(free)")
            let inUse = try #require(limits.first { $0["name"]?.string == "running" })
            #expect((inUse["used"]?.integer ?? 0) >= 2)
            #expect(report["submissions"]?["used"]?.integer == 2 && report["submissions"]?["left"]?.integer == 98)
            let holder = try #require(report["holders"]?[0])
            #expect(holder["pid"]?.integer == Int64(running.process))
            #expect(holder["slots"]?["submit"]?.integer == 2 && (holder["running"]?.integer ?? 0) >= 2)
            running.signal(9)
            #expect(await running.outcome().status == -1)
            let after = try await program.run("limits")
            #expect(after.output.contains("left by runs that have ended"), "\(after.output)")
        }
    }

    @Test func `The last of those that wait goes with the windows that are left, not before`() {
        let now = day(before: 0).start
        func forecast(waiting: Int, used: Int, freeIn seconds: Int?) -> Moment? {
            let submit = LimitStatus(
                name: "submit", used: used, limit: 50, window: .seconds(60), freeAt: seconds.map { now + .seconds($0) })
            let running = LimitStatus(
                name: "running", used: 50, limit: 50, window: nil, freeAt: nil, waiting: waiting)
            return QueueForecast([submit, running], now: now)?.noSoonerThan
        }
        #expect(forecast(waiting: 0, used: 0, freeIn: nil) == nil)
        #expect(forecast(waiting: 50, used: 0, freeIn: nil) == now)
        #expect(forecast(waiting: 50, used: 50, freeIn: 20) == now + .seconds(20))
        #expect(forecast(waiting: 51, used: 50, freeIn: 20) == now + .seconds(80))
        #expect(forecast(waiting: 205, used: 50, freeIn: 51) == now + .seconds(51 + 4 * 60))
    }

    @Test func `The forecast takes the higher pace, and a full hour at the least`() {
        let midnight = day(before: 0).start
        func forecast(_ used: Int, lastHour: Int, hours: Double) -> SubmissionForecast {
            SubmissionForecast(used: used, limit: 100, lastHour: lastHour, now: midnight + .seconds(hours * 3600))
        }
        #expect(forecast(0, lastHour: 0, hours: 3).usedUpAt == nil)
        #expect(forecast(20, lastHour: 0, hours: 0.1).pace == 20)
        #expect(forecast(20, lastHour: 5, hours: 10).pace == 5)
        #expect(forecast(20, lastHour: 1, hours: 10).usedUpAt == nil, "80 at 2 an hour last until midnight")
        #expect(forecast(20, lastHour: 40, hours: 10).usedUpAt == midnight + .seconds(12 * 3600))
        #expect(forecast(100, lastHour: 0, hours: 10).left == 0)
        #expect(forecast(100, lastHour: 0, hours: 10).usedUpAt == midnight + .seconds(10 * 3600))
        #expect(forecast(7, lastHour: 0, hours: 10).resetsAt == midnight + .seconds(86_400))
    }
}
