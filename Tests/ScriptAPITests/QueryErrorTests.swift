import LuaRuntime
import Testing

/// A query that cannot be asked: nothing is sent, the message names the field, the rule and the nearest right word.
struct QueryErrorTests {
    @Test(arguments: [
        (
            "", "date: expected a period, got nothing",
            "write date = { from = \"2026-10-01\", to = \"2026-10-31\" }, "
                + "{ last = \"30d\", lag = 2 } or { month = \"2026-10\" }"
        ),
        (
            "date = { last = '30d' }, filter = {}",
            "filter: no such field; there are date, timeInterval, measurements, "
                + "dimensions, filters, rowLimit, allow_partial", "did you mean filters?"
        ),
        (
            "date = { form = '2026-10-01', to = '2026-10-31' }",
            "date.form: no such field; there are from, to, last, lag, "
                + "month, unixTimeMillisecondsStart, unixTimeMillisecondsEnd", "did you mean from?"
        ),
        ("date = { from = '2026-10-01' }", "date.to: is missing: the last day, included", ""),
        (
            "date = { from = '2026-10-32', to = '2026-11-01' }",
            "date.from: expected a day, a date value or \"YYYY-MM-DD\", got \"2026-10-32\"", ""
        ),
        (
            "date = { from = '2026-10-31', to = '2026-10-01' }",
            "date: the last day, 2026-10-01, is before the first, 2026-10-31", ""
        ),
        (
            "date = { last = '30' }",
            "date.last: expected a number with d, w or m, such as \"30d\", got \"30\"", ""
        ),
        ("date = { last = '30d', lag = -1 }", "date.lag: expected a whole number of days from 0, got -1", ""),
        ("date = { month = 'October' }", "date.month: expected a month, such as \"2026-10\", got \"October\"", ""),
        (
            "date = { last = '3d', month = '2026-10' }", "date: last, month do not go together",
            "write date = { from = \"2026-10-01\", to = \"2026-10-31\" }, "
                + "{ last = \"30d\", lag = 2 } or { month = \"2026-10\" }"
        ),
        (
            "date = { last = '3d' }, timeInterval = 'hour'",
            "timeInterval: expected one of day, week, month, got \"hour\"", ""
        ),
        (
            "date = { last = '3d' }, measurements = 'netAmortisedCost'",
            "measurements: expected one of blendedCost, unblendedCost, netUnblendedCost, amortizedCost, netAmortizedCost, "
                + "listCost, usageAmount, normalizedUsageAmount, got \"netAmortisedCost\"",
            "did you mean netAmortizedCost?"
        ),
        (
            "date = { last = '3d' }, measurements = { peak = { type = 'usageAmount', operator = 'maximum' } }",
            "measurements.peak.operator: expected one of sum, avg, min, max, got \"maximum\"", "did you mean max?"
        ),
        (
            "date = { last = '3d' }, dimensions = { service = 'service' }",
            "dimensions.service: expected a key as \"costCenter/key\", such as \"AWS/service\", got \"service\"",
            "finlua keys lists them"
        ),
        ("date = { last = '3d' }, dimensions = { { costCenter = 'AWS' } }", "dimensions[1].key: is missing", ""),
        ("date = { last = '3d' }, filters = { ['AWS/region'] = {} }", "filters[\"AWS/region\"]: has no values", ""),
        (
            "date = { last = '3d' }, filters = { ['AWS/region'] = { notOneof = { 'x' } } }",
            "filters[\"AWS/region\"]: expected one of oneOf, notOneOf, is, notIs, contains, notContains, exists, notExists, "
                + "got \"notOneof\"", "did you mean notOneOf?"
        ),
        (
            "date = { last = '3d' }, filters = { ['AWS/region'] = { 1.5 } }",
            "filters[\"AWS/region\"]: expected a text, got 1.5", ""
        ),
        ("date = { last = '3d' }, filters = finout.any {}", "filters.OR: is empty: it needs at least one filter", ""),
        ("date = { last = '3d' }, rowLimit = 'ten'", "rowLimit: expected a whole number of rows, got \"ten\"", ""),
        ("date = { last = '3d' }, allow_partial = 1", "allow_partial: expected true or false, got 1", ""),
    ])
    func `names the field`(specification: String, message: String, hint: String) async throws {
        let outcome = try await run(
            """
            local finout = require "finout"
            finout.query { \(specification) }
            """)
        #expect(
            outcome.problem == "bad_query: script.lua:2: finout.query: \(message)"
                + (hint.isEmpty ? "" : "\nhint: \(hint)"))
    }

    @Test(arguments: [
        ("date = { last = '3d' }, rowLimit = 100001", "rowLimit", "ROW_LIMIT_EXCEEDED"),
        ("date = { last = '61d' }, rowLimit = 10", "rowLimit", "TIMEFRAME_LIMIT_EXCEEDED"),
        ("date = { last = '3d' }, measurements = { 'listCost', 'listCost' }", "measurements[2]", ""),
    ])
    func `names the API's limit at the line of the query`(specification: String, field: String, code: String)
        async throws
    {
        let outcome = try await run(
            """
            local finout = require "finout"
            local ok, problem = pcall(finout.query, { \(specification) })
            print(problem.code, problem.field, problem.api_code or "")
            finout.query { \(specification) }
            """)
        #expect(outcome.output == "bad_query\t\(field)\t\(code)\n")
        #expect(outcome.error?.where == "script.lua:4")
    }

    @Test(arguments: [
        ("finout.query('x')", "finout.query: expected a table, such as { date = { last = \"30d\" } }, got a string"),
        (
            "finout.keys { typ = 'tag' }",
            "finout.keys: no filter \"typ\"; there are costCenter, type, match\nhint: did you mean type?"
        ),
        (
            "finout.values('service')",
            "finout.values: key: expected a key as \"costCenter/key\", such as \"AWS/service\", "
                + "got \"service\"\nhint: finlua keys lists them"
        ),
        ("finout.qeury {}", "finout has no qeury\nhint: did you mean query?"),
        ("require('finlua.group').summ({})", "finlua.group has no summ\nhint: did you mean sum?"),
        (
            "require('finlua.task').swapn()",
            "finlua.task has no swapn\nhint: it has all, any, each, semaphore, sleep, spawn, timeout"
        ),
        (
            "require('finlua.json').encode({}, { prety = true })",
            "json.encode: no option \"prety\"; there are pretty\nhint: did you mean pretty?"
        ),
        (
            "finout.request { path = 'v1/view' }",
            "finout.request: path: expected a route, such as \"/v1/view\", got \"v1/view\""
        ),
    ])
    func `a wrong call says what was expected`(call: String, message: String) async throws {
        let outcome = try await run("local finout = require 'finout'\n\(call)")
        #expect(outcome.problem == "bad_argument: script.lua:2: \(message)")
    }
}
