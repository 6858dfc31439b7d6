import HostLoop
import RowDecoder
import Simulator
import Testing

private let costs: [JSONValue] = [
    "blendedCost", "unblendedCost", "netUnblendedCost", "amortizedCost", "netAmortizedCost",
]

@Suite struct EvaluationTests {
    private static let measurements = costs.map { type -> JSONValue in ["type": type] }
    private static let whole = Result {
        try account.evaluate(body(account.firstDay, today, measurements: measurements))
    }

    @Test(
        arguments: DemoKey.all.flatMap { entry in entry.types.map { "\(entry.costCenter)|\(entry.key)|\($0)" } })
    func `groups by any key add up to the whole, to the millionth`(_ name: String) throws {
        let whole = try Self.whole.get()
        let grouped = try account.evaluate(
            body(account.firstDay, today, interval: "month", measurements: Self.measurements, dimensions: [key(name)]))
        for cost in costs.compactMap(\.string) {
            #expect(total(grouped, cost + "_sum") == total(whole, cost + "_sum"), "\(cost)")
        }
        #expect(whole.count == 400)
    }

    @Test func `days, weeks and months add up to the same, under the names of their first days`() throws {
        let first = Day("2026-01-15")!
        let last = Day("2026-10-20")!
        let service = [key("Global|service|billing_dimension")]
        var sums: Set<Int64> = []
        for interval in ["day", "week", "month"] as [JSONValue] {
            let rows = try account.evaluate(body(first, last, interval: interval, dimensions: service))
            sums.insert(total(rows))
            let names = Set(rows.compactMap { $0[interval.string!]?.string })
            switch interval {
            case "day": #expect(names == Set((first...last).map(\.description)))
            case "week": #expect(names == Set((first...last).map(\.firstOfWeek.description)))
            default: #expect(names == Set((1...10).map { "2026-\($0 < 10 ? "0" : "")\($0)" }))
            }
        }
        #expect(sums.count == 1)
        let week = try account.evaluate(body(Day("2026-01-01")!, Day("2026-01-04")!, interval: "week"))
        #expect(week.compactMap { $0["week"]?.string } == ["2025-12-29"])
    }

