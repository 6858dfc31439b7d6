import Testing

/// Options, environment and configuration file, by the built program.
@Suite struct HostOptionTests {
    private func complaint(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> String {
        let outcome = try await Program(environment: environment).run(arguments)
        #expect(outcome.status == 2, "\(outcome.error)")
        #expect(outcome.output == "")
        return outcome.error
    }

    @Test func `A wrong option is refused with the nearest right one`() async throws {
        #expect(try await complaint("run", "--dmeo", "x.lua").contains("--demo"))
        #expect(try await complaint("run", "--timeout").contains("--timeout needs a value"))
        #expect(try await complaint("run", "--demo=1", "x.lua").contains("takes no value"))
        #expect(try await complaint("keys", "--demo", "--timeout", "soon").contains("90s, 15m or 1h"))
        #expect(try await complaint("keys", "--demo", "--memory", "12").contains("64M"))
        #expect(try await complaint("keys", "--demo", "--memory", "1023K").contains("1M at the least"))
        #expect(try await complaint("query", "--resum").contains("did you mean --resume?"))
        #expect(try await complaint("keys", "--demo", "--log", "verbose").contains("debug"))
        #expect(try await complaint("simulate", "--fault", "status:teapot").contains("fault"))
        #expect(try await complaint("simulate", "--port", "http").contains("65535"))
        #expect(try await complaint("simulate", "--limit", "50").contains("50/4s"))
    }

    @Test func `An option of finlua behind the script is refused, or said to be unused`() async throws {
        try await withFolder { folder in
            let program = Program(folder: folder)
            try write("require 'finlua.args' {}", to: folder + "/declares.lua")
            let refused = try await program.run("run", "declares.lua", "--resume")
            #expect(
                refused.status == 2
                    && refused.error.contains("--resume; finlua's own options stand before the script"),
                "\(refused.error)")
            try write("print('done')", to: folder + "/bare.lua")
            let unused = try await program.run("run", "bare.lua", "--resume")
            #expect(
                unused.status == 0 && unused.error.hasPrefix("warn: bare.lua takes no arguments"), "\(unused.error)")
            #expect(try await program.run("run", "bare.lua").error == "")
        }
    }

    @Test func `A usage error names the help of its command`() async throws {
        #expect(try await complaint("runs", "19991231").hasSuffix("hint: finlua runs --help\n"))
        #expect(try await complaint("rnu").hasSuffix("hint: finlua help\n"))
    }

    @Test func `Settings of the environment are checked like options`() async throws {
        #expect(try await complaint("keys", environment: ["FINLUA_DEMO": "perhaps"]).contains("FINLUA_DEMO"))
        let limits = try await complaint("keys", environment: ["FINLUA_DEMO": "1", "FINLUA_LIMITS": "stats=1/1s"])
        #expect(limits.contains("FINLUA_LIMITS"))
    }

    @Test func `Plain http is refused but to loopback`() async throws {
        let error = try await complaint(
            "keys", "--base-url", "http://finout.example",
            environment: ["FINOUT_CLIENT_ID": "a", "FINOUT_SECRET_KEY": "b"])
        #expect(error.contains("https"))
        #expect(error.contains("finout.example"))
    }

    @Test func `A profile of the configuration file names the account`() async throws {
        try await withFolder { folder in
            let key = try write("demo-secret\n", to: folder + "/key", mode: 0o600)
            try write(
                #"return { profiles = { main = { client_id = "x", secret_key_file = "\#(key)", base_url = "ftp://x" } } }"#,
                to: folder + "/config.lua", mode: 0o600)
            let program = Program(folder: folder)
            let found = try await program.run("keys", "--config", "config.lua", "--profile", "main")
            #expect(found.status == 2 && found.error.contains("'ftp' is not https"), "\(found.error)")
            let missing = try await program.run("keys", "--config", "config.lua", "--profile", "mian")
            #expect(missing.status == 2 && missing.error.contains("main"), "\(missing.error)")
        }
    }

    @Test func `A configuration or key that others may read is refused`() async throws {
        try await withFolder { folder in
            try write("return {}", to: folder + "/config.lua", mode: 0o644)
            let outcome = try await Program(folder: folder).run("keys", "--demo", "--config", "config.lua")
            #expect(outcome.status == 2 && outcome.error.contains("chmod 600"), "\(outcome.error)")
            try write("secret", to: folder + "/key", mode: 0o640)
            let environment = ["FINOUT_CLIENT_ID": "a", "FINOUT_SECRET_KEY_FILE": folder + "/key"]
            let key = try await Program(environment: environment, folder: folder).run("keys")
            #expect(key.status == 2 && key.error.contains("chmod 600"), "\(key.error)")
        }
    }

    @Test func `Help names every command, option and exit status`() async throws {
        let overview = try await Program().run("help")
        #expect(overview.status == 0)
        for word in ["run", "keys", "values", "query", "runs", "limits", "simulate", "version", "help"] {
            #expect(overview.output.contains("  \(word)"))
        }
        let run = try await Program().run("run", "--help")
        #expect(
            run.status == 0 && run.output.contains("--base-url URL") && run.output.contains("FINLUA_TIMEOUT")
                && run.output.contains("FINLUA_POLL"))
        let query = try await Program().run("query", "--help")
        #expect(query.status == 0 && query.output.contains("--dimension") && query.output.contains("--timeout TIME"))
        let codes = try await Program().run("help", "exit-codes")
        #expect(codes.status == 0 && codes.output.contains("130"))
    }

    @Test(arguments: [
        (["--last", "30x"], "--last: expected"), (["--from", "2026-10-31", "--to", "2026-10-01"], "--from, --to"),
        (["--month", "2026-13"], "--month: expected"), (["--measurement", "foo"], "--measurement: expected one of"),
        (["--top", "200000"], "--top: "), (["--dimension", "AWS/servce"], "'AWS/service'"),
        (["--type", "x"], "--type: "),
    ])
    func `A direct question that cannot be asked is 2, and names the flag`(words: [String], said: String) async throws {
        let outcome = try await Program().run(["query", "--demo"] + words)
        #expect(outcome.status == 2 && outcome.error.contains(said), "\(outcome.error)")
        #expect(!outcome.error.contains("finout.query") && !outcome.error.contains(".;"))
    }

    @Test func `Help and version have help of their own`() async throws {
        for command in ["help", "version", "simulate", "runs", "limits", "run"] {
            let outcome = try await Program().run(command, "--help")
            #expect(outcome.status == 0 && outcome.output.hasPrefix("usage: finlua \(command)"), "\(outcome.error)")
        }
    }
}
