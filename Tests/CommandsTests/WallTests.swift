import Foundation
import RowDecoder
import Simulator
import Testing

/// The walls around a run of the built program.
@Suite struct WallTests {
    @Test(arguments: [["--demo"], []])
    func `They stand around every thread before the first line, and the record says which`(
        options: [String]
    ) async throws {
        try await withFolder { folder in
            try write(
                #"print("ready") require("finlua.task").sleep(3600)"#, to: folder + "/script.lua")
            let program = Program(folder: folder)
            let running = try program.start(["run", "--state", "state.db"] + options + ["script.lua"])
            _ = await running.output(containing: "ready")
            let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(running.process)/task")
            var filtered: [Bool] = []
            for task in tasks {
                guard let status = contents(of: "/proc/\(running.process)/task/\(task)/status") else { continue }
                filtered.append(status.contains("NoNewPrivs:\t1\n") && status.contains("Seccomp:\t2\n"))
            }
            running.signal(15)
            #expect(await running.outcome().status == 143)
            let record = try await program.run("runs", "last", "--json", "--state", "state.db")
            let walls = try #require(try JSONValue(parsing: record.output)["walls"]?.string)
            // A kernel without seccomp has no such wall.
            #expect(!walls.contains("seccomp") || filtered.count >= 2 && !filtered.contains(false), "\(walls)")
            #expect(walls.contains("openat2") || walls.contains("the kernel has no openat2"), "\(walls)")
        }
    }

    @Test func `A command that prints the secret key still runs, before them`() async throws {
        let server = try demoServer()
        defer { server.stop() }
        try await withFolder { folder in
            let environment = server.environment
            try write(environment["FINOUT_SECRET_KEY"] ?? "", to: folder + "/key", mode: 0o600)
            try write(
                """
                return { default_profile = "main", profiles = { main = { client_id = "\(environment["FINOUT_CLIENT_ID"] ?? "")",
                  secret_key_command = "cat \(folder)/key", base_url = "\(server.address)" } } }
                """, to: folder + "/config.lua", mode: 0o600)
            let outcome = try await Program(folder: folder).run(
                "keys", "--config", "config.lua", "--match", "service")
            #expect(outcome.status == 0 && outcome.output.contains("service"), "\(outcome.error)")
        }
    }

    @Test func `An output to stdout needs no granted folder, and TMPDIR is where it waits`() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/tmp", withIntermediateDirectories: true)
            try write("require('finlua.export').csv('-', { { a = 1 } })", to: folder + "/script.lua")
            let outcome = try await Program(environment: ["TMPDIR": folder + "/tmp"], folder: folder).run(
                "run", "--demo", "script.lua")
            #expect(outcome.status == 0 && outcome.output == "a\r\n1\r\n", "\(outcome.error)")
            let none = try await Program(environment: ["TMPDIR": folder + "/none"], folder: folder).run(
                "run", "--demo", "script.lua")
            #expect(none.status == 10 && none.error.contains("(TMPDIR) could not be written"), "\(none.error)")
        }
    }
}
