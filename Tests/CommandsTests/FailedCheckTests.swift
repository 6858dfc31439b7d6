import Foundation
import Testing

/// A check that does not hold in a plain run is a result of the run, not a failure of it.
@Suite struct FailedCheckTests {
    private static let script = """
        local check, export, store = require "finlua.check", require "finlua.export", require "finlua.store"
        store.set("seen", (store.get("seen") or 0) + 1)
        export.csv("seen.csv", { { seen = store.get("seen") } })
        print(check.value("spend", 12, { warn = 5, crit = 10 }))
        check.ok("fine")
        """

    @Test func `It ends the run with 3, says what did not hold, and leaves all that the run made`() async throws {
        try await withFolder { folder in
            try write(Self.script, to: folder + "/a.lua")
            var program = Program(folder: folder)
            program.environment["FINLUA_DEMO"] = "1"
            for round in 1...2 {
                let outcome = try await program.run("run", "--state", "s.db", "--resume", "a.lua")
                #expect(outcome.status == 3)
                #expect(outcome.output == "critical\n")
                #expect(outcome.error == "finlua: check CRITICAL: spend is 12, over 10\n")
                #expect(contents(of: folder + "/seen.csv") == "seen\r\n\(round)\r\n", "what is kept, is kept")
            }
            let runs = try await program.run("runs", "--state", "s.db", "--json")
            let ended = runs.output.split(separator: "\n").map(String.init)
            #expect(ended.count == 2, "such a run is over, and --resume begins a new one")
            #expect(ended.allSatisfy { $0.contains("\"attempts\":1") && $0.contains("\"status\":3") }, "\(ended)")
            let last = try await program.run("runs", "last", "--state", "s.db")
            #expect(last.output.contains("CRITICAL: spend is 12, over 10") && last.output.contains("OK: fine"))
        }
    }

    @Test func `Whatever else goes wrong goes before it, and then nothing is left`() async throws {
        try await withFolder { folder in
            try write(Self.script + "\nerror('later')", to: folder + "/a.lua")
            var program = Program(folder: folder)
            program.environment["FINLUA_DEMO"] = "1"
            let outcome = try await program.run("run", "--state", "s.db", "a.lua")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("later"))
            let store = try await program.run("store", "--state", "s.db")
            #expect(!store.output.contains("a.lua"))
        }
    }

    @Test func `Checks that hold end the run with 0, without a word`() async throws {
        try await withFolder { folder in
            try write("print(require('finlua.check').value('spend', 3, { crit = 10 }))", to: folder + "/a.lua")
            let outcome = try await Program(folder: folder).run("run", "--demo", "a.lua")
            #expect(outcome.status == 0 && outcome.output == "ok\n" && outcome.error.isEmpty)
        }
    }
}
