import Testing

/// A page of `finlua.report` printed by the program: as wide and as plain as the environment says.
@Suite struct ReportTerminalTests {
    private static let script = """
        local page = require("finlua.report").page { title = "Costs – all" }
        page:text(("word "):rep(60))
        page:line({ { day = "2026-10-01", cost = 1 }, { day = "2026-10-02", cost = 2 } }, { y = "cost" }):print()
        """

    private func printed(_ environment: [String: String]) async throws -> [String] {
        try await withFolder { folder in
            try write(Self.script, to: folder + "/page.lua")
            let outcome = try await Program(environment: environment, folder: folder).run("run", "--demo", "page.lua")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(!outcome.output.contains("\u{1B}"), "no colours but on a terminal")
            return outcome.output.split(separator: "\n").map(String.init)
        }
    }

    @Test func `It is ASCII where the locale is not UTF-8`() async throws {
        for environment in [[:], ["LANG": "C"], ["LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"]] {
            let lines = try await printed(environment)
            #expect(lines.first == "Costs - all")
            #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
        }
        for environment in [["LANG": "C.UTF-8"], ["LC_CTYPE": "en_US.utf8"]] {
            let lines = try await printed(environment)
            #expect(lines.first == "Costs – all")
            #expect(lines.contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } }, "braille")
        }
    }

    @Test(arguments: [40, 60]) func `It keeps to the width it is told`(width: Int) async throws {
        let lines = try await printed(["COLUMNS": "\(width)"])
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.contains { $0.count > width - 6 })
    }
}
