import Foundation
import Fuzzing
import HostLoop
import Testing

/// Made-up programs, on the machine and on Debian's `lua5.4`.
@Suite struct ProgramTests {
    @Test func `a machine prints what lua5.4 prints`() async throws {
        for first in stride(from: UInt64(0), to: 400, by: 100) {
            let batch = ProgramText.batch(first..<(first + 100))
            let expected = try lua(batch).split(separator: "\n#", omittingEmptySubsequences: false)
            let found = try await machine(batch).split(separator: "\n#", omittingEmptySubsequences: false)
            #expect(expected.count == 100 && !expected.contains { $0.contains("does not compile") })
            for (left, right) in zip(expected, found) where left != right {
                Issue.record("lua5.4:\n\(left)\nfinlua:\n\(right)")
                return
            }
            #expect(found.count == expected.count)
        }
    }

    @Test func `programs reach what they are made of`() throws {
        let text = ProgramText.batch(0..<200)
        for piece in ["<close>", "goto", "wrapped(", "__index", "xpcall", "load(", "string.pack", "utf8", "//", "..."] {
            #expect(text.contains(piece))
        }
        let hostile = (0..<150).map { ProgramText.hostile($0) }.joined()
        for piece in ["while true do end", "task.spawn", "json.decode", "date.parse", "group."] {
            #expect(hostile.contains(piece))
        }
    }

    @Test func `programs that keep to no bounds are kept to them`() async throws {
        let target = try #require(FuzzTarget.all.first { $0.name == "programs" })
        try await HostLoop.withVirtualClock {
            for seed in UInt64(1000)..<1040 {
                try await target.runOnLoop((0..<8).map { UInt8(truncatingIfNeeded: seed >> UInt64(56 - 8 * $0)) })
            }
        }
    }

    private func machine(_ source: String) async throws -> String {
        try await HostLoop.withVirtualClock {
            String(decoding: try await ProgramText.output(of: source), as: UTF8.self)
        }
    }

    private func lua(_ source: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("finlua-\(UUID().uuidString).lua")
        try Data(source.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/lua5.4")
        process.arguments = [file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
