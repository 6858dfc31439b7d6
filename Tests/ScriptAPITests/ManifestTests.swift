import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import Simulator
import Testing

/// What stands beside an export, and what it is compared with.
struct ManifestTests {
    private func manifest(_ folder: TemporaryFolder, _ name: String = "costs.csv") throws -> JSONValue {
        try JSONValue(parsing: try contents(of: "\(folder.path)/\(name).manifest.json"))
    }

    @Test(arguments: ["q", "q:collect()"])
    func `a manifest tells what was asked and the exact sum of what was written`(source: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await runDemo(
            """
            local finout, export = require "finout", require "finlua.export"
            local q = finout.query {
              date = { from = "2026-10-01", to = "2026-10-31" }, dimensions = { service = "AWS/service" },
              measurements = { cost = "netAmortizedCost", peak = { type = "usageAmount", operator = "max" } },
            }
            export.csv("costs.csv", \(source), { columns = { "day", "service", "cost" } })
            """, folder: folder.path)
        #expect(outcome.problem == "")
        let found = try manifest(folder)
        let rows = try reference("2026-10-01", "2026-10-31", keys: ["AWS|service|billing_dimension"])
        let total = millionths(rows)
        let sum = try #require(found["sums"]?["cost"]?.string)
        let parts = sum.split(separator: ".", omittingEmptySubsequences: false)
        let digits = parts.count > 1 ? parts[1] : ""
        #expect(Int64(parts[0] + digits + String(repeating: "0", count: 6 - digits.count)) == total)
        #expect(found["rows"]?.integer == Int64(rows.count))
        #expect(found["sha256"]?.string?.count == 64 && found["schema"]?.string?.count == 64)
        #expect(found["columns"] == [["name": "day"], ["name": "service"], ["name": "cost"]])
        if source == "q" {
            #expect(found["window"] == ["from": "2026-10-01", "to": "2026-10-31"])
            #expect(found["queries"]?.array?.count == 1 && found["requests"]?.array?.isEmpty == false)
            #expect(found["spec"]?["dimensions"] == ["service": "AWS/service"])
        }
        #expect(try !contents(of: "\(folder.path)/costs.csv.manifest.json").contains(DemoCredentials.secretKey))
    }

    @Test
    func `columns that are not those of the last export are a warning, or an error that leaves the file`() async throws
    {
        let folder = try TemporaryFolder()
        func export(_ row: String, _ options: String = "") async throws -> Outcome {
            try await run(
                "require 'finlua.export'.csv('costs.csv', { { \(row) } }, { \(options) })", folder: folder.path)
        }
        #expect(try await export("a = 1, b = 2").log == [])
        let frozen = try await export("a = 1, c = 2", "schema = 'freeze'")
        #expect(frozen.error?.failure.code == "output")
        #expect(frozen.error?.failure.message.hasSuffix("new: c; gone: b") == true, "\(frozen.problem)")
        #expect(try contents(of: "\(folder.path)/costs.csv") == "a,b\r\n1,2\r\n")
        let warned = try await export("a = 1, c = 2")
        #expect(warned.problem == "" && warned.log.count == 1, "\(warned.log)")
        #expect(warned.log.first?.contains("the columns of costs.csv are not those of 2026-11-20T07:00:00") == true)
        #expect(try await export("a = 3, c = 4", "schema = 'freeze'").log == [])
    }

    @Test
    func `there is none beside standard output, nor where the script wants none`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local export = require "finlua.export"
            export.csv("-", { { a = 1 } })
            export.csv("a.csv", { { a = 1 } }, { manifest = false })
            export.table("a.txt", { { a = 1 } })
            """, folder: folder.path)
        #expect(outcome.problem == "" && folder.names == ["a.csv", "a.txt"])
    }

    @Test
    func `amounts of several units have no sum`() async throws {
        let folder = try TemporaryFolder()
        _ = try await run(
            """
            require "finlua.export".csv("costs.csv", {
              { cost = 1, cost_unit = "USD", n = 0.1 }, { cost = 2, cost_unit = "EUR", n = 0.2 } })
            """, folder: folder.path)
        #expect(try manifest(folder)["sums"] == ["n": "0.3"])
    }

    @Test
    func `FOCUS columns are mapped, the mandatory ones that nothing fills are named, and none is made up`() async throws
    {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local export = require "finlua.export"
            local rows = { { day = "2026-10-31", service = "EC2", cost = 1.5, cost_unit = "USD" } }
            local done = export.csv("focus.csv", rows, { focus = {
              currency = "USD", EffectiveCost = "cost", ServiceName = "service", ProviderName = { "AWS" } } })
            print(#done.focus_missing, done.focus_missing[1])
            """, folder: folder.path)
        #expect(outcome.problem == "" && outcome.output == "13\tBilledCost\n")
        #expect(outcome.log.count == 1 && outcome.log[0].contains("lacks 13 mandatory columns of FOCUS 1.0"))
        #expect(
            try contents(of: "\(folder.path)/focus.csv")
                == "BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargePeriodEnd,ChargePeriodStart,EffectiveCost,"
                + "ProviderName,ServiceName\r\nUSD,2026-11-01T00:00:00Z,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,"
                + "2026-10-31T00:00:00Z,1.5,AWS,EC2\r\n")
        #expect(try manifest(folder, "focus.csv")["focus"]?["missing"]?.array?.count == 13)
    }

    @Test(arguments: [
        ("currency = 'USD', BiledCost = 'cost'", "no column \"BiledCost\""),
        ("currency = 'EUR', BilledCost = 'cost'", "\"cost\" is in USD, and focus.currency is EUR"),
        ("BilledCost = 'cost'", "focus.currency: expected the ISO 4217 code"),
        ("currency = 'USD', BilledCost = 'coast'", "the rows have no field \"coast\""),
    ])
    func `a FOCUS mapping that cannot be right is an error`(focus: String, said: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            require "finlua.export".csv("f.csv", { { day = "2026-10-31", cost = 1.5, cost_unit = "USD" } }, {
              focus = { \(focus) } })
            """, folder: folder.path)
        #expect(outcome.error?.failure.message.contains(said) == true, "\(outcome.problem)")
        #expect(folder.names == [])
    }
}
