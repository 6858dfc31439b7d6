import LuaRuntime
import RowDecoder
import Testing

/// The recipes over `finlua.allocate`; their numbers against rules written here a second time.
struct AllocationRecipeTests {
    private typealias Row = [String: JSONValue]
    private static let invoices: Set = ["Tax", "AWSSupportBusiness", "Support"]
    private static let keys = ["Global|service|billing_dimension", "Virtual Tags|Team|virtual_tag"]

    private func team(_ row: Row) -> String? { row["Virtual Tags_virtual_tag_Team"]?.string }
    private func service(_ row: Row) -> String { row["Global_billing_dimension_service"]?.string ?? "" }

    @Test(arguments: ["proportional", "even"])
    func `allocate-shared passes on the whole pool and leaves no cent out`(split: String) async throws {
        let rows = try reference("2026-10-01", "2026-10-31", keys: Self.keys)
        let outcome = try await runDemo(try recipe("allocate-shared"), arguments: ["--split", split])
        #expect(outcome.problem == "")
        let (table, total) = (PrintedTable(outcome.output), millionths(rows))
        let owned = Dictionary(grouping: rows) { row in
            let isShared = Self.invoices.contains(service(row)) || ["Platform", "Security"].contains(team(row))
            return isShared ? "Shared" : team(row) ?? "unallocated"
        }.mapValues { millionths($0) }
        let (pool, unallocated) = (try #require(owned["Shared"]), try #require(owned["unallocated"]))
        let teams = owned.keys.filter { $0 != "Shared" && $0 != "unallocated" }
        #expect(teams.count == 8 && table.names.count == 10)
        #expect(Set(table.names) == Set(teams + ["unallocated", "total"]) && table.names.last == "total")

        for name in teams {
            let own = try #require(owned[name])
            let share = split == "even" ? 0.125 : Double(own) / Double(total - pool - unallocated)
            #expect(table.shows(name, "direct", own), "\(name)")
            #expect(abs(table.number(name, "shared") - Double(pool) * share / 1_000_000) < 0.011, "\(name)")
            let sum = table.number(name, "direct") + table.number(name, "shared")
            #expect(abs(sum - table.number(name, "cost")) < 0.011, "\(name)")
        }
        #expect(table.shows("unallocated", "cost", unallocated) && table.text("unallocated", "shared") == "0.00")
        #expect(table.shows("total", "direct", total - pool))
        #expect(table.shows("total", "shared", pool))
        #expect(table.shows("total", "cost", total))
        let shared = teams.reduce(0) { $0 + (table.cents($1, "shared") ?? 0) }
        #expect(abs(shared - pool) <= 5_000 * Int64(teams.count))
        let allocated = Double(total - unallocated) / Double(total) * 100
        let passed = Double(pool) / Double(total - unallocated) * 100
        let last = try #require(outcome.output.split(separator: "\n").last)
        let words = last.split(separator: " ")
        #expect(abs((Double(words[0].dropLast()) ?? .nan) - allocated) <= 0.05001, "\(last)")
        #expect(abs((Double(words[6].dropLast()) ?? .nan) - passed) <= 0.05001, "\(last)")
    }

    @Test
    func `virtual-tag-prototype moves costs and makes none, and writes the rules it tried`() async throws {
        let rows = try reference("2026-10-01", "2026-10-31", keys: Self.keys + ["AWS|aws_account_name|tag"])
        let before = Dictionary(grouping: rows) { team($0) ?? "unallocated" }.mapValues { millionths($0) }
        let after = Dictionary(grouping: rows) { row in
            if let team = team(row) { return team }
            if Self.invoices.contains(service(row)) { return "Finance" }
            if ["AmazonBedrock", "AmazonSageMaker"].contains(service(row)) { return "ML" }
            let account = row["AWS_tag_aws_account_name"]?.string ?? ""
            let isEngineering = ["staging", "development", "sandbox"].contains { account.contains($0) }
            return isEngineering ? "Engineering" : "unallocated"
        }.mapValues { millionths($0) }
        let outcome = try await runDemo(try recipe("virtual-tag-prototype"), arguments: ["--name", "Payer"])
        #expect(outcome.problem == "" && outcome.log.isEmpty)
        let start = try #require(outcome.output.firstIndex(of: "{"))
        let table = PrintedTable(String(outcome.output[..<start]))
        #expect(Set(table.names) == Set(after.keys).union(["total"]))
        for name in after.keys {
            let (old, new) = (before[name] ?? 0, after[name] ?? 0)
            #expect(table.shows(name, "before", old) && table.shows(name, "after", new), "\(name)")
            #expect(table.shows(name, "change", new - old), "\(name)")
        }
        #expect(table.shows("total", "before", millionths(rows)) && table.shows("total", "after", millionths(rows)))
        #expect(table.text("total", "change") == "0.00")

        let body = try JSONValue(parsing: String(outcome.output[start...]))
        #expect(body["name"]?.string == "Payer" && body["defaultValue"]?.string == "unallocated")
        let rules = try #require(body["rules"]?.array)
        #expect(rules.map { $0["to"]?.string ?? "" } == ["", "Finance", "ML", "Engineering"])
        #expect(rules[0]["to"]?["key"]?.string == "Team")
        #expect(rules[1]["filters"]?["value"] == ["Tax", "AWSSupportBusiness", "Support"])
        let alone = try await runDemo(try recipe("virtual-tag-prototype"), arguments: ["--name", "Payer", "--body"])
        #expect(alone.output == String(outcome.output[start...]))
    }
}
