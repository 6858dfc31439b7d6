import Glibc
import LuaRuntime
import Testing

/// `csv.read`; what is said of a text stands in Scripts/csv.lua.
struct CSVTests {
    /// Runs a script that may read a folder, FOLDER in its text and in what it says, with one file in it.
    private func run(_ source: String, file: String, holds bytes: [UInt8]) async throws -> Outcome {
        let folder = try TemporaryFolder()
        let descriptor = open("\(folder.path)/\(file)", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        var outcome = try await ScriptAPITests.run(
            source.replacing("FOLDER", with: folder.path), folder: folder.path, readsFolder: true)
        outcome.output = outcome.output.replacing(folder.path, with: "FOLDER")
        return outcome
    }

    @Test
    func `a file of a granted folder is read, typed, and joined`() async throws {
        let outcome = try await run(
            """
            local csv, group, sql = require "finlua.csv", require "finlua.group", require "finlua.sql"
            local function teams() return csv.read("FOLDER/teams.csv", { types = { headcount = "number" } }) end
            local costs = { { team = "web", cost = 10 }, { team = "data", cost = 5 } }
            for _, row in ipairs(group.join(costs, teams(), { on = "team" })) do
              print(row.team, row.headcount and row.cost / row.headcount)
            end
            print(sql.load("teams", teams()), sql.value "select sum(headcount) from teams")
            local ok, problem = pcall(csv.read, "FOLDER/none.csv")
            print(problem.message)
            ok, problem = pcall(csv.read, "none.csv")
            print(problem.message, problem.hint)
            ok, problem = pcall(csv.read, "/etc/passwd")
            print(problem.code)
            """, file: "teams.csv", holds: Array("team,headcount\nweb,4\nsales,9\n".utf8))
        #expect(outcome.problem == "")
        #expect(
            outcome.output == """
                web\t2.5
                data\tnil
                2\t13
                there is no file FOLDER/none.csv
                there is no file none.csv\tIt was looked for at FOLDER/none.csv; a full path names another place.
                denied

                """)
    }

    @Test
    func `bytes that are not UTF-8 are refused with their line, not mended`() async throws {
        let outcome = try await run(
            "require('finlua.csv').read('FOLDER/a.csv')", file: "a.csv", holds: Array("a\n1\n".utf8) + [0xE9, 0x0A])
        #expect(outcome.error?.failure.code == "bad_argument")
        #expect(outcome.error?.failure.message.hasSuffix("/a.csv, line 3 holds bytes that are not UTF-8") == true)
    }
}
