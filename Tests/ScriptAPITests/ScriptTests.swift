import Testing

/// Scripts of the modules that need no account, with what they print.
struct ScriptTests {
    @Test(arguments: [
        "allocate", "anomaly", "check", "check_refusals", "csv", "date", "group", "join", "json", "keys", "money",
        "export", "report_scale", "report_terminal", "sql", "store", "store_diff",
    ])
    func `prints what stands beside it`(name: String) async throws {
        let outcome = try await run(try fixture("Scripts/\(name).lua"), name: "\(name).lua")
        #expect(outcome.problem == "")
        #expect(outcome.output == (try fixture("Scripts/\(name).expected")))
    }
}
