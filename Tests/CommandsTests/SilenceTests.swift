import Testing

/// What would otherwise go wrong without a word, by the built program.
@Suite struct SilenceTests {
    @Test(arguments: [
        (
            ["--filter", "AWS/region=us-eats-1"],
            "warn: a query has no rows: AWS/region has no value 'us-eats-1'; did you mean 'us-east-1'?\n"
        ),
        (
            ["--filter", "AWS/region=nowhere-near-any"],
            "warn: a query has no rows: AWS/region has no value 'nowhere-near-any'; "
                + "list them with: finlua values 'AWS/region'\n"
        ),
        (["--filter", "AWS/region=us-east-1,us-eats-1"], ""),
    ])
    func `A value that does not exist is named where it leaves no rows`(
        arguments: [String], warning: String
    ) async throws {
        let outcome = try await Program().run(
            ["query", "--demo", "--dimension", "AWS/region", "--last", "3d"] + arguments)
        #expect(outcome.status == 0 && outcome.error == warning, "\(outcome.error)")
    }

    @Test func `Days that are to come are named where they leave no rows`() async throws {
        let outcome = try await Program().run("query", "--demo", "--from", "2999-01-01", "--to", "2999-01-03")
        #expect(outcome.status == 0)
        #expect(outcome.error.hasPrefix("warn: a query has no rows: 2999-01-01 to 2999-01-03 is to come; today is "))
    }

    @Test(arguments: [
        ("", "warn: a query that was never read has failed: dimensions[1]: the account has no key 'servic'"),
        ("query:cancel()", ""), ("pcall(query.wait, query)", ""),
    ])
    func `A query that fails and that nobody reads is told of`(then: String, warning: String) async throws {
        try await withFolder { folder in
            try write(
                """
                local query = require("finout").query { date = { last = "3d" }, dimensions = "AWS/servic" }
                require("finlua.task").sleep(0.2)
                \(then)
                """, to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "script.lua")
            #expect(outcome.status == 0)
            #expect(warning.isEmpty ? outcome.error.isEmpty : outcome.error.hasPrefix(warning), "\(outcome.error)")
        }
    }

    @Test func `A misspelt variable is refused by its name, unless the script is to know it`() async throws {
        try await withFolder { folder in
            try write("print(os.getenv('FINLUA_TEAM'))", to: folder + "/script.lua")
            let misspelt = try await Program(environment: ["FINLUA_TIMOUT": "1s"], folder: folder).run(
                "run", "--demo", "script.lua")
            #expect(misspelt.status == 2)
            #expect(
                misspelt.error.contains("unknown environment variable FINLUA_TIMOUT; did you mean FINLUA_TIMEOUT"),
                "\(misspelt.error)")
            let own = try await Program(environment: ["FINLUA_TEAM": "search"], folder: folder).run(
                "run", "--demo", "--allow-env", "FINLUA_TEAM", "script.lua")
            #expect(own.status == 0 && own.output == "search\n", "\(own.error)")
        }
    }

    @Test func `An error in a JSON log has its code, place and hint in fields of their own`() async throws {
        try await withFolder { folder in
            try write(
                "require('finout').query { date = { last = '3d' }, dimensions = 'AWS/servic' }:wait()",
                to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "--log", "json", "script.lua")
            #expect(outcome.status == 1)
            for part in [
                "\"level\":\"error\"", "\"code\":\"bad_query\"", "\"where\":\"script.lua:1\"",
                "\"hint\":\"Did you mean 'AWS/service'", "\"field\":\"dimensions[1].key\"",
            ] { #expect(outcome.error.contains(part), "\(part): \(outcome.error)") }
            #expect(!outcome.error.contains("\\nhint:"))
        }
    }
}
