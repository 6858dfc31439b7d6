import HostLoop
import Monitoring
import RunLimits
import Secrets

/// Runs the scripts of `finlua check`, one after the other in one place.
@HostLoop struct CheckRun {
    private let settings: Settings
    private let commandLine: CommandLine
    private let environment: Environment

    init(_ settings: Settings, _ commandLine: CommandLine, _ environment: Environment) {
        self.settings = settings
        self.commandLine = commandLine
        self.environment = environment
    }

    /// What they came to, and whether one had to be stopped where it stood.
    func perform(_ calls: [CheckCall]) async -> (report: CheckReport, wasStopped: Bool) {
        var verdicts = CheckVerdicts(paths: calls.map(\.path))
        let scripts = calls.map { call in Result { () throws(UsageError) in try Script.load(call.path, for: "check") } }
        let loaded = scripts.compactMap { try? $0.get() }
        let console = Console(settings.log)
        var wasStopped = false
        var runs: [EndedRun] = []
        let manners = CronManners(settings.cron, console)
        do {
            let place = try Workplace(
                loaded, settings, console, deadline: HostLoop.now + settings.run.timeout
            ) { label(calls) }
            defer { place.leave() }
            manners.begin()
            var number = 0
            scripts: for (call, script) in zip(calls, scripts) {
                switch script {
                case .failure(let error):
                    console.say(Complaint(error))
                    verdicts.add(ScriptVerdict(verdicts.next, undecided: error.description))
                case .success(let script):
                    let session = Session(settings, commandLine, environment, verdicts: verdicts)
                    let status = await session.run(script, arguments: call.arguments, in: place, number: number)
                    number += 1
                    verdicts.add(session.verdict(verdicts.next, status))
                    runs.append(session.endedRun(status))
                    wasStopped = wasStopped || session.wasStopped
                    if let signal = session.ending.signal {
                        verdicts.giveUp(CheckVerdicts.notRun(Interruption.status(signal).cause))
                    } else if HostLoop.now >= place.deadline {
                        verdicts.giveUp(
                            CheckVerdicts.notRun("the deadline of all scripts, \(limit), was reached before"))
                    }
                    if verdicts.known.count == calls.count { break scripts }
                }
            }
        } catch {
            let complaint = Complaint(error)
            console.say(complaint)
            verdicts.giveUp(complaint.message)
        }
        let report = verdicts.report
        await manners.end(
            runs, ExitStatus(report.state), cause: report.state.word,
            lines: report.text.split(separator: "\n").map(String.init))
        return (verdicts.report, wasStopped)
    }

    private var limit: String { RunLimit.wall.text(settings.run[.wall].value) }

    /// What the process does, as others see it in the state.
    private func label(_ calls: [CheckCall]) -> String {
        let words = calls.flatMap { [$0.path] + $0.arguments }.map(KnownSecrets.scrubber.scrubbed)
        return CommandLine.short("check", words)
    }
}

extension Session {
    /// What its checks came to; `status` is the one it ended with.
    func verdict(_ name: String, _ status: ExitStatus) -> ScriptVerdict {
        guard status.isResult, let findings = notes.content?.findings else {
            return ScriptVerdict(name, undecided: reason ?? status.cause)
        }
        return ScriptVerdict(name, checks: findings.checks, data: findings.data)
    }
}
