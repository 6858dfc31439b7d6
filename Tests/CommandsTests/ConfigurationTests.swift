import Testing

/// The configuration file, by the built program.
@Suite struct ConfigurationTests {
    @Test(arguments: [
        "while true do end", #"string.find(("a"):rep(3e5), (".-"):rep(8) .. "b")"#,
        #"require "finlua.task".sleep(1e6)"#, "while true do pcall(error) end",
    ])
    func `A configuration file that does not end is refused by its name`(source: String) async throws {
        try await withFolder { folder in
            try write(source, to: folder + "/config.lua", mode: 0o600)
            let outcome = try await Program(folder: folder).run("keys", "--demo", "--config", "config.lua")
            #expect(
                outcome.status == 2 && outcome.error.contains("config.lua did not end within 1s"), "\(outcome.error)")
        }
    }
}
