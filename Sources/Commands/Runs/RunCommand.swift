import HostLoop

extension Command {
    static let run = Command(
        name: "run", synopsis: "[options] SCRIPT [--arg value …]",
        summary: "Run a script.",
        details: "finlua's own options stand before the script, the script's arguments after it; "
            + "`finlua run SCRIPT --help` lists those.", perform: runScript)

    @HostLoop @Sendable
    private static func runScript(_ arguments: [String], _ environment: Environment) async throws -> ExitStatus {
        let options = try HostArguments(arguments, reach: .untilFirstWord)
        if options[.help] != nil {
            Help.command(.run, to: Terminal.output)
            return .done
        }
        guard let path = options.rest.first else {
            throw UsageError("run needs a script: finlua run SCRIPT")
        }
        let (line, own) = (CommandLine(command: "run", words: arguments), Array(options.rest.dropFirst()))
        do {
            let script = try Script.load(path)
            let settings = try await Settings.resolve(options, environment, script: path)
            return await Session(settings, line, environment).run(script, arguments: own)
        } catch {
            await tell(of: error, path, own, options, environment)
            throw error
        }
    }

    /// Whoever waits for the run hears that it could not begin, as far as the options and the environment say who.
    @HostLoop
    private static func tell(
        of error: any Error, _ path: String, _ own: [String], _ options: HostArguments, _ environment: Environment
    ) async {
        var settings = Settings()
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let cron = try? CronSettings(options, environment, Configuration(), script: file) else { return }
        settings.cron = cron
        let now = HostLoop.now
        let complaint = Complaint(error)
        let run = EndedRun(path: path, arguments: own, started: now, ended: now, status: complaint.status)
        await CronManners(cron, Console(settings.log)).end([run], complaint.status, lines: [complaint.text])
    }
}
