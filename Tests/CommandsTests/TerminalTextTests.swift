import Testing

struct TerminalTextTests {
    @Test func `an error's text steers no terminal`() async throws {
        try await withFolder { folder in
            try write(#"error("one\27[2J\ntwo")"#, to: folder + "/script.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "script.lua")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("one\\u{1b}[2J\ntwo"), "\(outcome.error)")
            #expect(!outcome.error.utf8.contains(0x1B))
        }
    }
}
