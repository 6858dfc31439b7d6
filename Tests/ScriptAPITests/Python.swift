import Foundation
import Testing

/// What Debian's Python prints for a script, in the folder of the files that it reads: a reader that shares no code with
/// finlua.
func python(_ source: String, folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.arguments = ["-c", source]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
}

/// Another program in the middle of a transaction on costs.db, until it is told to end.
final class Writer {
    private let process = Process()
    private let input = Pipe()

    init(folder: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.arguments = [
            "-c",
            """
            import sqlite3, sys
            connection = sqlite3.connect('costs.db', isolation_level=None)
            connection.execute('begin immediate')
            print('begun', flush=True)
            sys.stdin.read()
            """,
        ]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(!output.fileHandleForReading.availableData.isEmpty)
    }

    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
