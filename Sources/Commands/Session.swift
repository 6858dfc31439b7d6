import Finout
import Glibc
import HostLoop
import LuaRuntime
import ScriptAPI
import Simulator
import StateStore

/// One run of one script: account, client, script host, progress and how it ended.
@HostLoop final class Session {
    private let settings: Settings
    private let output: OutputStream
    private let progress: Progress?
    private var demo: SimulatorServer?

    init(_ settings: Settings) {
        self.settings = settings
        let progress = Progress()
        self.progress = progress
        output = OutputStream { progress?.clear() }
    }

    /// Runs `script` to its end; `arguments` are its own.
    func run(_ script: Script, arguments: [String]) async throws -> ExitStatus {
        defer {
            progress?.finish()
            demo?.stop()
        }
        let started = HostLoop.now
        let state = try settings.state.open(label: script.program, replacing: settings.replacesState) {
            Terminal.complain("finlua: \($0)")
        }
        let client = try FinoutClient(
            try configuration(deadline: started + settings.timeout), http: HTTPClient(), state: state)
        client.observer = { [weak self] event in
            self?.progress?.note(event)
            if let line = LogLine(event, at: HostLoop.now) { self?.log(line) }
        }
        var configuration = ScriptHostConfiguration(
            program: script.program, arguments: arguments, outputFolder: settings.outputFolder,
            modulePaths: script.modulePaths + settings.modulePaths, memoryLimit: settings.memory,
            output: { [output] in output.write($0) }, log: { [weak self] in self?.log($0) })
        configuration.complain = { [progress] text in
            progress?.clear()
            Terminal.print(text, to: Terminal.error)
        }
        let host = ScriptHost(client, configuration)

        let run = HostLoop.task { () -> Result<Void, any Error> in
            do {
                return .success(try await host.run(script.source, chunkName: script.name))
            } catch {
                return .failure(error)
            }
        }
        let ending = Ending()
        Interruption.onFirst { signal in
            ending.status = ending.status ?? Interruption.status(signal)
            run.cancel()
        }
        let clock = HostLoop.task { [timeout = settings.timeout] in
            guard (try? await HostLoop.sleep(until: started + timeout)) != nil else { return }
            ending.status = ending.status ?? .limit
            run.cancel()
        }
        let result = await run.value
        clock.cancel()
        await client.close()
        progress?.finish()
        return try conclude(result, ending, incomplete: host.incomplete)
    }

    private func log(_ line: LogLine) {
        guard line.level >= settings.log.level else { return }
        progress?.clear()
        Terminal.print(line.rendered(settings.log.format), to: Terminal.error)
    }

    private func configuration(deadline: Moment) throws -> ClientConfiguration {
        var configuration: ClientConfiguration
        switch settings.account {
        case .demo:
            var options = DemoOptions(today: HostLoop.now.day)
            options.queryDuration = .milliseconds(100) ... .milliseconds(600)
            let server = try SimulatorServer(options)
            demo = server
            configuration = ClientConfiguration(
                baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
            // Its queries take well under a second.
            configuration.poll.first = .milliseconds(200)
        case .service(let baseURL, let credentials):
            configuration = ClientConfiguration(
                baseURL: baseURL, clientID: credentials.clientID, secretKey: credentials.secretKey)
            configuration.credentialHint += " The demo account needs none: --demo."
        }
        configuration.limits = settings.limits
        if let poll = settings.poll { configuration.poll = poll }
        configuration.deadline = deadline
        return configuration
    }

    /// A limit or a signal before what the script made of it, an error before output, output before data that the
    /// script allowed to be incomplete.
    private func conclude(
        _ result: Result<Void, any Error>, _ ending: Ending, incomplete: Bool
    ) throws -> ExitStatus {
        let flushed = Result { try output.flush() }
        if case .failure(let error as LuaError) = result, error.failure.code == "deadline" {
            // It says what the run was waiting for.
            return Complaint(error).report()
        }
        if let status = ending.status {
            Terminal.complain(
                "finlua: "
                    + (status == .limit
                        ? "the run took longer than its deadline of \(settings.timeout.text) (--timeout) and was stopped"
                        : status.cause))
            return status
        }
        switch result {
        case .failure(let error as LuaError) where error.exitStatus != nil:
            try flushed.get()
            return error.exitStatus.flatMap { ExitStatus(rawValue: Int32(truncatingIfNeeded: $0)) } ?? .defect
        case .failure(let error):
            return Complaint(error).report()
        case .success:
            try flushed.get()
            return incomplete ? .incomplete : .done
        }
    }

    private final class Ending {
        var status: ExitStatus?
    }
}

/// What a session runs.
struct Script {
    /// How errors name it: the path as given.
    let name: String
    /// How its help names it: `finlua run top-movers.lua`.
    let program: String
    let source: [UInt8]
    /// Where `require` looks first: the script's own folder.
    let modulePaths: [String]

    /// Reads a script file; fails with a usage error that names it.
    static func load(_ path: String) throws(UsageError) -> Script {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError("the script \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw UsageError("\(path) is a folder; give the path of a script")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return Script(
            name: path, program: "finlua run \(path)", source: FileBytes.readAll(descriptor),
            modulePaths: [folder.isEmpty ? "/" : folder])
    }
}
