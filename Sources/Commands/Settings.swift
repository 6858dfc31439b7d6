import Finout
import Glibc
import HostLoop
import RunLimits
import Secrets

/// What a run works with: options before environment before configuration file before defaults.
struct Settings: Sendable {
    static let defaultBaseURL = "https://app.finout.io"

    enum Account: Sendable {
        /// The made-up account inside this process.
        case demo
        case service(baseURL: String, Credentials)
    }

    /// Whether the account is made up, and nothing leaves the machine.
    var isDemo: Bool { if case .demo = account { true } else { false } }

    struct Credentials: Sendable {
        let clientID: String
        let secretKey: String
    }

    var account = Account.service(baseURL: defaultBaseURL, Credentials(clientID: "", secretKey: ""))
    /// What the run may use.
    var run = RunLimits()
    /// What the account's requests may be.
    var limits = LimitSettings()
    /// Nil: the client's own.
    var poll: PollSettings?
    var permissions = PermissionSettings()
    /// Who can be told.
    var notify = NotifySettings()
    /// What others are told of the run.
    var cron = CronSettings()
    var log = LogSettings()
    var state = StatePlace.memory
    /// Whether a damaged state makes way for a new one.
    var replacesState = false
    /// Whether to go on with the last run.
    var resumes = false
    /// The day that is today to the script; nil: the day the run began. UTC.
    var asOf: Day?
    /// Whether to wait while another run has the lock.
    var waitsForLock = false
    /// Whether a line at the end says what the run took; always so on a terminal.
    var summarizes = false

    /// Reads every source. Fails with the name of the setting that is wrong, what it holds (never a secret) and what
    /// it may hold. Without `needsKey` the secret key is not looked for. `script` is the path of the user's own that is to
    /// run.
    @HostLoop
    static func resolve(
        _ options: HostArguments, _ environment: Environment, needsKey: Bool = true, script: String? = nil
    ) async throws -> Settings {
        func text(_ name: HostOption.Name) -> String? { options.text(name, environment) }
        func origin(_ name: HostOption.Name) -> String {
            options[name] != nil ? "--\(name.rawValue)" : HostOption[name].variable ?? ""
        }

        try refuseUnknown(environment, allowed: options.values[.allowEnv] ?? [])
        let demo = try options[.demo] != nil || demoSwitch(environment[HostOption[.demo].variable ?? ""])
        KnownSecrets.learnUser(of: text(.baseURL))
        let configuration = try await Configuration.load(
            path: text(.config), origin: origin(.config), profile: text(.profile), environment)

        var settings = Settings()
        if demo {
            settings.account = .demo
        } else {
            let baseURL = text(.baseURL) ?? configuration.profile?.baseURL ?? defaultBaseURL
            settings.account = .service(
                baseURL: baseURL, try CredentialSource(environment, configuration).credentials(needsKey: needsKey))
        }
        settings.run = try RunLimits(options, environment, configuration)
        if let value = environment[.limits] ?? configuration.limits {
            settings.limits = try LimitSettings(parsing: value)
        }
        if let value = environment[.poll] ?? configuration.poll {
            settings.poll = try PollSettings(parsing: value)
        }
        if let value = text(.log) { settings.log = try LogSettings(parsing: value, origin: origin(.log)) }
        settings.state = try StatePlace(text(.state), isDemo: demo, environment)
        settings.replacesState = options[.replaceState] != nil
        settings.resumes = options[.resume] != nil
        settings.asOf = try options[.asOf].map { text throws(UsageError) in try day(text) }
        settings.waitsForLock = options[.waitLock] != nil
        settings.summarizes = options[.summary] != nil
        settings.notify = NotifySettings(configuration)
        if let script {
            let file = script.split(separator: "/").last.map(String.init) ?? script
            settings.cron = try CronSettings(options, environment, configuration, script: file)
        }
        settings.permissions = try PermissionSettings(
            options, environment, configuration, state: settings.state)
        return settings
    }

    /// A misspelt variable would be passed over without a word.
    private static func refuseUnknown(_ environment: Environment, allowed: [String]) throws(UsageError) {
        let prefix = "FINLUA_"
        let known = HostOption.all.compactMap(\.variable) + HostVariable.allCases.map(\.rawValue)
        let ours = known.filter { $0.hasPrefix(prefix) }
        for name in environment.variables.keys.sorted() where name.hasPrefix(prefix) {
            guard ours.contains(name) || allowed.contains(name) else {
                throw .unknown("environment variable", name, among: ours)
            }
        }
    }

    @HostLoop
    private static func day(_ text: String) throws(UsageError) -> Day {
        guard let day = Day(text) else {
            throw UsageError("--as-of is \"\(text)\"; it takes a day, YYYY-MM-DD")
        }
        let today = HostLoop.now.day
        guard day <= today else { throw UsageError("--as-of is \(day), which is to come; today is \(today) (UTC)") }
        return day
    }

    private static func demoSwitch(_ value: String?) throws(UsageError) -> Bool {
        switch value {
        case nil, "", "0", "false", "no": return false
        case "1", "true", "yes": return true
        case .some(let other): throw UsageError("FINLUA_DEMO is \"\(other)\"; it takes 1 or 0")
        }
    }

    private static func require<Value>(
        _ value: Value?, _ text: String, _ origin: String, _ expected: String
    ) throws(UsageError) -> Value {
        guard let value else {
            throw UsageError("\(origin.isEmpty ? "configuration" : origin) is \"\(text)\"; it takes \(expected)")
        }
        return value
    }
}
