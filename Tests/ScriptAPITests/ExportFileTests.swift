import Glibc
import LuaRuntime
import Testing

/// Files are whole or the old ones.
struct ExportFileTests {
    @Test
    func `writes below the output folder, and replaces`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local export = require "finlua.export"
            export.csv("a.csv", { { x = 1 } })
            local done = export.csv("a.csv", { { x = 2 }, { x = 0.1 } })
            print(done.path, done.rows)
            """, folder: folder.path)
        #expect(outcome.problem == "")
        #expect(outcome.output == "a.csv\t2\n")
        #expect(try contents(of: "\(folder.path)/a.csv") == "x\r\n2\r\n0.1\r\n")
        #expect(folder.names == ["a.csv", "a.csv.manifest.json"])
    }

    @Test
    func `a failure half-way leaves the old file and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let old = try await run(#"require "finlua.export".csv("a.csv", { { x = "old" } })"#, folder: folder.path)
        #expect(old.problem == "")
        let outcome = try await run(
            """
            local export = require "finlua.export"
            local function rows()
              count = (count or 0) + 1
              if count > 20000 then error { code = "output", message = "made up" } end
              return { x = ("long text "):rep(10) }
            end
            export.csv("a.csv", rows, { columns = { "x" } })
            """.replacingCount(), folder: folder.path)
        #expect(outcome.error?.failure.message == "made up")
        #expect(try contents(of: "\(folder.path)/a.csv") == "x\r\nold\r\n")
        #expect(folder.names == ["a.csv", "a.csv.manifest.json"])
    }

    @Test(arguments: ["csv", "ndjson", "json", "table"])
    func `what cannot be written is the code output`(format: String) async throws {
        let folder = try TemporaryFolder()
        mkdir("\(folder.path)/taken", 0o755)
        for (path, reason) in [
            ("taken", "taken could not be written: it is a folder"),
            ("none/a.csv", "none/a.csv could not be written: No such file or directory"),
        ] {
            let outcome = try await run(
                "local export = require 'finlua.export'\nexport.\(format)('\(path)', { { x = 1 } })",
                folder: folder.path)
            #expect(outcome.error?.failure.code == "output")
            #expect(outcome.error?.failure.message == reason)
            #expect(outcome.error?.where == "script.lua:2")
        }
        #expect(folder.names == ["taken"])
    }

    @Test
    func `a link does not lead out of the output folder`() async throws {
        let folder = try TemporaryFolder()
        let elsewhere = try TemporaryFolder()
        symlink(elsewhere.path, "\(folder.path)/link")
        let outcome = try await run(
            "require 'finlua.export'.csv('link/a.csv', { { x = 1 } })", folder: folder.path)
        #expect(
            outcome.problem == """
                denied: script.lua:1: export: link/a.csv leads out of \(folder.path) (--out) over a symbolic link
                hint: Name the place it leads to. Write below it, or allow the folder: --allow-write \(elsewhere.path)
                """)
        #expect(elsewhere.names == [])
    }

    @Test
    func `a failure prints nothing to standard output`() async throws {
        let outcome = try await run(
            """
            local export = require "finlua.export"
            print("before")
            local ok = pcall(export.csv, "-", { { x = 1 }, { x = 0 / 0 } })
            print("after", ok)
            export.csv("-", { { x = 1 } })
            """)
        #expect(outcome.output == "before\nafter\tfalse\nx\r\n1\r\n")
    }
}

extension String {
    // A global would have to be declared; the counter of the iterator is an upvalue.
    fileprivate func replacingCount() -> String {
        "local count\n" + self
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/finlua-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw MissingFile(path: "/tmp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What is in it, in order of name.
    var names: [String] { Self.names(path) }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        for name in names(path) {
            let child = "\(path)/\(name)"
            if unlink(child) != 0 { remove(child) }
        }
        rmdir(path)
    }
}
