import RunLimits

/// One option of finlua itself. The only table of them: parsing, help and the errors for a wrong one are made from it.
package struct HostOption: Sendable {
    package enum Name: String, CaseIterable, Sendable {
        case demo
        case baseURL = "base-url"
        case profile
        case config
        case asOf = "as-of"
        case out
        case luaPath = "lua-path"
        case allowRead = "allow-read"
        case allowWrite = "allow-write"
        case allowNet = "allow-net"
        case allowEnv = "allow-env"
        case timeout
        case cpu
        case memory
        case maxOutput = "max-output"
        case maxTasks = "max-tasks"
        case maxRows = "max-rows"
        case maxQueries = "max-queries"
        case log
        case state
        case replaceState = "replace-state"
        case resume
        case waitLock = "wait-lock"
        case summary
        case metrics
        case metricsLabel = "metrics-label"
        case ping
        case alert
        case alertAfter = "alert-after"
        case help
    }

    let name: Name
    /// What stands for the value in help; nil for a switch.
    let placeholder: String?
    /// The environment variable that sets the same; the option wins.
    let variable: String?
    let help: String
    var repeats = false

    static let all: [HostOption] =
        [
            HostOption(
                name: .demo, placeholder: nil, variable: "FINLUA_DEMO",
                help: "ask a made-up account inside this process; needs no credentials"),
            HostOption(
                name: .baseURL, placeholder: "URL", variable: "FINOUT_BASE_URL",
                help: "the service (default \(Settings.defaultBaseURL)); plain http only to loopback"),
            HostOption(
                name: .profile, placeholder: "NAME", variable: "FINLUA_PROFILE",
                help: "a profile of the configuration file"),
            HostOption(
                name: .config, placeholder: "FILE", variable: "FINLUA_CONFIG",
                help: "the configuration file (default $XDG_CONFIG_HOME/finlua/config.lua)"),
            HostOption(
                name: .asOf, placeholder: "DAY", variable: nil,
                help: "replay an earlier day (YYYY-MM-DD, UTC): it is today to the script, whose store stays as it is"),
            HostOption(
                name: .out, placeholder: "DIR", variable: nil,
                help: "where exports are written (default: the working directory)"),
            HostOption(
                name: .luaPath, placeholder: "DIR", variable: nil,
                help: "another folder for require; may be repeated", repeats: true),
            HostOption(
                name: .allowRead, placeholder: "DIR", variable: nil,
                help: "a folder the script may read below, besides its own; may be repeated", repeats: true),
            HostOption(
                name: .allowWrite, placeholder: "DIR", variable: nil,
                help: "a folder the script may write below, besides that of --out; may be repeated", repeats: true),
            HostOption(
                name: .allowNet, placeholder: "HOST", variable: nil,
                help: "a host requests may go to, besides the service: HOST or HOST:PORT; may be repeated",
                repeats: true),
            HostOption(
                name: .allowEnv, placeholder: "NAME", variable: nil,
                help: "an environment variable the script may know; may be repeated", repeats: true),
        ] + RunLimit.allCases.map(HostOption.init(_:)) + [
            HostOption(
                name: .log, placeholder: "FORM", variable: "FINLUA_LOG",
                help: "text, json, or a level: debug, info, warn, error; text,debug sets both"),
            HostOption(
                name: .state, placeholder: "FILE", variable: "FINLUA_STATE",
                help:
                    "what runs share: limits, submitted queries, records of runs (default $XDG_STATE_HOME/finlua/state.db)"
            ),
            HostOption(
                name: .replaceState, placeholder: nil, variable: nil,
                help: "keep a damaged state aside under another name and begin a new one"),
            HostOption(
                name: .resume, placeholder: nil, variable: nil,
                help:
                    "go on with the last run of the same script, arguments and account if it did not end with 0 or 3 and is younger "
                    + "than 24 hours; else begin a new one"),
            HostOption(
                name: .waitLock, placeholder: nil, variable: nil,
                help: "wait, up to the deadline, while another run of the same script, arguments and account is on"),
            HostOption(
                name: .summary, placeholder: nil, variable: nil,
                help: "end with one line on stderr that says what the run took (always so on a terminal)"),
            HostOption(
                name: .metrics, placeholder: "FILE", variable: "FINLUA_METRICS",
                help:
                    "write what became of the run for Prometheus (node_exporter's textfile collector); a folder holds a "
                    + "file for each script and its arguments"),
            HostOption(
                name: .metricsLabel, placeholder: "TEXT", variable: nil,
                help: "what names the run in the metrics, in place of a hash of its arguments"),
            HostOption(
                name: .ping, placeholder: "URL", variable: "FINLUA_PING",
                help:
                    "tell a service such as healthchecks.io that the run begins and how it ended; a secret, so better in "
                    + "the variable or the configuration"),
            HostOption(
                name: .alert, placeholder: "NAME", variable: "FINLUA_ALERT",
                help: "tell this endpoint of the configuration when the script keeps failing, and when it works again"),
            HostOption(
                name: .alertAfter, placeholder: "N", variable: "FINLUA_ALERT_AFTER",
                help: "after so many failed runs in a row (default 3)"),
            HostOption(name: .help, placeholder: nil, variable: nil, help: "print this help"),
        ]

    /// What a command that asks the API for itself takes: there is no lock that keeps two of them apart, and its script
    /// is finlua's own.
    static let ofAsking = Name.allCases.filter { $0 != .waitLock && !grants.contains($0) && !cron.contains($0) }

    /// What widens a script's permissions.
    static let grants: [Name] = [.allowRead, .allowWrite, .allowNet, .allowEnv]

    /// What tells others of runs that nobody looks at.
    static let cron: [Name] = [.metrics, .metricsLabel, .ping, .alert, .alertAfter]

    static subscript(name: Name) -> HostOption {
        guard let option = all.first(where: { $0.name == name }) else {
            preconditionFailure("HostOption.all lacks \(name)")
        }
        return option
    }
}

