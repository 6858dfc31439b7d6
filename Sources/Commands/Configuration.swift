import Finout
import Glibc
import HostLoop
import LuaRuntime
import RunLimits
import Secrets

/// The configuration file: a Lua table, evaluated with nothing but the language.
///
///     return {
///       default_profile = "main",
///       profiles = { main = { client_id = "…", secret_key_file = "/home/me/.finout-key" } },
///       limits = "status=40/60s",
///     }
package struct Configuration: Sendable {
    struct Profile: Sendable {
        var clientID: String?
        var secretKeyFile: String?
        var secretKeyCommand: String?
        var baseURL: String?
    }

    var path = ""
    var profile: Profile?
    var limits: String?
    var poll: String?
    /// Limits of a run, as the options spell them.
    var run: [String: String] = [:]
    /// The file itself and those that it says keys are kept in, of every profile.
    var secretFiles: [String] = []
    /// Where metrics go.
    var metrics: String?
    /// The address to ping, by the script's file.
    var pings: [String: String] = [:]
    /// Whom to tell of failures, and after how many.
    var alertEndpoint: String?
    var alertAfter: String?
    /// What scripts are allowed, under the options that do the same: `run.allow_read = { "/srv/rates" }`.
    var grants: [HostOption.Name: [String]] = [:]
    /// Who can be told, by name.
    var notify: [NotifySetting] = []

    /// Reads the file at `path`, or at its standard place, where it need not exist. A file that others may read is
    /// refused, as is a name that the file does not know.
    @HostLoop
    static func load(
        path chosen: String?, origin: String, profile: String?, _ environment: Environment
    ) async throws -> Configuration {
        var configuration = Configuration()
        configuration.path = chosen ?? standardPath(environment)
        configuration.secretFiles = [configuration.path]
        guard let source = try SecretFile.read(configuration.path, setting: origin, mayBeMissing: chosen == nil) else {
            if let profile {
                throw UsageError(
                    "profile \(profile) is asked for, but there is no configuration file \(configuration.path)")
            }
            return configuration
        }
        try await configuration.read(source, profile: profile)
        return configuration
    }

    package init() {}

    /// Takes what the text of a file says.
    @HostLoop package mutating func read(_ source: [UInt8], profile: String?) async throws {
        try take(try await Self.evaluate(source, path: path), profile: profile)
    }

    private static func standardPath(_ environment: Environment) -> String {
        if let folder = environment["XDG_CONFIG_HOME"] { return folder + "/finlua/config.lua" }
        return (environment["HOME"] ?? "") + "/.config/finlua/config.lua"
    }

    @HostLoop
    private static func evaluate(_ source: [UInt8], path: String) async throws -> LuaTable {
        do throws(LuaError) {
            if case .table(let table)? = try await values(source, path: path).first { return table }
        } catch  where [LuaFailure.stoppedCode, "cancelled"].contains(error.failure.code) {
            throw endless(path)
        } catch {
            // Lua quotes what it stumbles over, which may be a secret nobody knows of yet.
            let message = error.failure.message
            let end = message.firstRange(of: " near ")?.lowerBound ?? message.endIndex
            throw UsageError("the configuration file \(path) cannot be read: \(message[..<end])")
        }
        throw UsageError("\(path) gives no table; a configuration file ends in `return { … }`")
    }

    /// What the file returns, if it does so in time: it only names values.
    @HostLoop
    private static func values(_ source: [UInt8], path: String) async throws(LuaError) -> [LuaValue] {
        let machine = LuaMachine(LuaConfiguration(memoryLimit: 16 << 20))
        let stop = machine.stop
        let deadline = HostLoop.now + patience
        let watchdog = Watchdog(
            Watchdog.Times(deadline: deadline),
            Watchdog.Actions(isHeld: { stop.isHeld }, stop: { stop.ask() }) { _ in
                _exit(Complaint(endless(path)).report().rawValue)
            })
        defer { watchdog.end() }
        let work = HostLoop.task { () -> Result<[LuaValue], LuaError> in
            do throws(LuaError) { return .success(try await machine.run(source, chunkName: path)) } catch {
                return .failure(error)
            }
        }
        let clock = HostLoop.task { if (try? await HostLoop.sleep(until: deadline)) != nil { work.cancel() } }
        defer { clock.cancel() }
        return try await work.value.get()
    }

    private static let patience: Duration = .seconds(1)

    private static func endless(_ path: String) -> UsageError {
        UsageError(
            "the configuration file \(path) did not end within \(patience.text) and was stopped; "
                + "it only names values, so look for a loop")
    }

    private mutating func take(_ table: LuaTable, profile asked: String?) throws(UsageError) {
        try known(
            table, ["default_profile", "profiles", "limits", "poll", "run", "notify", "metrics", "ping", "alert"],
            at: "")
        limits = try text(table["limits"], at: "limits")
        try takeCron(table)
        poll = try text(table["poll"], at: "poll")
        if let run = try section(table["run"], at: "run") {
            let lists = HostOption.grants.map { (option: $0, name: $0.rawValue.replacing("-", with: "_")) }
            try known(run, RunLimit.allCases.map(\.entry) + lists.map(\.name), at: "run.")
            for (option, name) in lists { grants[option] = try list(run[name], at: "run.\(name)") }
            for (name, value) in run.fields where !lists.contains(where: { $0.name == name }) {
                self.run[name] =
                    if case .integer(let number) = value { "\(number)" } else {
                        try text(value, at: "run.\(name)")
                    }
            }
        }
        if let endpoints = try section(table["notify"], at: "notify") { try takeEndpoints(endpoints) }
        let profiles = try section(table["profiles"], at: "profiles")
        for case .table(let entry) in profiles.map({ Array($0.fields.values) }) ?? [] {
            if let file = entry["secret_key_file"].string { secretFiles.append(file) }
            KnownSecrets.learn(entry["client_id"].string, as: "client id")
            KnownSecrets.learnUser(of: entry["base_url"].string)
        }
        let standard = try text(table["default_profile"], at: "default_profile")
        guard let name = asked ?? standard else { return }
        guard let entry = profiles?[name], !entry.isNil else {
            throw .unknown("profile", "\(name) (of \(path))", among: profiles?.fields.keys.sorted() ?? [])
        }
        guard let entry = try section(entry, at: "profiles.\(name)") else { return }
        try known(entry, ["client_id", "secret_key_file", "secret_key_command", "base_url"], at: "profiles.\(name).")
        profile = Profile(
            clientID: try text(entry["client_id"], at: "profiles.\(name).client_id"),
            secretKeyFile: try text(entry["secret_key_file"], at: "profiles.\(name).secret_key_file"),
            secretKeyCommand: try text(entry["secret_key_command"], at: "profiles.\(name).secret_key_command"),
            baseURL: try text(entry["base_url"], at: "profiles.\(name).base_url"))
    }

    func known(_ table: LuaTable, _ names: [String], at prefix: String) throws(UsageError) {
        for name in table.fields.keys.sorted() where !names.contains(name) {
            throw .unknown("setting", "\(prefix)\(name) (in \(path))", among: names)
        }
    }

    func text(_ value: LuaValue?, at name: String) throws(UsageError) -> String? {
        switch value {
        case nil, .nil: return nil
        case .string(let text): return text
        default: throw UsageError("\(path): \(name) must be a string")
        }
    }

    func list(_ value: LuaValue?, at name: String) throws(UsageError) -> [String]? {
        switch value {
        case nil, .nil: return nil
        case .table(let table) where table.fields.isEmpty && table.array.allSatisfy({ $0.string != nil }):
            return table.array.compactMap(\.string)
        default: throw UsageError("\(path): \(name) must be a list of strings: { \"…\" }")
        }
    }

    func section(_ value: LuaValue?, at name: String) throws(UsageError) -> LuaTable? {
        switch value {
        case nil, .nil: return nil
        case .table(let table): return table
        default: throw UsageError("\(path): \(name) must be a table")
        }
    }
}
