import Testing

/// Checks for anomalies of queries: what of a query cannot be judged.
struct AnomalyQueryTests {
    @Test
    func `a query that no day can be judged by is refused, with what to ask instead`() async throws {
        let outcome = try await runDemo(
            """
            local finout, anomaly = require "finout", require "finlua.anomaly"
            local function ask(change)
              local query = { date = { from = "2026-08-20", to = "2026-11-18" }, dimensions = { service = "AWS/service" },
                measurements = { cost = "netAmortizedCost" } }
              for name, value in pairs(change) do query[name] = value end
              local ok, problem = pcall(anomaly.check, finout.query(query), {})
              print(ok, ok and problem.checked.days or problem.message, ok and "" or problem.hint)
            end
            ask {}
            ask { timeInterval = "week" }
            ask { timeInterval = "month" }
            ask { measurements = { cost = { type = "netAmortizedCost", operator = "avg" } } }
            ask { measurements = { "netAmortizedCost", "listCost" } }
            ask { date = { from = "2026-08-20", to = "2026-11-17" } }
            """)
        #expect(outcome.problem == "")
        #expect(
            outcome.output == """
                true\t91\t
                false\tanomaly.check: the query has its rows by week, and days are what is judged\twrite timeInterval = "day"
                false\tanomaly.check: the query has its rows by month, and days are what is judged\twrite timeInterval = "day"
                false\tanomaly.check: "cost" is the avg of each bucket, and averages cannot be added\tquery it with the \
                interval and dimensions it is wanted for
                false\tanomaly.check: value is missing\twrite value = "cost", the field with the number
                false\tanomaly.check: the query ends on 2026-11-17, before the day that is judged: 2026-11-18, 2 days \
                before 2026-11-20\tquery up to that day, or give as_of

                """)
    }
}
