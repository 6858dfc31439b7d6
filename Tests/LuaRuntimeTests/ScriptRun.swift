import Foundation
import HostLoop
import LuaRuntime

/// One script run under the virtual clock: what it printed, how it ended, how long it took.
@HostLoop final class ScriptRun {
    private(set) var output: [UInt8] = []
    private(set) var warnings: [String] = []
    private(set) var machine: LuaMachine!

    init(memoryLimit: Int = 64 << 20, modulePaths: [String] = []) {
        var configuration = LuaConfiguration(
            memoryLimit: memoryLimit,
            output: { [unowned self] in output.append(contentsOf: $0) },
            warn: { [unowned self] in warnings.append($0) },
            modulePaths: modulePaths)
        configuration.readModule = { folder, file in
            FileManager.default.contents(atPath: "\(modulePaths[folder])/\(file)").map { Array($0) }
        }
        machine = LuaMachine(configuration)
        machine.addModule("host", source: Array("return ...".utf8), native: Self.functions)
    }

    var text: String { String(decoding: output, as: UTF8.self) }

    func run(_ source: String, arguments: [LuaValue] = []) async throws(LuaError) {
        try await machine.run(Array(source.utf8), chunkName: "script.lua", arguments: arguments)
    }

    /// What the script printed, or the description of the error it ended with.
    func result(_ source: String, arguments: [LuaValue] = []) async -> String {
        do {
            try await run(source, arguments: arguments)
            return text
        } catch {
            return text + error.description
        }
    }

    /// The error the script ends with.
    func failure(_ source: String) async -> LuaError? {
        do {
            try await run(source)
            return nil
        } catch {
            return error
        }
    }

    /// `host.echo(…)` answers at once, `host.later(seconds, …)` after a wait, `host.fail(code)` never.
    private static let functions: [String: (call: String, body: HostBody)] = [
        "echo": ("host.echo", { arguments in .values(try (0..<arguments.count).map { try arguments[$0] }) }),
        "later": (
            "host.later",
            { arguments in
                let seconds = try arguments.number(0, "seconds")
                let values = try (1..<arguments.count).map { try arguments[$0] }
                return .wait {
                    try await HostLoop.sleep(for: .nanoseconds(Int64(seconds * 1e9)))
                    return values
                }
            }
        ),
        "fail": (
            "host.fail",
            { arguments in
                throw LuaFailure(
                    code: try arguments.string(0, "code"), message: "it did not work", hint: "try again",
                    fields: ["request_id": "r-1", "retryable": true])
            }
        ),
        "fail_later": (
            "host.fail_later",
            { arguments in
                .wait {
                    try await HostLoop.sleep(for: .seconds(1))
                    throw LuaFailure(code: "unavailable", message: "no answer")
                }
            }
        ),
        "exit": ("host.exit", { throw LuaFailure.exit(status: try $0.integer(0, "status")) }),
        "exit_later": ("host.exit_later", { _ in .wait { throw LuaFailure.exit(status: 7) } }),
    ]
}

/// Runs a script under a virtual clock of its own: what it printed, then the description of its error if it failed.
func run(_ source: String, memoryLimit: Int = 64 << 20, modulePaths: [String] = []) async throws -> String {
    try await HostLoop.withVirtualClock {
        await ScriptRun(memoryLimit: memoryLimit, modulePaths: modulePaths).result(source)
    }
}

/// The error a script ends with, under a virtual clock of its own.
func failure(_ source: String, memoryLimit: Int = 64 << 20) async throws -> LuaError? {
    try await HostLoop.withVirtualClock { await ScriptRun(memoryLimit: memoryLimit).failure(source) }
}
