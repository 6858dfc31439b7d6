import Glibc
import Testing

/// Where the state is kept, and what is said when it cannot be.
@Suite struct StateOptionTests {
    /// Asks nothing and needs no credentials, but uses the state.
    private func run(_ program: Program, _ options: String...) async throws -> Program.Outcome {
        try await withFolder { folder in
            let script = try write("print('done')", to: folder + "/script.lua")
            return try await program.run(["run"] + options + [script])
        }
    }

    @Test func `The state is kept where the option, then the environment, then the standard says`() async throws {
        try await withFolder { folder in
            let program = Program(
                environment: ["FINLUA_STATE": folder + "/b/state.db", "HOME": folder], folder: folder)
            #expect(try await run(program, "--state", "a/state.db").status == 0)
            #expect(contents(of: folder + "/a/state.db") != nil && contents(of: folder + "/b/state.db") == nil)
            #expect(try await run(program).status == 0)
            #expect(contents(of: folder + "/b/state.db") != nil)
            #expect(contents(of: program.state) == nil)

            let standard = Program(environment: ["HOME": folder, "XDG_STATE_HOME": ""], folder: folder)
            #expect(try await run(standard).status == 0)
            #expect(contents(of: folder + "/.local/state/finlua/state.db") != nil)

            let nowhere = Program(environment: ["HOME": "", "XDG_STATE_HOME": "relative"], folder: folder)
            let outcome = try await run(nowhere)
            #expect(outcome.status == 2 && outcome.error.contains("--state FILE"), "\(outcome.error)")
        }
    }

    @Test func `A demo run leaves no state unless one is named`() async throws {
        let program = Program()
        #expect(try await run(program, "--demo").status == 0)
        #expect(contents(of: program.state) == nil)
        #expect(try await run(program, "--demo", "--state", program.state).status == 0)
        #expect(contents(of: program.state) != nil)
    }

    @Test func `A state that cannot be written is 10, and says what can be done`() async throws {
        let program = Program(environment: ["FINLUA_STATE": "/proc/finlua/state.db"])
        let outcome = try await run(program)
        #expect(outcome.status == 10 && outcome.output == "")
        #expect(
            outcome.error.contains("/proc/finlua could not be made") && outcome.error.contains("hint: ")
                && outcome.error.contains("--state FILE"), "\(outcome.error)")
    }

    @Test func `A damaged state is 10 and left alone, until the user says to replace it`() async throws {
        try await withFolder { folder in
            let path = try write(String(repeating: "not a database\n", count: 200), to: folder + "/state.db")
            let program = Program(environment: ["FINLUA_STATE": path], folder: folder)
            let refused = try await run(program)
            #expect(refused.status == 10 && refused.error.contains("--replace-state"), "\(refused.error)")
            #expect(contents(of: path)?.hasPrefix("not a database") == true)

            let replaced = try await run(program, "--replace-state")
            #expect(replaced.status == 0 && replaced.output == "done\n", "\(replaced.error)")
            let aside = try #require(replaced.error.firstMatch(of: #/kept aside as (\S+),/#)).1
            #expect(contents(of: String(aside))?.hasPrefix("not a database") == true)

            let again = try await run(program, "--replace-state")
            #expect(again.status == 0 && again.error == "", "a state that is well stays: \(again.error)")
        }
    }

    @Test func `A state of a newer finlua, or of another program, is 10`() async throws {
        try await withFolder { folder in
            let path = folder + "/state.db"
            let program = Program(environment: ["FINLUA_STATE": path], folder: folder)
            #expect(try await run(program).status == 0)
            try patch(path, at: 60, with: 9_999)  // SQLite's header: the user version, big-endian
            let newer = try await run(program, "--replace-state")
            #expect(newer.status == 10 && newer.error.contains("newer finlua"), "\(newer.error)")
            try patch(path, at: 68, with: 7)  // and the application id
            let foreign = try await run(program)
            #expect(foreign.status == 10 && foreign.error.contains("another program"), "\(foreign.error)")
        }
    }

    private func patch(_ path: String, at offset: Int, with number: UInt32) throws {
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        var bytes = number.bigEndian
        try #require(pwrite(descriptor, &bytes, 4, off_t(offset)) == 4)
    }
}
