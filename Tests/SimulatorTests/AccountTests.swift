import HostLoop
import RowDecoder
import Simulator
import Testing

@Suite struct AccountTests {
    private static let byEverything = body(
        today - 60, today, interval: "week", measurements: [["type": "netAmortizedCost"], ["type": "usageAmount"]],
        dimensions: [key("Global|service|billing_dimension"), key("AWS|team|tag"), key("AWS|resource_id|resource")])

    @Test func `the same seed and day give the same account, another seed another`() throws {
        let rows = try account.evaluate(Self.byEverything)
        #expect(try DemoAccount(DemoOptions(today: today)).evaluate(Self.byEverything) == rows)
        #expect(try DemoAccount(DemoOptions(today: today, seed: 2)).evaluate(Self.byEverything) != rows)
    }

    @Test func `what was billed stays when a day of the same month passes`() throws {
        let tomorrow = DemoAccount(DemoOptions(today: today + 1))
        let settled = body(today - 60, today - 4, dimensions: [key("Global|service|billing_dimension")])
        #expect(try tomorrow.evaluate(settled) == account.evaluate(settled))
        let lately = body(today - 1, today)
        #expect(try total(tomorrow.evaluate(lately)) > total(account.evaluate(lately)))
    }

    @Test func `the account holds 400 days`() throws {
        let rows = try account.evaluate(body(today - 1_000, today + 1_000))
        #expect(rows.count == 400)
        #expect(rows.first?["day"] == "2026-11-20" && rows.last?["day"] == "2025-10-17")
    }

