import Confinement
import Finout
import Glibc
import HostLoop
import LuaRuntime
import Notify
import ScriptAPI

/// What a script did: all it printed and logged, and how it ended.
struct Outcome: Sendable {
    var output = ""
    var complaint = ""
    var log: [String] = []
    var error: LuaError?
    var status: Int64?
    var incomplete = false
    /// What was to be told, and to whom.
    var told: [(endpoint: String, notice: Notice)] = []

    /// Code, place and message of the error, as tests compare them.
    var problem: String {
        guard let error else { return status.map { "exit \($0)" } ?? "" }
        return "\(error.failure.code): \(error)"
    }
}

/// Gathers what a script writes.
///
/// Guard of `nonisolated(unsafe)`: the machine prints on the loop only.
@HostLoop
final class Recorder {
    nonisolated(unsafe) var output: [UInt8] = []
    var complaint = ""
    var log: [String] = []
    var told: [(endpoint: String, notice: Notice)] = []
}

/// A client that no script of this file may use: nothing listens there.
@HostLoop
func idleClient() throws -> FinoutClient {
    try FinoutClient(
        ClientConfiguration(baseURL: "http://127.0.0.1:1", clientID: "none", secretKey: "none"), http: HTTPClient())
}

/// Runs a script and records what it did. Call it on the loop.
@HostLoop
func runScript(
    _ source: String, name: String = "script.lua", client: FinoutClient? = nil, arguments: [String] = [],
    folder: String = ".", environment: [String: String] = [:], granted: [String]? = nil,
    logFormat: LogLine.Format = .text, readsFolder: Bool = false, today: Day? = nil
) async throws -> Outcome {
    let recorder = Recorder()
    var permissions = Permissions(workingFolder: "/tmp")
    permissions.grant(.write, below: folder, by: "--out")
    if readsFolder { permissions.grant(.read, below: folder, by: "--allow-read") }
    for variable in granted ?? Array(environment.keys) { permissions.grant(variable: variable) }
    var configuration = ScriptHostConfiguration(
        program: "finlua run \(name)", arguments: arguments, folders: try GrantedFolders(permissions),
        output: { recorder.output += $0 },
        log: { recorder.log.append($0.rendered(logFormat)) })
    configuration.today = today ?? configuration.today
    configuration.complain = { recorder.complaint += $0 }
    configuration.environment = { environment[$0] }
    configuration.notify = { notice, endpoint in
        recorder.told.append((endpoint, notice))
        return true
    }
    let host = ScriptHost(try client ?? idleClient(), configuration)
    var outcome = Outcome()
    do {
        try await host.run(Array(source.utf8), chunkName: name)
    } catch {
        if let status = error.exitStatus { outcome.status = status } else { outcome.error = error }
    }
    if outcome.error == nil, outcome.status ?? 0 == 0 { try host.outputs.commit { _, _ in } }
    host.outputs.discard()
    outcome.output = String(decoding: recorder.output, as: UTF8.self)
    outcome.complaint = recorder.complaint
    outcome.log = recorder.log
    outcome.told = recorder.told
    outcome.incomplete = host.incomplete
    return outcome
}

/// Runs a script that needs no account, under a clock of its own at 2026-11-20T07:00:00Z.
func run(
    _ source: String, name: String = "script.lua", arguments: [String] = [], folder: String = ".",
    environment: [String: String] = [:], granted: [String]? = nil, logFormat: LogLine.Format = .text,
    readsFolder: Bool = false
) async throws -> Outcome {
    try await HostLoop.withVirtualClock {
        try await runScript(
            source, name: name, arguments: arguments, folder: folder, environment: environment, granted: granted,
            logFormat: logFormat, readsFolder: readsFolder)
    }
}

/// The text of a file beside the tests.
func fixture(_ path: String, from file: String = #filePath) throws -> String {
    let folder = file[..<file.lastIndex(of: "/")!]
    return try contents(of: "\(folder)/\(path)")
}

struct MissingFile: Error {
    let path: String
}

/// The text of a file.
func contents(of path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw MissingFile(path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}
