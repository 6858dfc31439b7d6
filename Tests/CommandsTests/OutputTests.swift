import Foundation
import Glibc
import Testing

/// The files of a run appear together when it ends well; any other end leaves the old ones and nothing else.
@Suite struct OutputTests {
    /// Writes `a.csv` and `b.csv`, and does what `after` says then.
    private static func script(_ after: String = "") -> String {
        """
        local export, log, csv, task =
          require "finlua.export", require "finlua.log", require "finlua.csv", require "finlua.task"
        for _, name in ipairs { "a.csv", "b.csv" } do export.csv(name, { { x = "new" } }) end
        local function wait_for(path)
          log.warn("staged")
          while not pcall(csv.read, path) do task.sleep(0.005) end
        end
        \(after)
        """
    }

    /// Runs the script where `a.csv` is an old file and `b.csv` is none; gives the outcome and what is there then.
    private func run(
        _ script: String, wrapper: [String] = [], options: [String] = [],
        meanwhile: (_ running: Program.Running, _ folder: String) async throws -> Void = { _, _ in }
    ) async throws -> (Program.Outcome, files: [String: String]) {
        try await withFolder { folder in
            try write(script, to: folder + "/script.lua")
            try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: true)
            try write("old", to: folder + "/out/a.csv")
            var program = Program(folder: folder)
            program.wrapper = wrapper
            let running = try program.start(["run", "--demo", "--out", "out"] + options + ["script.lua"])
            try await meanwhile(running, folder)
            let outcome = await running.outcome()
            var files: [String: String] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/out") {
                // A manifest is there with its file, and only then.
                if name.hasSuffix(".manifest.json"), outcome.status == 0 { continue }
                files[name] = contents(of: "\(folder)/out/\(name)") ?? "a folder"
            }
            return (outcome, files)
        }
    }

    private static let old = ["a.csv": "old"]
    private static let new = ["a.csv": "x\r\nnew\r\n", "b.csv": "x\r\nnew\r\n"]

    @Test func `All files of a run that ends well are there`() async throws {
        let (outcome, files) = try await run(Self.script())
        #expect(outcome.status == 0 && outcome.error == "" && files == Self.new, "\(outcome.error)")
    }

    @Test(arguments: [
        ("error('made up')", 1), ("require('finlua.export').csv('none/c.csv', {})", 10),
        ("local t = {} for i = 1, 1e9 do t[i] = { i } end", 8),
    ])
    func `None is there of a run that fails after it wrote them`(after: String, status: Int32) async throws {
        let (outcome, files) = try await run(Self.script(after), options: ["--memory", "16M"])
        #expect(outcome.status == status && files == Self.old, "\(outcome.error)")
    }

    @Test func `None is there of a run that is left in a call that nothing interrupts`() async throws {
        let after = "string.find(('a'):rep(300), ('a*'):rep(40) .. 'b')"
        let (outcome, files) = try await run(Self.script(after), options: ["--timeout", "2s"])
        #expect(outcome.status == 8 && outcome.error.contains("left at once") && files == Self.old, "\(outcome.error)")
    }

    @Test(arguments: [SIGKILL, SIGTERM]) func `None is there of a run that is killed`(signal: Int32) async throws {
        let (outcome, files) = try await run(Self.script("wait_for('never')")) { running, _ in
            _ = await running.error(containing: "staged")
            running.signal(signal)
        }
        #expect(outcome.status == (signal == SIGKILL ? -1 : 143) && files == Self.old, "\(outcome.error)")
    }

    @Test func `One that cannot be put in place keeps all from it, and the message says so`() async throws {
        let (outcome, files) = try await run(Self.script("wait_for('go')")) { running, folder in
            _ = await running.error(containing: "staged")
            mkdir(folder + "/out/b.csv", 0o755)
            try write("x\n1\n", to: folder + "/go")
        }
        #expect(outcome.status == 10 && files == ["a.csv": "old", "b.csv": "a folder"])
        #expect(
            outcome.error.contains("b.csv could not be written: it is a folder\nhint: None of the run's 4 files"),
            "\(outcome.error)")
    }

    @Test(arguments: [">&-", ">/dev/full"]) func `A stdout that takes nothing ends with 10 and the old files`(
        redirection: String
    ) async throws {
        let (outcome, files) = try await run(
            Self.script("print('done')"), wrapper: ["/bin/sh", "-c", "exec \"$@\" \(redirection)", "sh"])
        #expect(outcome.status == 10 && files == Self.old, "\(outcome.error)")
    }

    @Test func `A disk that takes no more ends with 10 and the old files`() async throws {
        let after = """
            local n = 0
            export.csv("a.csv", function()
              n = n + 1
              if n < 100000 then return { x = ("long"):rep(20) } end
            end, { columns = { "x" } })
            """
        // Blocks of 512 bytes; what is over a process's own limit fails as what is over the disk does.
        let (outcome, files) = try await run(
            Self.script(after), wrapper: ["/bin/sh", "-c", "ulimit -f 4096; exec \"$@\"", "sh"])
        #expect(outcome.status == 10 && files == Self.old, "\(outcome.error)")
        #expect(outcome.error.contains("a.csv could not be written: File too large"), "\(outcome.error)")
    }

    @Test func `A folder that cannot be written ends with 10 and the old files`() async throws {
        // Root may write anywhere; without that right it may not.
        let words = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
        let limited = geteuid() == 0 ? ["/usr/bin/setpriv"] + words : []
        let (outcome, files) = try await run(
            Self.script(), wrapper: ["/bin/sh", "-c", "chmod 555 out; exec \"$@\"", "sh"] + limited)
        #expect(outcome.status == 10 && files == Self.old, "\(outcome.error)")
        #expect(outcome.error.contains("a.csv could not be written: Permission denied"), "\(outcome.error)")
    }

    @Test func `What is written twice is there as it was last, and a warning says so`() async throws {
        let (outcome, files) = try await run(Self.script("export.csv('./b.csv', { { x = 'last' } })"))
        #expect(outcome.status == 0 && files["b.csv"] == "x\r\nlast\r\n" && files.count == 2)
        #expect(outcome.error == "warn: ./b.csv was written before in this run; only what was written last stays\n")
    }

    @Test func `A run writes more files than it may have open by default`() async throws {
        let after = "for n = 1, 400 do export.csv(n .. '.csv', { { x = n } }) end"
        let (outcome, files) = try await run(
            Self.script(after), wrapper: ["/bin/sh", "-c", "ulimit -Sn 256; exec \"$@\"", "sh"])
        #expect(outcome.status == 0 && files.count == 402, "\(outcome.error)")
    }

    @Test func `A run killed at any moment leaves whole files, and the next run removes the rest`() async throws {
        let names = (1...20).map { "\($0).csv" }
        for round in 1...20 {
            let after =
                "for n = 1, 20 do export.csv(n .. '.csv', { { x = n }, { x = 'end' } }, { manifest = false }) end log.warn('staged')"
            try await withFolder { folder in
                try write(Self.script(after), to: folder + "/script.lua")
                for name in names { try write("old", to: "\(folder)/\(name)") }
                let program = Program(folder: folder)
                let running = try program.start(["run", "--demo", "script.lua"])
                // The files are put in place right after this; the rounds spread over that time.
                _ = await running.error(containing: "staged")
                try await Task.sleep(for: .microseconds(200 * (round - 1)))
                running.signal(SIGKILL)
                _ = await running.outcome()
                for (number, name) in names.enumerated() {
                    let text = contents(of: "\(folder)/\(name)")
                    #expect(text == "old" || text == "x\r\n\(number + 1)\r\nend\r\n", "\(name): \(text ?? "missing")")
                }
                let next = try await program.run("run", "--demo", "script.lua")
                #expect(next.status == 0)
                let left = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(
                    Set(left)
                        == Set(names + ["script.lua"] + ["a.csv", "b.csv"].flatMap { [$0, $0 + ".manifest.json"] }),
                    "\(left)")
            }
        }
    }
}
