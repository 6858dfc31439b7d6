import HostLoop
import StateStore

extension Command {
    static let runs = Command(
        name: "runs", synopsis: "[ID | last] [--all] [--json]",
        summary: "List the runs that the state remembers, or show one.",
        details: """
            ID is the beginning of a run's id; `last` is the newest. Runs are remembered for 90 days.

              --all                     every run; else the newest \(RunsReport.newest)
              --json                    for machines: the record of a run as it was left; of a list one object a line
            """,
        options: [.state, .replaceState, .help], perform: listRuns)

    @HostLoop @Sendable
    private static func listRuns(_ arguments: [String], _ environment: Environment) async throws -> ExitStatus {
        let options = try HostArguments(arguments, reach: .everywhere, options: Command.runs.options)
        if options[.help] != nil {
            Help.command(.runs, to: Terminal.output)
            return .done
        }
        let (words, flags) = try OwnFlags.split(options.rest, known: ["--all", "--json"])
        guard words.count <= 1 else { throw UsageError("runs takes one id; \(words[1]) is too much") }
        let state = try options.openState(environment, label: "runs")
        let report = RunsReport(state)
        if let word = words.first {
            let run = try report.run(word)
            try Terminal.put(flags.contains("--json") ? report.record(of: run) : report.text(of: run))
        } else {
            let runs = try report.runs(all: flags.contains("--all"))
            try Terminal.put(
                flags.contains("--json") ? report.lines(runs) : report.table(runs, width: Terminal.tableWidth))
        }
        return .done
    }
}
