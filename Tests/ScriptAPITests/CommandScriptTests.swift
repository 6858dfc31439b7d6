import LuaRuntime
import Testing

/// The scripts behind `finlua keys`, `values` and `query`.
struct CommandScriptTests {
    @Test
    func `keys lists paths, names and types`() async throws {
        let outcome = try await runDemo(
            try command("keys"), arguments: ["--match", "team", "--cost-center", "Virtual Tags", "--format", "csv"])
        #expect(outcome.problem == "")
        #expect(outcome.output == "path,name,types\r\nVirtual Tags/Team,Team,virtual_tag\r\n")
    }

    @Test
    func `values prints one a line`() async throws {
        let outcome = try await runDemo(try command("values"), arguments: ["Global/cost_center_type", "--match", "A"])
        #expect(outcome.problem == "")
        #expect(outcome.output.split(separator: "\n").contains("AWS"))
    }

    @Test(arguments: ["table", "csv", "ndjson", "json"])
    func `query prints each format`(format: String) async throws {
        let outcome = try await runDemo(
            try command("query"),
            arguments: [
                "--dimension", "service=AWS/service", "--measurement", "cost=netAmortizedCost", "--measurement",
                "usageAmount:max", "--filter", "AWS/region=us-east-1,us-east-2", "--filter", "AWS/service!=Tax",
                "--filter", "AWS/service", "--last", "2d", "--lag", "2", "--format", format,
            ])
        #expect(outcome.problem == "")
        let first = outcome.output.split(whereSeparator: \.isNewline).first.map(String.init)
        switch format {
        case "table":
            #expect(
                first?.split(separator: " ") == ["day", "service", "cost", "usageAmount_max", "usageAmount_max_unit"])
        case "csv": #expect(first == "day,service,cost,usageAmount_max,usageAmount_max_unit")
        case "ndjson": #expect(first?.hasPrefix("{\"day\":\"2026-11-1") == true)
        default: #expect(first == "[" && outcome.output.hasSuffix("}\n]\n"))
        }
        #expect(outcome.output.split(whereSeparator: \.isNewline).count > 10)
        #expect(!outcome.output.contains("Tax"))
    }

    @Test
    func `query takes the top rows and names its mistakes`() async throws {
        let top = try await runDemo(
            try command("query"),
            arguments: [
                "--dimension", "AWS/service", "--month", "2026-10", "--interval", "month", "--top", "3", "--format",
                "csv",
            ])
        #expect(top.problem == "")
        #expect(top.output.split(separator: "\r\n").count == 4)
        #expect(top.output.hasPrefix("month,AWS/service,netAmortizedCost\r\n"))
        let wrong = try await runDemo(try command("query"), arguments: ["--dimension", "service=AWS/servce"])
        #expect(wrong.status == 2)
        #expect(wrong.complaint.contains("--dimension: ") && wrong.complaint.contains("AWS/service"))
    }
}
