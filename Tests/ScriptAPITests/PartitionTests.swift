import Foundation
import HostLoop
import LuaRuntime
import RowDecoder
import Testing

/// Exports in partitions: which are replaced, and what is said of them.
struct PartitionTests {
    @Test
    func `only days of the range that have no rows any more become empty`() async throws {
        let folder = try TemporaryFolder()
        func export(_ rows: String, _ range: String) async throws -> String {
            let outcome = try await run(
                """
                local done = require "finlua.export".csv("costs", { \(rows) }, {
                  partition_by = "day", columns = { "day", "cost" }, range = { \(range) } })
                for _, one in ipairs(done.changed) do
                  print(one.partition, one.state, one.sums.cost.before, one.sums.cost.after, one.sums.cost.change)
                end
                print(done.text:match("^[^;]*"))
                """, folder: folder.path)
            #expect(outcome.problem == "")
            return outcome.output
        }
        let all = #"from = "2026-10-01", to = "2026-10-03""#
        func row(_ day: Int, _ cost: String) -> String { "{ day = '2026-10-0\(day)', cost = \(cost) }," }
        _ = try await export(row(1, "0.1") + row(2, "0.2") + row(2, "0.1") + row(3, "1"), all)
        let second = try await export(row(2, "0.25"), #"from = "2026-10-02", to = "2026-10-03""#)
        #expect(
            second == """
                day=2026-10-02\tchanged\t0.3\t0.25\t-0.05
                day=2026-10-03\temptied\t1\tnil\t-1
                2 of 2 partitions changed

                """)
        #expect(try contents(of: "\(folder.path)/costs/day=2026-10-03/part.csv") == "day,cost\r\n")
        #expect(try contents(of: "\(folder.path)/costs/day=2026-10-01/part.csv") == "day,cost\r\n2026-10-01,0.1\r\n")
        #expect(
            try await export(row(2, "0.25"), #"from = "2026-10-02", to = "2026-10-03""#)
                == "0 of 1 partitions changed\n")
    }

    @Test
    func `the days asked for again reach back over a month's end until its tenth`() async throws {
        for (today, options, expected) in [
            ("2026-11-20", "trailing = 7, previous_month_until = 10", "2026-11-13 2026-11-19"),
            ("2026-11-10", "trailing = 7, previous_month_until = 10", "2026-10-01 2026-11-09"),
            ("2026-11-11", "trailing = 7, previous_month_until = 10, lag = 2", "2026-11-03 2026-11-09"),
            ("2026-01-02", "trailing = 3, previous_month_until = 10", "2025-12-01 2026-01-01"),
            ("2026-11-20", "trailing = 7, by = 'month'", "2026-11-01 2026-11-19"),
            ("2026-11-20", "since = '2026-05-04'", "2026-05-04 2026-11-19"),
        ] {
            let outcome = try await HostLoop.withVirtualClock {
                try await runScript(
                    """
                    local window = require "finlua.export".restated { \(options) }
                    print(tostring(window.from) .. " " .. tostring(window.to))
                    """, today: Day(today))
            }
            #expect(outcome.output == expected + "\n", "\(today) \(options): \(outcome.problem)")
        }
    }

    @Test(arguments: [
        (
            "{ { day = '2026-10-05', cost = 1 } }, { partition_by = 'month', range = { from = '2026-10-05', to = '2026-10-31' } }",
            "month=2026-10 would be replaced by its days from 2026-10-05 on"
        ),
        (
            "{ { day = '2026-10-05', cost = 1 } }, { partition_by = 'team' }",
            "partition_by: expected \"day\" or \"month\""
        ),
        ("{ { cost = 1 } }, { partition_by = 'day' }", "row 1 has no day: the field is absent"),
        ("{ { day = '2026-10-5', cost = 1 } }, { partition_by = 'day' }", "row 1 has no day: 2026-10-5"),
        ("{ { day = '2026-10-05', cost = 1 } }, { partition_by = 'month' }", "range is missing"),
        (
            "{ { day = '2026-10-05', cost = 1 } }, { partition_by = 'day', range = { from = '2026-10-01', to = '2026-10-04' } }",
            "row 1 is of 2026-10-05, outside of the range 2026-10-01 to 2026-10-04"
        ),
        (
            "{}, { partition_by = 'day', range = { from = '2026-10-02', to = '2026-10-01' } }",
            "range: from 2026-10-02 is after to 2026-10-01"
        ),
        (
            "{}, { partition_by = 'month', manifest = false, range = { from = '2026-10-01', to = '2026-10-15' } }",
            "month=2026-10 would be replaced by its days to 2026-10-15, and without a manifest nobody knows"
        ),
        ("{}, { restate = {} }", "restate is for partitions; add partition_by = \"day\""),
        ("{}, { partition_by = 'day', restate = {} }", "with restate the rows are a function"),
        ("{}, { partition_by = '../x' }", "partition_by: expected \"day\" or \"month\""),
        ("{}, { partition = 'day' }", "no option \"partition\""),
    ])
    func `what would lose rows or is a mistake is an error, and nothing is written`(
        arguments: String, said: String
    ) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            "require 'finlua.export'.csv('costs', \(arguments))", folder: folder.path)
        #expect(outcome.error?.failure.code == "bad_argument")
        #expect(outcome.error?.failure.message.contains(said) == true, "\(outcome.problem)")
        #expect(folder.names == [])
    }

    @Test
    func `a second export of a run to the same folder, and one of another form, is refused`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local export = require "finlua.export"
            local function go(format, cost, folder, by, range)
              local ok, problem = pcall(export[format], folder, { { day = "2026-10-01", cost = cost } },
                { partition_by = by or "day", range = range or { from = "2026-10-01", to = "2026-10-01" } })
              print(ok, ok and "" or problem.message)
            end
            go("csv", 999, "costs")
            go("csv", 1, "costs")
            """, folder: folder.path)
        #expect(
            outcome.output == "true\t\nfalse\texport.csv: this run has exported to costs already\n",
            "\(outcome.problem)")
        for (call, said) in [
            ("ndjson('costs', {}, { partition_by = 'day' })", "tells of csv, and this is ndjson"),
            (
                "csv('costs', {}, { partition_by = 'month', range = { from = '2026-10-01', to = '2026-10-31' } })",
                "tells of partitions by day, and these are by month"
            ),
        ] {
            let other = try await run("require('finlua.export').\(call)", folder: folder.path)
            #expect(other.error?.failure.code == "output" && other.problem.contains(said), "\(other.problem)")
        }
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/costs/_manifest.json"))
        let damaged = try await run(
            "require('finlua.export').csv('costs', {}, { partition_by = 'day' })", folder: folder.path)
        #expect(
            damaged.error?.failure.code == "output" && damaged.problem.contains("is no manifest of finlua, or damaged"))
    }

    @Test
    func `a query that is not whole, or gives a part on purpose, replaces no partition`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        for (more, said) in [
            ("allow_partial = true", "partitions are replaced whole, and rows are missing"),
            ("rowLimit = 5", "a query with rowLimit gives a part of its rows"),
        ] {
            let outcome = try await withDemo(faults: ["results:short:100%"]) { client, _ in
                try await runScript(
                    """
                    local finout, export = require "finout", require "finlua.export"
                    local q = finout.query { date = { from = "2026-11-01", to = "2026-11-03" },
                      dimensions = { service = "AWS/service" }, \(more) }
                    export.csv("costs", q, { partition_by = "day" })
                    """, client: client, folder: path)
            }
            #expect(outcome.problem.contains(said), "\(outcome.problem)")
            #expect(folder.names == [])
        }
    }
}
