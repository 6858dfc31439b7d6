import Confinement
public import Finout
public import HostLoop
public import LuaRuntime
import StateStore

/// Runs a script against an account: the machine, with every module of the script API in it.
@HostLoop
public final class ScriptHost {
    /// The machine the script runs in.
    public let machine: LuaMachine

    /// Whether the script has read its arguments, all of them.
    public private(set) var argumentsWereRead = false

    /// The files that the script writes; whoever runs it commits them, or not.
    public let outputs: RunOutputs

    private let finout: FinoutModule

    /// Makes a machine and puts the modules in it.
    public init(_ client: FinoutClient, _ configuration: ScriptHostConfiguration) {
        let log = configuration.log
        let folders = configuration.folders
        outputs = RunOutputs(folders)
        var lua = LuaConfiguration(
            memoryLimit: configuration.memoryLimit, output: configuration.output,
            warn: { message in
                _ = HostLoop.task { log(LogLine(level: .warn, message: message, time: HostLoop.now)) }
            },
            meter: configuration.meter)
        lua.findModules(in: folders)
        machine = LuaMachine(lua)
        machine.addEnvironment(configuration.environment, folders.permissions)
        finout = FinoutModule(client: client, today: configuration.today) { [weak machine] in
            machine?.charge(bytes: $0)
        }
        // What the host writes comes after what the script printed before.
        let write: @HostLoop (UnsafeRawBufferPointer) -> Void = { [unowned machine] bytes in
            machine.flushOutput()
            configuration.output(bytes)
        }
        var modules: [ScriptModule] = [
            finout.module, .date(today: configuration.today), .json, .money, .allocate(configuration.observed), .sql,
            .anomaly(configuration.observed), .check(configuration.observed), .log(log),
            .csv(folders: folders, memoryLimit: configuration.memoryLimit),
            .arguments(configuration, write: write) { [weak self] in self?.argumentsWereRead = true },
        ]
        modules += ScriptModule.group
        let values = configuration.values ?? ScriptValues(StateStore(), script: "", account: "")
        modules += ScriptModule.store(values) { [weak machine] in machine?.charge(bytes: $0) }
        modules += ScriptModule.export(
            outputs: outputs, version: configuration.version, print: write,
            warn: { log(LogLine(level: .warn, message: $0, time: HostLoop.now)) },
            count: configuration.countOutput, terminalWidth: configuration.terminalWidth)
        modules.append(.database(folders: folders, count: configuration.countOutput))
        modules.append(.notify(configuration.notify))
        modules += ScriptModule.report(terminal: configuration.terminal)
        for module in modules { module.install(on: machine) }
    }

    /// Runs the script to its end. Fails with the script's error, or with code `exit` and the status it asked for.
    /// `isHost`: the script is one of the program's own, named `=[finlua …]`.
    public func run(_ source: [UInt8], chunkName: String, isHost: Bool = false) async throws(LuaError) {
        try await machine.run(source, chunkName: chunkName, isHost: isHost)
    }

    /// Whether an answer that the script asked for with `allow_partial` is not whole and the script did not look at
    /// `q.incomplete`: the run then ends with the status of incomplete data.
    public var incomplete: Bool { !unhandled.isEmpty }

    /// Why those answers are not whole.
    public var unhandled: [FinoutError] {
        finout.partial.filter { !$0.incompleteWasRead }.compactMap(\.query.incomplete)
    }
}
