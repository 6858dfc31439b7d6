import Glibc
import HostLoop
import Monitoring

extension Command {
    static let check = Command(
        name: "check", synopsis: "[options] SCRIPT… [--arg value …] [-- SCRIPT …]",
        summary: "Run scripts as checks of a monitoring system.",
        details:
            "Says on stdout what the checks of finlua.check came to: a line with the worst state, `|` and performance "
            + "data, and a line for each of several scripts. Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also "
            + "for whatever kept a script from deciding. finlua's own options stand first; arguments follow their script, "
            + "up to the next `--`. Scripts run one after the other, all of them, with the limits of one account and one "
            + "deadline. What they print goes to stderr.",
        // Whoever asked for the check is told by it.
        options: HostOption.Name.allCases.filter { $0 != .alert && $0 != .alertAfter }, perform: runChecks)

    @HostLoop @Sendable
    private static func runChecks(_ arguments: [String], _ environment: Environment) async -> ExitStatus {
        Interruption.onFirst(leaving: ExitStatus(CheckState.unknown)) { signal in
            exit(tell(CheckReport(undecided: Interruption.status(signal).cause)).rawValue)
        }
        do {
            let options = try HostArguments(arguments, reach: .untilFirstWord, options: Command.check.options)
            if options[.help] != nil {
                Help.command(.check, to: Terminal.output)
                return .done
            }
            let calls = try CheckCall.read(options.rest)
            let settings = try await Settings.resolve(options, environment, script: calls[0].path)
            let line = CommandLine(command: "check", words: arguments)
            let (report, wasStopped) = await CheckRun(settings, line, environment).perform(calls)
            let status = tell(report)
            // Taking apart all that a stopped script holds may take longer than the run may.
            if wasStopped { exit(status.rawValue) }
            return status
        } catch var error as UsageError {
            error.help = "finlua check --help"
            return refuse(error)
        } catch {
            return refuse(error)
        }
    }

    /// Ends a call that came to no script.
    @HostLoop
    private static func refuse(_ error: any Error) -> ExitStatus {
        let complaint = Complaint(error)
        _ = complaint.report()
        return tell(CheckReport(undecided: complaint.message))
    }

    /// Prints a report; where nobody gets it, nothing is known.
    @HostLoop
    private static func tell(_ report: CheckReport) -> ExitStatus {
        do throws(Terminal.WriteError) { try Terminal.put(report.text) } catch {
            _ = Complaint(error).report()
            return ExitStatus(CheckState.unknown)
        }
        return ExitStatus(report.state)
    }
}

extension ExitStatus {
    /// What a monitoring system reads, whatever the number means to others.
    init(_ state: CheckState) { self = ExitStatus(rawValue: Int32(state.rawValue)) ?? .checkFailed }
}

/// A script to check, and its arguments.
struct CheckCall {
    let path: String
    let arguments: [String]

    /// Reads `a.lua b.lua --days 3 -- c.lua`: words are scripts up to the first option, which is the last one's, as is all
    /// that follows up to `--`. Fails where there is no script.
    static func read(_ words: [String]) throws(UsageError) -> [CheckCall] {
        var calls: [CheckCall] = []
        for part in words.split(separator: "--") {
            let paths = part.prefix { !$0.hasPrefix("-") }
            guard let last = paths.last else {
                throw UsageError(
                    "\(part.first ?? "") stands where a script should: finlua check SCRIPT [--arg value …]")
            }
            calls += paths.dropLast().map { CheckCall(path: $0, arguments: []) }
            calls.append(CheckCall(path: last, arguments: Array(part.dropFirst(paths.count))))
        }
        if calls.isEmpty { throw UsageError("check needs a script: finlua check SCRIPT…") }
        return calls
    }
}
