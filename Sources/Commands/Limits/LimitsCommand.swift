import Finout
import HostLoop
import StateStore

extension Command {
    static let limits = Command(
        name: "limits", synopsis: "[--json]",
        summary: "Show what is used and left of the account's limits, and who holds it.",
        details: """
            Asks the state that runs share, and sends no request. "one more could go" is when a request asked for now would be
            sent, after those that wait already.

              --json                    for machines: one object
            """,
        options: [.baseURL, .profile, .config, .state, .replaceState, .help], perform: showLimits)

    @HostLoop @Sendable
    private static func showLimits(_ arguments: [String], _ environment: Environment) async throws -> ExitStatus {
        let options = try HostArguments(arguments, reach: .everywhere, options: Command.limits.options)
        if options[.help] != nil {
            Help.command(.limits, to: Terminal.output)
            return .done
        }
        let (words, flags) = try OwnFlags.split(options.rest, known: ["--json"])
        if let word = words.first { throw UsageError("limits takes no \(word)") }
        let report = try LimitsReport(try await Settings.resolve(options, environment, needsKey: false))
        try Terminal.put(flags.contains("--json") ? report.json : report.text(width: Terminal.tableWidth))
        return .done
    }
}

extension LimitsReport {
    /// Reads the state. Fails with `unauthorized` where no setting says whose limits are meant.
    @HostLoop
    init(_ settings: Settings) throws {
        let account = try SessionAccount(settings, deadline: HostLoop.now)
        defer { account.close() }
        if account.configuration.clientID.isEmpty {
            throw FinoutError(
                .unauthorized, "FINOUT_CLIENT_ID is not set, and limits are an account's.",
                hint: "Set FINOUT_CLIENT_ID, or choose a profile of the configuration file: --profile NAME.")
        }
        let state = try settings.state.open(label: "limits", replacing: settings.replacesState) {
            Terminal.complain("finlua: \($0)")
        }
        let now = HostLoop.now
        let ledger = RateLedger(state, account: account.hash)
        let limits = try AccountLimiter(settings.limits, ledger: ledger).status()
        self.init(
            service: account.configuration.baseURL, account: account.hash, now: now, limits: limits,
            submissions: SubmissionForecast(
                used: try ledger.submissions(on: now.day), limit: settings.limits.dailySubmissions,
                lastHour: try RunLog(state).submissions(account: account.hash, since: now - .seconds(3600)), now: now),
            queue: QueueForecast(limits, now: now), holders: try ledger.holders(now: now),
            abandonedPlaces: try ledger.abandonedPlaces(now: now))
    }
}