    @Test func `every cost type tells its own story`() throws {
        let rows = try account.evaluate(
            body(
                Day("2026-06-01")!, Day("2026-06-30")!, interval: "month",
                measurements: Measure.allCases.prefix(5).map { ["type": .string($0.rawValue)] }))
        let amounts = try #require(rows.first).filter { $0.key != "month" }.compactMap { millionths(rows[0], $0.key) }
        #expect(Set(amounts).count == 5)
        // The upfront fee of a commitment is in June's unblended cost alone.
        let unblended = try #require(millionths(rows[0], "unblendedCost_sum"))
        let amortized = try #require(millionths(rows[0], "amortizedCost_sum"))
        #expect(unblended - amortized > 150_000_000_000)
        let list = try account.evaluate(
            body(today - 18, today - 10, measurements: [["type": "listCost"], ["type": "amortizedCost"]]))
        #expect(list.allSatisfy { millionths($0, "listCost_sum")! > millionths($0, "amortizedCost_sum")! })
        let normalized = try #require(
            account.evaluate(
                body(
                    today - 20, today - 10, interval: "month",
                    measurements: [["type": "usageAmount"], ["type": "normalizedUsageAmount"]],
                    filters: condition(
                        "AWS|instance_type|billing_dimension".replacing(
                            "billing_dimension", with: "billing_enrichment"), "is", ["m6i.2xlarge"]))
            ).first)
        #expect(
            millionths(normalized, "normalizedUsageAmount_sum")! / 1_000_000
                == millionths(normalized, "usageAmount_sum")! * 16 / 1_000_000)
    }

    @Test func `a month costs a few hundred thousand dollars, most of it on AWS, and grows over the year`() throws {
        let rows = try account.evaluate(
            body(
                Day("2025-11-01")!, Day("2026-10-31")!, interval: "month",
                dimensions: [key("Global|cost_center_type|billing_dimension")]))
        var months: [String: Int64] = [:]
        for row in rows { months[row["month"]!.string!, default: 0] += millionths(row)! }
        #expect(months.count == 12)
        #expect(months.values.allSatisfy { (200_000_000_000...400_000_000_000).contains($0) })
        #expect(months["2026-10"]! * 10 > months["2025-11"]! * 12)
        #expect(rows.first?["Global_billing_dimension_cost_center_type"] == "AWS")
        let october = rows.filter { $0["month"] == "2026-10" }
        #expect(millionths(october[0])! * 2 > months["2026-10"]!)
    }

    @Test func `weekends are cheaper, the first of a month dearer, today and yesterday incomplete`() throws {
        let rows = try account.evaluate(body(today - 40, today))
        let byDay = Dictionary(uniqueKeysWithValues: rows.map { (Day($0["day"]!.string!)!, millionths($0)!) })
        let weekend = byDay.filter { $0.key.weekday > 5 && $0.key.dayOfMonth != 1 && $0.key < today - 3 }
        let workdays = byDay.filter { $0.key.weekday < 6 && $0.key.dayOfMonth != 1 && $0.key < today - 3 }
        #expect(weekend.values.max()! < workdays.values.min()!)
        #expect(byDay[Day("2026-11-01")!]! > workdays.values.max()! * 2)
        #expect(byDay[today]! * 2 < workdays.values.min()!)
        #expect(byDay[today - 1]! < workdays.values.min()!)
        let azure = try account.evaluate(
            body(
                today - 3, today, filters: condition("Global|cost_center_type|billing_dimension", "is", ["Azure"])))
        #expect(azure.map { $0["day"]!.string! } == ["2026-11-19", "2026-11-18", "2026-11-17"])
    }

    @Test func `credits and refunds are negative, some spend is untagged, services come and go`() throws {
        let charges = try account.evaluate(
            body(account.firstDay, today, interval: "month", dimensions: [key("AWS|charge_type|billing_dimension")]))
        func sum(_ charge: String) -> Int64 {
            total(charges.filter { $0["AWS_billing_dimension_charge_type"]?.string == charge })
        }
        #expect(sum("Credit") < 0 && sum("Refund") < 0 && sum("Tax") > 0 && sum("UnusedCommitment") > 0)
        let teams = try account.evaluate(
            body(today - 40, today - 10, interval: "month", dimensions: [key("Virtual Tags|Team|virtual_tag")]))
        let untagged = total(teams.filter { $0["Virtual Tags_virtual_tag_Team"] == nil })
        #expect(untagged * 100 > total(teams) * 8 && untagged * 100 < total(teams) * 30)
        func months(_ service: JSONValue) throws -> [String] {
            try account.evaluate(
                body(
                    account.firstDay, today, interval: "month",
                    filters: condition("AWS|service|billing_dimension", "is", [service]), intervalSort: "ascending")
            ).compactMap { $0["month"]?.string }
        }
        #expect(try months("AmazonBedrock").first == "2026-05")
        #expect(try months("AmazonRedshift").last == "2026-08")
        #expect(try months("AmazonS3").count == 14)
    }

    @Test func `keys are awkward on purpose`() {
        let keys = DemoKey.all
        #expect(keys.contains { $0.key.contains("/") })
        #expect(keys.contains { $0.key.contains(" ") } && keys.contains { $0.costCenter.contains(" ") })
        #expect(keys.contains { !$0.key.utf8.allSatisfy { $0 < 128 } })
        #expect(keys.contains { $0.types.count == 2 })
        #expect(keys.contains { $0.displayName != $0.key })
        let names = Dictionary(grouping: keys) { "\($0.costCenter)/\($0.displayName)" }
        #expect(names.values.contains { $0.count > 1 })
        #expect(Set(keys.map { "\($0.costCenter)/\($0.key)" }).count == keys.count)
        #expect(
            Set(keys.flatMap { entry in entry.types.map { "\(entry.costCenter)_\($0)_\(entry.key)" } }).count == keys
                .count + 1)
    }

    @Test func `some days stand out`() throws {
        func days(_ filter: JSONValue) throws -> [(day: String, amount: Int64)] {
            try account.evaluate(body(today - 120, today - 3, filters: filter, intervalSort: "ascending")).map {
                ($0["day"]!.string!, millionths($0)!)
            }
        }
        let runaway = try days(
            [
                "AND": [
                    condition("GCP|project_id|tag", "is", ["harbor-analytics-dev"]),
                    condition("GCP|sku_description|billing_dimension", "is", ["Analysis (us)"]),
                ]
            ])
        let usual = runaway.map(\.amount).sorted()[runaway.count / 2]
        #expect(runaway.filter { $0.amount > usual * 10 }.map(\.day) == ["2026-10-12"])
        let forgotten = try days(condition("AWS|instance_type|billing_enrichment", "is", ["p4d.24xlarge"]))
        #expect(forgotten.map(\.day) == (0..<9).map { (Day("2026-08-27")! + $0).description })
        #expect(forgotten.allSatisfy { $0.amount > 700_000_000 })
    }

    @Test func `an account is made and asked in no time`() throws {
        // Far above what it takes (3 ms and 4 ms on two cores), for machines that are slow or busy.
        let clock = ContinuousClock()
        let making = clock.measure { _ = DemoAccount(DemoOptions(today: today, seed: 9)) }
        #expect(making < .milliseconds(500))
        let asking = try (1...3).map { _ in
            try clock.measure {
                _ = try account.evaluate(
                    body(today - 59, today, dimensions: [key("Global|service|billing_dimension")]))
            }
        }
        #expect(asking.min()! < .milliseconds(500))
    }
}
