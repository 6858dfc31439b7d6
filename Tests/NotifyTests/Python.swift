import Foundation
import Glibc
import RowDecoder
import Testing

/// Python's own libraries, as independent readers.
enum Python {
    /// A file beside this one.
    static func path(_ name: String) -> String {
        #filePath.replacing("Python.swift", with: "Servers/" + name)
    }

    /// Runs a program on some bytes; gives what it printed.
    static func run(_ arguments: [String], input: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (stdin, stdout)
        try process.run()
        // Less than the pipe holds, or the reader takes it as it comes.
        stdin.fileHandleForWriting.write(Data(input))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// What Python's email package reads in a mail.
    static func mail(_ bytes: [UInt8]) throws -> JSONValue {
        try JSONValue(parsing: try run([path("read_mail.py")], input: bytes))
    }
}

/// The mail server of Python's aiosmtpd, for as long as this value lives.
final class MailServer {
    private(set) var port = 0
    private let process = Process()
    private let output = Pipe()
    private var buffer: [UInt8] = []

    init(_ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [Python.path("smtp_server.py")] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        port = try #require(line().flatMap { Int($0) })
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// The next mail it took: who it is from and for, and the mail.
    func mail() throws -> (envelope: JSONValue, bytes: [UInt8]) {
        let envelope = try JSONValue(parsing: line() ?? "")
        let data = try #require(Data(base64Encoded: envelope["data"]?.string ?? ""))
        return (envelope, Array(data))
    }

    /// Whether it took nothing more before it was ended.
    func tookNothingMore() -> Bool {
        // A thread of the test library blocks SIGTERM, and a child inherits that.
        kill(process.processIdentifier, SIGKILL)
        return line() == nil
    }

    private func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { return nil }
            buffer += data
        }
    }
}