extension HostOption {
    /// The option of a limit of the run.
    fileprivate init(_ limit: RunLimit) {
        guard let name = Name(rawValue: limit.option) else { preconditionFailure("HostOption.Name lacks \(limit)") }
        self.init(name: name, placeholder: limit.placeholder, variable: limit.variable, help: limit.help)
    }
}

/// The options of finlua found in an argument list, and the words that are not its own.
package struct HostArguments: Sendable {
    package var values: [HostOption.Name: [String]] = [:]
    package var rest: [String] = []

    subscript(name: HostOption.Name) -> String? { values[name]?.last }

    /// The option, else its environment variable.
    func text(_ name: HostOption.Name, _ environment: Environment) -> String? {
        self[name] ?? HostOption[name].variable.flatMap { environment[$0] }
    }

    /// Where finlua's own options end.
    package enum Reach: Sendable {
        /// At the first word that is no option: what follows belongs to the script.
        case untilFirstWord
        /// Anywhere on the line; an unknown option is left to the command.
        case everywhere
    }

    /// Fails with a usage error for an option without its value, a switch with one, one given twice, and, up to the
    /// first word, for an option that finlua does not know.
    package init(
        _ arguments: [String], reach: Reach, options: [HostOption.Name] = HostOption.Name.allCases
    ) throws(UsageError) {
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            index += 1
            if word == "--" {
                rest += reach == .everywhere ? arguments[(index - 1)...] : arguments[index...]
                return
            }
            let spelled = word == "-h" ? "--help" : word
            guard spelled.hasPrefix("--") else {
                rest.append(word)
                if reach == .untilFirstWord {
                    rest += arguments[index...]
                    return
                }
                continue
            }
            let parts = spelled.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = HostOption.Name(rawValue: String(parts[0])), options.contains(name) else {
                if reach == .everywhere {
                    rest.append(word)
                    continue
                }
                throw .unknown("option", "--\(parts[0])", among: options.map { "--" + $0.rawValue })
            }
            let option = HostOption[name]
            var value = parts.count > 1 ? String(parts[1]) : nil
            if option.placeholder == nil {
                if value != nil { throw UsageError("--\(name.rawValue) is a switch and takes no value") }
            } else if value == nil {
                guard index < arguments.count else {
                    throw UsageError("--\(name.rawValue) needs a value: --\(name.rawValue) \(option.placeholder ?? "")")
                }
                value = arguments[index]
                index += 1
            }
            if values[name] != nil, !option.repeats, option.placeholder != nil {
                throw UsageError("--\(name.rawValue) is given twice; give it once")
            }
            values[name, default: []].append(value ?? "")
        }
    }
}
