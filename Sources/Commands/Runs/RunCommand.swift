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
        let script = try Script.load(path)
        let settings = try await Settings.resolve(options, environment)
        return await Session(settings, CommandLine(command: "run", words: arguments), environment).run(
            script, arguments: Array(options.rest.dropFirst()))
    }
}
