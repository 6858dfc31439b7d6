import Confinement
import Finout
import HostLoop
import LuaRuntime
import ScriptAPI

/// One script in the host that a run has, with limits and without an account.
@HostLoop final class ScriptRun {
    private(set) var output = ""
    private(set) var error: LuaError?
    private weak var host: ScriptHost?
    private weak var machine: LuaMachine?
    private(set) var memory: (used: Int, peak: Int, limit: Int) = (0, 0, 0)

    /// Runs it to its end; `seconds` of the machine's clock after which it is stopped.
    init(
        arguments: [String] = [], source: String, memoryLimit: Int = 16 << 20, seconds: Double = 5,
        complain: @escaping @HostLoop (String) -> Void = { _ in }
    ) async throws {
        nonisolated(unsafe) var bytes: [UInt8] = []
        var configuration = ScriptHostConfiguration(
            program: "finlua run fuzz.lua", arguments: arguments,
            folders: try GrantedFolders(Permissions(workingFolder: "/tmp")),
            memoryLimit: memoryLimit,
            output: { piece in if bytes.count < 1 << 20 { bytes.append(contentsOf: piece) } })
        configuration.complain = complain
        let client = try FinoutClient(
            ClientConfiguration(baseURL: "http://127.0.0.1:1", clientID: "none", secretKey: "none"),
            http: HTTPClient())
        let host = ScriptHost(client, configuration)
        (self.host, machine) = (host, host.machine)
        let timer = StopTimer(host.machine.stop, seconds: seconds)
        do {
            try await host.run(Array(source.utf8), chunkName: "fuzz.lua")
        } catch {
            self.error = error
        }
        try timer.end()
        memory = host.machine.memory
        output = String(decoding: bytes, as: UTF8.self)
    }

    /// Whether nothing holds the machine any more.
    var isGone: Bool { host == nil && machine == nil }

    /// Lets what was cancelled end.
    func settle() async {
        for _ in 0..<200 where !isGone { await HostLoop.yield() }
    }
}
