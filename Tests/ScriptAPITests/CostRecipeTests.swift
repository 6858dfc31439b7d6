import Glibc
import LuaRuntime
import RowDecoder
import Testing

/// The recipes that hold costs against something else; their numbers against the account's own evaluation.
struct CostRecipeTests {
    private typealias Row = [String: JSONValue]

    @Test(arguments: ["", "Data"])
    func `budget-check goes by the days both months have had`(team: String) async throws {
        let filters: JSONValue? =
            team == ""
            ? nil
            : [
                "costCenter": "Virtual Tags", "key": "Team", "type": "virtual_tag", "operator": "oneOf",
                "value": [.string(team)],
            ]
        func spend(_ first: String, _ last: String) throws -> Int64 {
            millionths(try reference(first, last, keys: [], filters: filters))
        }
        let (spent, like) = (try spend("2026-11-01", "2026-11-18"), try spend("2026-10-01", "2026-10-18"))
        let rest = try spend("2026-10-19", "2026-10-30")
        let outcome = try await runDemo(
            try recipe("budget-check"), arguments: ["--budget", "300000"] + (team == "" ? [] : ["--value", team]))
        #expect(outcome.problem == "")
        let lines = outcome.output.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        func amount(_ line: Int, _ place: Int) -> Double { Double(lines[line][place].replacing(",", with: "")) ?? .nan }
        #expect(lines.count == 5)
        #expect(lines[0] == ["budget", "300,000.00", "November", "2026,", "18", "of", "30", "days", "billed"])
        #expect(abs(amount(1, 1) - Double(spent) / 1_000_000) < 0.0051)
        #expect(abs(amount(2, 2) - Double(like) / 1_000_000) < 0.0051)
        let forecast = (Double(spent) + Double(rest) * Double(spent) / Double(like)) / 1_000_000
        #expect(abs(amount(3, 1) - forecast) < 0.0051)
        #expect(abs((Double(lines[3][2].dropLast()) ?? .nan) - forecast / 3_000) < 0.051)
        #expect(abs(amount(4, 3) - (300_000 - Double(spent) / 1_000_000) / 12) < 0.0051)
        #expect(lines[4].suffix(4) == ["for", "12", "more", "days"])
    }

    @Test
    func `budget-check has no number for a value that does not exist`() async throws {
        let outcome = try await runDemo(
            try recipe("budget-check"), arguments: ["--budget", "1", "--value", "Nobody"])
        #expect(outcome.output == "")
        #expect(outcome.error?.failure.message.contains("no costs in two months") == true)
    }

    @Test
    func `tag-coverage counts a default value as none`() async throws {
        let outcome = try await runDemo(try recipe("tag-coverage"), arguments: ["--days", "30", "--top", "6"])
        #expect(outcome.problem == "")
        let table = PrintedTable(outcome.output)
        #expect(table.names.count == 7 && table.names.last == "all services")
        for tag in ["Team", "Environment"] {
            let rows = try reference(
                "2026-10-20", "2026-11-18",
                keys: ["Global|service|billing_dimension", "Virtual Tags|\(tag)|virtual_tag"])
            var services = Dictionary(grouping: rows) { $0["Global_billing_dimension_service"]?.string ?? "" }
            let costliest = services.map { (millionths($0.value), $0.key) }.sorted { $0 > $1 }.map(\.1)
            #expect(Array(table.names.dropLast()) == Array(costliest.prefix(6)))
            services["all services"] = rows
            for name in table.names {
                let all = try #require(services[name])
                let tagged = all.filter { row in
                    let value = row["Virtual Tags_virtual_tag_\(tag)"]?.string
                    return value != nil && value != "Untagged"
                }
                #expect(table.shows(name, "spend", millionths(all)), "\(name)")
                let percent = Double(millionths(tagged)) / Double(millionths(all)) * 100
                #expect(abs(table.number(name, "Virtual Tags/\(tag)") - percent) <= 0.05001, "\(name) \(tag)")
            }
        }
        let lenient = try await runDemo(try recipe("tag-coverage"), arguments: ["--empty", "x"])
        #expect(PrintedTable(lenient.output).text("all services", "Virtual Tags/Environment") == "100.0")
    }

    @Test
    func `cost-types shows both types and their exact difference`() async throws {
        let keys = ["AWS|charge_type|billing_dimension"]
        let (used, billed) = (
            try reference("2026-10-01", "2026-10-31", keys: keys),
            try reference("2026-10-01", "2026-10-31", keys: keys, type: "netUnblendedCost")
        )
        let outcome = try await runDemo(try recipe("cost-types"), arguments: ["--by", "AWS/charge_type"])
        #expect(outcome.problem == "")
        let table = PrintedTable(outcome.output)
        #expect(table.names.last == "total")
        #expect(table.names.contains("DiscountedUsage") && table.names.contains("(no value)"))
        for name in table.names {
            func sum(_ rows: [Row], _ field: String) -> Int64 {
                millionths(
                    rows.filter { row in
                        name == "total" || row["AWS_billing_dimension_charge_type"]?.string ?? "(no value)" == name
                    }, field)
            }
            let (amortized, unblended) = (sum(used, "netAmortizedCost_sum"), sum(billed, "netUnblendedCost_sum"))
            #expect(table.shows(name, "amortized", amortized) && table.shows(name, "unblended", unblended), "\(name)")
            #expect(table.shows(name, "difference", amortized - unblended), "\(name)")
        }
        let differences = table.names.dropLast().map { abs(table.cents($0, "difference") ?? 0) }
        #expect(differences == differences.sorted(by: >))
        #expect(differences.first ?? 0 > 0)
    }

    @Test
    func `unit-cost joins a file, and leaves out days without units`() async throws {
        let folder = try TemporaryFolder()
        let text = "day,units\n2026-11-01,1000\n2026-11-02,2500\n2026-11-03,0\n2026-12-24,7\n"
        let descriptor = open("\(folder.path)/orders.csv", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        let bytes = Array(text.utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        let outcome = try await runDemo(
            try recipe("unit-cost"), arguments: ["--units", "\(folder.path)/orders.csv", "--to", "2026-11-04"],
            folder: folder.path, readsFolder: true)
        #expect(outcome.problem == "")
        let table = PrintedTable(outcome.output)
        #expect(table.names.prefix(5) == ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2 days"])
        for (name, days, units) in [
            ("2026-11-01", 1...1, 1_000), ("2026-11-02", 2...2, 2_500), ("2 days", 1...2, 3_500),
        ] {
            let cost = millionths(
                try reference("2026-11-0\(days.lowerBound)", "2026-11-0\(days.upperBound)", keys: []))
            #expect(table.shows(name, "cost", cost) && table.text(name, "units") == "\(units)")
            #expect(abs(table.number(name, "unit_cost") - Double(cost) / 1_000_000 / Double(units)) <= 0.0000501)
        }
        #expect(table.text("2026-11-03", "unit_cost") == "" && table.text("2026-11-04", "units") == "")
        #expect(outcome.output.hasSuffix("2 days have no units; the last line leaves them out\n"))
        let none = try await runDemo(
            try recipe("unit-cost"), arguments: ["--units", "\(folder.path)/orders.csv", "--from", "2026-11-05"],
            folder: folder.path, readsFolder: true)
        #expect(none.output == "")
        #expect(none.error?.failure.message.contains("has no units from 2026-11-05 to 2026-11-18") == true)
    }
}