    @Test func `sum, average, least and greatest are those of the line items`() throws {
        // One resource bills one line a day, so a month's items are the rows of its days.
        let one: JSONValue = [
            "AND": [
                condition("AWS|usage_type|billing_dimension", "is", ["USE1-PaidEventsAnalyzed"]),
                condition("AWS|aws_account_name|tag", "is", ["harbor-security"]),
            ]
        ]
        let first = Day("2026-06-01")!
        let last = Day("2026-06-30")!
        let days = try account.evaluate(body(first, last, filters: one)).compactMap { millionths($0) }
        #expect(days.count == 30)
        let month = try #require(
            account.evaluate(
                body(
                    first, last, interval: "month",
                    measurements: ["sum", "avg", "min", "max"].map { ["type": "netAmortizedCost", "operator": $0] },
                    filters: one)
            ).first)
        #expect(millionths(month, "netAmortizedCost_sum") == days.reduce(0, +))
        #expect(millionths(month, "netAmortizedCost_min") == days.min())
        #expect(millionths(month, "netAmortizedCost_max") == days.max())
        let mean = (Double(days.reduce(0, +)) / 30).rounded(.toNearestOrAwayFromZero)
        #expect(millionths(month, "netAmortizedCost_avg") == Int64(mean))
    }

    @Test func `negative operators keep lines without a value`() throws {
        func count(_ filter: JSONValue?) throws -> (lines: Int, sum: Int64) {
            // The list of all line items: what is grouped by nothing is one row.
            let rows = try account.evaluate(body(today - 40, today - 3, interval: "month", filters: filter))
            return (rows.count, total(rows))
        }
        let team = "AWS|team|tag"
        let whole = try count(nil).sum
        let pairs: [(JSONValue, JSONValue)] = [
            (condition(team, "oneOf", ["checkout", "data"]), condition(team, "notOneOf", ["checkout", "data"])),
            (condition(team, "is", ["search"]), condition(team, "notIs", ["search"])),
            (condition(team, "contains", ["at"]), condition(team, "notContains", ["at"])),
            (condition(team, "exists"), condition(team, "notExists")),
        ]
        for (positive, negative) in pairs {
            let (yes, no) = (try count(positive).sum, try count(negative).sum)
            #expect(yes > 0 && no > 0 && yes + no == whole)
        }
        let tagged = try count(condition(team, "exists")).sum
        let parts = try [
            "checkout", "payments", "catalog", "search", "identity", "platform", "data", "ml", "growth", "security",
        ]
        .map { try count(condition(team, "is", [.string($0)])).sum }
        #expect(parts.reduce(0, +) == tagged)
        #expect(try count(condition(team, "is", ["Checkout"])).sum == 0)
        #expect(try count(condition(team, "contains", "check")).sum == count(condition(team, "is", "checkout")).sum)
    }

    @Test func `conditions combine with all and any to any depth`() throws {
        func sum(_ filter: JSONValue) throws -> Int64 {
            total(try account.evaluate(body(today - 40, today - 3, filters: filter)))
        }
        let east = condition("AWS|region|billing_dimension", "is", ["us-east-1"])
        let ec2 = condition("AWS|service|billing_dimension", "is", ["AmazonEC2"])
        let both = try sum(["AND": [east, ec2]])
        let either = try sum(["OR": [east, ec2]])
        #expect(both > 0 && either > both)
        #expect(try sum(east) + sum(ec2) == both + either)
        #expect(try sum(["AND": [["OR": [east, ["AND": [ec2]]]], ["OR": [ec2]]]]) == sum(ec2))
        let aws = condition("Global|cost_center_type|billing_dimension", "oneOf", ["AWS"])
        let kubernetes = condition("Global|cost_center_type|billing_dimension", "is", ["Kubernetes"])
        #expect(try sum(["AND": [ec2, ["OR": [aws, kubernetes]]]]) == sum(ec2))
        #expect(try sum(["AND": [aws, kubernetes]]) == 0)
    }

    @Test func `rows come by their group's measurement, newest first, unless another order is asked`() throws {
        let service = "Global|service|billing_dimension"
        let field = "Global_billing_dimension_service"
        let first = today - 20
        let last = today - 3
        let totals = Dictionary(
            try account.evaluate(body(first, last, dimensions: [key(service)])).map {
                ($0[field]!.string!, millionths($0)!)
            }, uniquingKeysWith: +)
        let rows = try account.evaluate(body(first, last, dimensions: [key(service)]))
        for (row, next) in zip(rows, rows.dropFirst()) {
            let (name, nextName) = (row[field]!.string!, next[field]!.string!)
            if name == nextName {
                #expect(row["day"]!.string! > next["day"]!.string!)
            } else {
                #expect(totals[name]! >= totals[nextName]!)
            }
        }
        let ascending = try account.evaluate(
            body(
                first, last, interval: "month",
                measurements: [["type": "netAmortizedCost", "sortDirection": "ascending"]], dimensions: [key(service)],
                filters: condition("AWS|service|billing_dimension", "exists")))
        #expect(Set(ascending.map(\.count)) == [3])
        let byName = try account.evaluate(
            body(first, last, dimensions: [key("AWS|team|tag", [("sortDirection", "ascending")])]))
        let names = byName.map { $0["AWS_tag_team"]?.string }
        #expect(names.compactMap(\.self) == names.compactMap(\.self).sorted())
        #expect(names.last! == nil && names.first! != nil)
        let byDay = try account.evaluate(
            body(first, last, dimensions: [key(service)], intervalSort: "ascending"))
        #expect(byDay.map { $0["day"]!.string! } == byDay.map { $0["day"]!.string! }.sorted())
        #expect(byDay.first?[field] == "AmazonEC2")
    }

    @Test func `usage exists for the clouds alone, and mixed units are not named`() throws {
        let rows = try account.evaluate(
            body(
                today - 10, today - 5, interval: "month", measurements: [["type": "usageAmount"]],
                dimensions: [key("Global|cost_center_type|billing_dimension")]))
        let measured = rows.filter { $0["usageAmount_sum"] != nil }
        #expect(
            Set(measured.compactMap { $0["Global_billing_dimension_cost_center_type"]?.string }) == [
                "AWS", "GCP", "Azure",
            ])
        #expect(measured.allSatisfy { $0["usageAmount_sum"]?["unit"] == nil })
        #expect(rows.count == 6)
    }

    @Test func `a day belongs to the range when its midnight does`() throws {
        func days(_ start: Int64, _ end: Int64) throws -> Int {
            guard case .object(var members) = body(today, today) else { return -1 }
            members[0].value = [
                "unixTimeMillisecondsStart": .integer(start), "unixTimeMillisecondsEnd": .integer(end),
            ]
            return try account.evaluate(.object(members)).count
        }
        let midnight = (today - 10).start.millisecondsSinceEpoch
        let day: Int64 = 86_400_000
        #expect(try days(midnight, midnight + 2 * day - 1) == 2)
        #expect(try days(midnight, midnight + 2 * day) == 3)
        #expect(try days(midnight + 1, midnight + 2 * day - 1) == 1)
        #expect(try days(midnight + 1, midnight + day - 1) == 0)
    }
}
