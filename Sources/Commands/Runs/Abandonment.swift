import Finout
import Glibc
import HostLoop
import LuaRuntime
import Monitoring
import RowDecoder
import RunLimits
import ScriptAPI
import StateStore

/// The end of a run whose script nothing can stop: said, written down and carried out without the loop.
struct Abandonment: Sendable {
    /// What is known of the run when it begins.
    let record: RunRecord
    /// The file of the state; nil if it ends with the process.
    let state: String?
    let notes: RunNotes
    let meter: RunMeter
    let format: LogLine.Format
    /// The verdicts on the scripts before this one; nil: it is no check.
    let verdicts: CheckVerdicts?
    /// Where its gauges go.
    let metrics: MetricsFile?

    /// From any thread.
    func leave(_ cause: Watchdog.Cause, of stop: LuaStop, clock: ThreadClock) -> Never {
        let ended = HostLoop.now
        meter.measure(wall: ended - record.started, cpu: clock.used)
        let tasks = TaskListing(tasks: stop.tasks, open: meter.used(.tasks) + 1)
        var failure = failure(cause)
        failure.message += "; the script was in a call that nothing interrupts, so finlua left at once"
        let error = LuaError(failure: failure, where: stop.stuckPlace)
        var record = record
        (record.ended, record.status, record.error, record.tasks) = (ended, Self.status(cause), error, tasks.json)
        record.limits = meter.json
        let notes = notes.content ?? RunNotes.Content()
        record.statistics = ClientStatistics(notes)
        var text = "\(error)"
        if let state,
            !RunLog.abandon(
                record.run, path: state, status: Int(record.status.rawValue),
                record: record.json(notes).line, now: ended)
        {
            text += "\nthe run's record could not be written"
        }
        switch format {
        case .text: Terminal.print("finlua: \(text)\n\(tasks.text)", to: Terminal.error)
        case .json:
            let line = LogLine(
                level: .error, message: text, fields: tasks.json.map { [("tasks", .literal($0.line))] } ?? [],
                time: ended)
            Terminal.print(line.rendered(.json), to: Terminal.error)
        }
        var run = EndedRun(
            path: record.identity.script, arguments: record.arguments, started: record.started, ended: ended,
            status: record.status)
        (run.statistics, run.findings) = (record.statistics, notes.findings)
        if let problem = metrics?.write([run]) { Terminal.complain("finlua: \(problem)") }
        guard let verdicts else { _exit(record.status.rawValue) }
        let last = verdicts.abandoned(failure.message)
        Terminal.print(last.text)
        _exit(ExitStatus(last.state).rawValue)
    }

    private func failure(_ cause: Watchdog.Cause) -> LuaFailure {
        switch cause {
        case .deadline: LuaFailure(meter.excess(.wall))
        case .cpu: LuaFailure(meter.excess(.cpu))
        case .other: LuaFailure(meter.excess(.output))
        case .signal(let number):
            LuaFailure(code: LuaFailure.stoppedCode, message: Interruption.status(number).cause)
        }
    }

    private static func status(_ cause: Watchdog.Cause) -> ExitStatus {
        if case .signal(let number) = cause { Interruption.status(number) } else { .limit }
    }
}

extension ClientStatistics {
    /// What the notes know of it.
    fileprivate init(_ notes: RunNotes.Content) {
        self.init()
        rows = notes.rows
        pages = notes.pages
        resumed = notes.queries.count { $0.isResumed }
        submissions = notes.queries.count - resumed
    }
}
