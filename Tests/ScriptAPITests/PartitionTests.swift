import HostLoop
import LuaRuntime
import RowDecoder
import Testing

/// Exports in partitions: which are replaced, and what is said of them.
struct PartitionTests {
    @Test
    func `a value that no folder can be called is encoded, and an absent one has a name of its own`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            #"""
            local export = require "finlua.export"
            local values = { "../x", "a=b", "nul\0", "", "..", "100%", "plain", "__HIVE_DEFAULT_PARTITION__" }
            local rows = { { cost = 1 } }
            for place, team in ipairs(values) do rows[place + 1] = { team = team, cost = 1 } end
            local done = export.ndjson("costs", rows, { partition_by = "team", columns = { "cost" } })
            for _, one in ipairs(done.partitions) do print(one.partition, one.rows, one.state, one.sums.cost.after) end
            """#, folder: folder.path)
        #expect(outcome.problem == "")
        #expect(
            outcome.output == """
                team=%2E%2E%2Fx\t1\tnew\t1
                team=%5F_HIVE_DEFAULT_PARTITION__\t1\tnew\t1
                team=..\t1\tnew\t1
                team=100%25\t1\tnew\t1
                team=__HIVE_DEFAULT_PARTITION__\t2\tnew\t2
                team=a%3Db\t1\tnew\t1
                team=nul%00\t1\tnew\t1
                team=plain\t1\tnew\t1

                """.replacing("%2E%2E%2F", with: "..%2F").split(separator: "\n").sorted().joined(separator: "\n") + "\n"
        )
        #expect(folder.names == ["costs"])
        #expect(try contents(of: "\(folder.path)/costs/team=..%2Fx/part.ndjson") == "{\"cost\":1}\n")
    }

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
        ("{ { day = '2026-10-05', cost = 1 } }, { partition_by = 'dya' }", "partition_by: no row has a field \"dya\""),
        ("{}, { restate = {} }", "restate is for partitions; add partition_by = \"day\""),
        ("{}, { partition_by = 'day', restate = {} }", "with restate the rows are a function"),
        ("{}, { partition_by = '../x' }", "partition_by: expected the name of a field"),
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
}
