import HostLoop
import ScriptAPI

/// What others are told of runs that nobody looks at.
struct CronSettings: Sendable {
    /// Whom to tell of failures, and after how many in a row.
    struct Alert: Sendable {
        let endpoint: String
        let after: Int
    }

    var metrics: MetricsFile?
    var ping: Ping?
    var alert: Alert?

    /// Nobody is told anything.
    init() {}

    /// Options before the environment before the configuration file. `script` is the file whose ping the configuration
    /// names. Fails with the setting that is wrong.
    init(
        _ options: HostArguments, _ environment: Environment, _ configuration: Configuration, script: String
    ) throws(UsageError) {
        func found(_ name: HostOption.Name) -> (text: String, origin: String)? {
            if let text = options[name] { return (text, "--\(name.rawValue)") }
            guard let variable = HostOption[name].variable, let text = environment[variable] else { return nil }
            return (text, variable)
        }
        func configured(_ text: String?, _ name: String) -> (text: String, origin: String)? {
            text.map { ($0, "\(name) (in \(configuration.path))") }
        }
        if let (text, origin) = found(.ping) ?? configured(configuration.pings[script], "ping[\"\(script)\"]") {
            ping = try Ping(text, origin: origin)
        }
        if let (text, origin) = found(.metrics) ?? configured(configuration.metrics, "metrics") {
            metrics = try MetricsFile(text, origin: origin, label: options[.metricsLabel])
        } else if options[.metricsLabel] != nil {
            throw UsageError("--metrics-label names the run in the file of --metrics, which is not given")
        }
        let after = found(.alertAfter) ?? configured(configuration.alertAfter, "alert.after")
        var count = Self.usuallyAfter
        if let (text, origin) = after {
            guard let number = Int(text), number > 0 else {
                throw UsageError("\(origin) is \"\(text)\"; it takes a whole number of at least 1")
            }
            count = number
        }
        guard let (endpoint, origin) = found(.alert) ?? configured(configuration.alertEndpoint, "alert.endpoint") else {
            if let after { throw UsageError("\(after.origin) says when to alert, but no --alert says whom") }
            return
        }
        let known = configuration.notify.map(\.name)
        guard known.contains(endpoint) else {
            throw .unknown("endpoint of \(origin)", endpoint, among: known)
        }
        alert = Alert(endpoint: endpoint, after: count)
    }

    private static let usuallyAfter = 3
}

/// Tells others of runs, once they have ended; whatever goes wrong with that is a warning, and no run ends otherwise for it.
@HostLoop final class CronManners {
    private let settings: CronSettings
    private let console: Console
    private var start: Task<Void, Never>?

    /// What is left at the end for the word of the beginning to arrive.
    private static let patience: Duration = .seconds(1)

    init(_ settings: CronSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// A run begins. Behind the walls of the files: a request may start a thread.
    func begin() {
        guard let ping = settings.ping else { return }
        start = HostLoop.task { await ping.start() }
    }

    /// What has ended, and with what; `cause` says so where the status means something of its own, `lines` are the last
    /// ones if they are not on the console.
    func end(_ runs: [EndedRun], _ status: ExitStatus, cause: String? = nil, lines: [String]? = nil) async {
        if let problem = settings.metrics?.write(runs) { console.say(problem, level: .warn) }
        guard let ping = settings.ping else { return }
        // It must not come after the end, nor hold it up.
        let timer = HostLoop.task { [start] in
            if (try? await HostLoop.sleep(for: Self.patience)) != nil { start?.cancel() }
        }
        await start?.value
        timer.cancel()
        if let problem = await ping.end(status, cause ?? status.cause, lines: lines ?? console.lastLines) {
            console.say(problem, level: .warn)
        }
    }
}
