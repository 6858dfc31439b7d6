import HostLoop
import LuaRuntime
import RowDecoder
import Simulator
import Testing

/// `finout` against the demo account over HTTP.
struct QueryTests {
    @Test
    func `every row equals the account's own, over more days than the API takes`() async throws {
        let outcome = try await runDemo(
            """
            local finout, json = require "finout", require "finlua.json"
            local q = finout.query {
              date = { from = "2026-05-01", to = "2026-11-16" },
              dimensions = { service = "AWS/service" },
              measurements = { cost = "netAmortizedCost" },
            }
            for row in q:rows() do print(row.day, row.service, json.encode(row.cost)) end
            assert(q.total_rows == #q:collect(), "rows come again")
            """)
        #expect(outcome.problem == "")
        let expected = try reference("2026-05-01", "2026-11-16", keys: ["AWS|service|billing_dimension"]).map { row in
            let amount = NumberText.shortest(row["netAmortizedCost_sum"]?["amount"]?.number ?? 0)
            return "\(row["day"]?.string ?? "nil")\t\(row["AWS_billing_dimension_service"]?.string ?? "nil")\t\(amount)"
        }
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == expected.count && expected.count > 1000)
        #expect(lines.sorted() == expected.sorted())
    }

    @Test
    func `short forms and the API's own body ask the same`() async throws {
        let outcome = try await runDemo(
            """
            local finout, date, json = require "finout", require "finlua.date", require "finlua.json"
            local service = { costCenter = "AWS", key = "service", type = "billing_dimension" }
            local start = (date.parse "2026-10-01" - date.parse "1970-01-01") * 86400000
            local forms = {
              { date = { month = "2026-10" }, dimensions = "AWS/service",
                filters = { ["AWS/region"] = { "us-east-1", "us-east-2" }, ["AWS/service"] = { notOneOf = { "Tax" } } } },
              { date = { from = date.parse "2026-10-01", to = "2026-10-31" }, dimensions = { "AWS/Service" },
                timeInterval = { interval = "day" }, measurements = { "netAmortizedCost" },
                filters = finout.all { { ["AWS/region"] = { oneOf = { "us-east-1", "us-east-2" } } },
                  { ["AWS/service"] = { notIs = "Tax" } } } },
              { date = { last = "31d", lag = 20 }, dimensions = { { path = "AWS/service" } },
                filters = finout.all { finout.any { ["AWS/region"] = "us-east-1", { ["AWS/Regions"] = "us-east-2" } },
                  ["AWS/service"] = { notOneOf = "Tax" } } },
              { date = { unixTimeMillisecondsStart = start, unixTimeMillisecondsEnd = start + 31 * 86400000 - 1 },
                timeInterval = { interval = "day" },
                measurements = { { type = "netAmortizedCost", operator = "sum" } }, dimensions = { service },
                filters = { AND = {
                  { costCenter = "AWS", key = "region", type = "billing_dimension", displayName = "Regions",
                    operator = "oneOf", value = { "us-east-1", "us-east-2" } },
                  { costCenter = "AWS", key = "service", type = "billing_dimension", operator = "notOneOf", value = { "Tax" } },
                } } },
            }
            for index, form in ipairs(forms) do
              local rows = finout.query(form):collect()
              print(#rows, json.encode(rows) == json.encode(finout.query(forms[1]):collect()), json.encode(rows[1]))
            end
            """)
        #expect(outcome.problem == "")
        let lines = Set(outcome.output.split(separator: "\n").map(String.init))
        #expect(lines.count == 1)
        #expect(lines.first?.contains("\ttrue\t{\"AWS_billing_dimension_service\":") == true)
        #expect(lines.first?.contains("\"netAmortizedCost_sum\":{\"amount\":") == true)
    }

    @Test
    func `a handle tells what it is`() async throws {
        let outcome = try await runDemo(
            """
            local finout, task, group = require "finout", require "finlua.task", require "finlua.group"
            local q = finout.query {
              date = { from = "2026-10-01", to = "2026-10-02" },
              dimensions = { service = "AWS/service", team = "Virtual Tags/Team" },
              measurements = { cost = "netAmortizedCost", hours = { type = "usageAmount", operator = "max" } },
            }
            print(q)
            print(table.concat(q.columns, " "), #q.ids, q.incomplete, q:wait() == q)
            print((tostring(q):gsub("%d+ rows", "N rows")))
            local both = task.all { q, finout.query { date = { month = "2026-10" } } }
            print(#both, both[1] == q, both[2].total_rows)
            print(select(2, pcall(group.sum, q, { by = "team", of = "hours" })).message)
            print(select(2, pcall(group.sum, q, { by = "taem", of = "cost" })))
            print(select(2, pcall(function() return q.total end)))
            print(#group.sum(q, { by = { "team", "day" }, of = "cost" }) > 4)
            """)
        #expect(outcome.problem == "")
        #expect(
            outcome.output == """
                query: cost, hours by service, team, 2026-10-01 to 2026-10-02 by day (not complete yet)
                day service team cost hours hours_unit\t1\tnil\ttrue
                query: cost, hours by service, team, 2026-10-01 to 2026-10-02 by day (N rows)
                2\ttrue\t31
                group.sum: "hours" is the max of each bucket, and maxima cannot be added
                script.lua:13: group.sum: the query has no column "taem"; it has day, service, team, cost, hours, hours_unit
                hint: did you mean team?
                script.lua:14: query: a query has no field "total"
                hint: did you mean total_rows?
                true

                """)
    }

    @Test
    func `keys and values are found, and a miss suggests`() async throws {
        let outcome = try await runDemo(
            """
            local finout = require "finout"
            for _, key in ipairs(finout.keys { costCenter = "virtual tags", match = "TEAM" }) do
              print(key.costCenter, key.key, key.displayName, table.concat(key.types, ","))
            end
            local kinds = finout.keys { match = "kubernetes/app" }
            print(#kinds, table.concat(kinds[1].types, ","), #finout.keys() > 40, #finout.keys { type = "virtual_tag" })
            local one, two = finout.values("AWS/region"), finout.values("AWS", "region")
            print(#one > 3, #one == #two, #finout.values("Kubernetes/app", "k8s_pod_label") > 0)
            print(#finout.values { costCenter = "AWS", key = "kubernetes.io/cluster/prod" })
            for _, path in ipairs { "AWS/servce", "Kubernetes/app" } do
              local _, problem = pcall(finout.values, path)
              print(problem.code, problem.message, problem.hint)
            end
            print(#finout.limits() > 3, finout.limits()[1].left <= finout.limits()[1].limit)
            local body, status = finout.request { path = "/v2/query-language/keys" }
            print(status, #body.data.keys > 40)
            """)
        #expect(outcome.problem == "")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "Virtual Tags\tTeam\tTeam\tvirtual_tag")
        #expect(lines.dropFirst().first == "1\tk8s_pod_label,k8s_node_label\ttrue\t4")
        #expect(lines.dropFirst(2).first == "true\ttrue\ttrue")
        #expect(lines.contains { $0.hasPrefix("bad_query\t") && $0.contains("servce") && $0.contains("service") })
        #expect(lines.contains { $0.contains("k8s_pod_label") && $0.hasPrefix("bad_query") })
        #expect(lines.suffix(2) == ["true\ttrue", "200\ttrue"])
    }

    @Test
    func `an error of the account reaches the script whole`() async throws {
        let outcome = try await runDemo(
            """
            local finout = require "finout"
            local q = finout.query { date = { month = "2026-10" } }
            q:wait()
            """, faults: ["query:fail"])
        #expect(outcome.error?.failure.code == "query_failed")
        #expect(outcome.error?.where == "script.lua:3")
    }

    /// One day of more rows than the API gives.
    static let crowded = (days: Day("2026-11-10")!...Day("2026-11-10")!, rows: 100_500)

    @Test(arguments: [false, true])
    func `a partial answer that the script allows and does not look at is remembered`(looks: Bool) async throws {
        let outcome = try await withDemo(bulk: Self.crowded) { client, _ in
            try await runScript(
                """
                local q = require "finout".query {
                  date = { from = "2026-11-10", to = "2026-11-10" }, dimensions = "AWS/extracted_resource",
                  allow_partial = true,
                }
                q:wait()
                \(looks ? "print(q.incomplete.code)" : "")
                """, client: client)
        }
        #expect(outcome.problem == "")
        #expect(outcome.incomplete == !looks)
        #expect(outcome.output == (looks ? "incomplete\n" : ""))
    }

    @Test
    func `rows that are not whole are compared with nothing`() async throws {
        let outcome = try await withDemo(bulk: Self.crowded) { client, _ in
            try await runScript(
                """
                local finout, store = require "finout", require "finlua.store"
                store.diff(finout.query {
                  date = { from = "2026-11-10", to = "2026-11-10" }, dimensions = { r = "AWS/extracted_resource" },
                  allow_partial = true,
                }, { "day", "r" })
                """, client: client)
        }
        #expect(outcome.error?.failure.code == "incomplete", "\(outcome.problem)")
        #expect(outcome.error?.failure.message.contains("rows that are missing would look gone") == true)
    }

    @Test
    func `a day that cannot be had whole is an error and leaves no file`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let outcome = try await withDemo(bulk: Self.crowded) { client, _ in
            try await runScript(
                """
                local finout, export = require "finout", require "finlua.export"
                export.csv("bill.csv", finout.query {
                  date = { from = "2026-11-10", to = "2026-11-10" }, dimensions = "AWS/extracted_resource",
                })
                """, client: client, folder: path)
        }
        #expect(outcome.error?.failure.code == "incomplete")
        #expect(folder.names == [])
    }

    @Test
    func `two queries take the time of one, without tasks`() async throws {
        try await withDemo(queryDuration: .seconds(100) ... .seconds(100)) { client, _ in
            let start = HostLoop.now
            let outcome = try await runScript(
                """
                local finout = require "finout"
                local now = finout.query { date = { from = "2026-11-01", to = "2026-11-07" } }
                local prior = finout.query { date = { from = "2026-10-25", to = "2026-10-31" } }
                print(#now:collect() + #prior:collect())
                """, client: client)
            #expect(outcome.output == "14\n")
            let taken = HostLoop.now - start
            #expect(taken >= .seconds(100) && taken < .seconds(120), "\(taken)")
        }
    }

    @Test
    func `a hundred queries of one script break no limit and read nothing early`() async throws {
        try await withDemo { client, server in
            let outcome = try await runScript(
                """
                local finout, date, task = require "finout", require "finlua.date", require "finlua.task"
                local queries = {}
                for index = 1, 100 do
                  local day = date.today() - 2 - index
                  queries[index] = finout.query { date = { from = day, to = day }, dimensions = { service = "AWS/service" } }
                end
                local rows = 0
                for _, query in ipairs(task.all(queries)) do rows = rows + #query:collect() end
                print(rows)
                """, client: client)
            #expect(outcome.problem == "")
            let expected = try reference("2026-08-10", "2026-11-17", keys: ["AWS|service|billing_dimension"])
            #expect(outcome.output == "\(expected.count)\n")
            let report = server.report
            #expect(report.isClean && report.submissions == 100, "\(report)")
            #expect(report.peakInWindow.values.allSatisfy { $0 <= 50 } && report.peakInFlight <= 5, "\(report)")
        }
    }

    /// So many rows a bucket, and as many buckets in eight weeks, that the API gives no such result whole.
    @Test(arguments: [("week", 16_000, 8), ("month", 60_000, 3)])
    func `buckets that a split divides are whole again`(interval: String, rows: Int, buckets: Int) async throws {
        let days = Day("2026-09-07")!...Day("2026-11-01")!
        try await withDemo(bulk: (days, rows * 56)) { client, _ in
            let outcome = try await runScript(
                """
                local finout, group = require "finout", require "finlua.group"
                local function spend(dimensions)
                  return finout.query {
                    date = { from = "2026-09-07", to = "2026-11-01" }, timeInterval = "\(interval)",
                    dimensions = dimensions, measurements = { cost = "netAmortizedCost" },
                  }
                end
                local whole, split = spend(), spend { resource = "AWS/extracted_resource" }
                local count, seen = 0, {}
                for row in split:rows() do
                  local key = row.\(interval) .. "/" .. (row.resource or "")
                  assert(not seen[key], "a bucket came twice: " .. key)
                  seen[key], count = true, count + 1
                end
                assert(#split.ids > 2, "nothing was split")
                local expected = group.sum(whole, { by = "\(interval)", of = "cost" })
                local found = group.sum(split, { by = "\(interval)", of = "cost" })
                for index, bucket in ipairs(expected) do
                  assert(bucket.cost == found[index].cost, bucket.\(interval) .. " differs")
                end
                print(count, #expected, #found)
                """, client: client)
            #expect(outcome.problem == "")
            let counts = outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            #expect(counts == [counts[0], buckets, buckets] && counts[0] >= rows * buckets, "\(counts)")
        }
    }
}
