import Finout
import Glibc
import HostLoop
import RowDecoder
import ScriptAPI
import StateStore

/// The end of a run whose script nothing can stop: said, written down and carried out without the loop.
struct Abandonment: Sendable {
    let run: String
    /// The file of the state; nil if it ends with the process.
    let state: String?
    /// What the record says of how the run began.
    let beginning: [JSONValue.Member]
    let started: Moment
    let timeout: Duration
    let format: LogLine.Format

    /// From any thread.
    func leave(_ cause: Watchdog.Cause) -> Never {
        let ended = HostLoop.now
        let status: ExitStatus
        var text: String
        switch cause {
        case .deadline:
            status = .limit
            text = Deadline.message(timeout)
        case .signal(let number):
            status = Interruption.status(number)
            text = status.cause
        }
        text += "; the script was in a call that nothing interrupts, so finlua left at once"
        let error = JSONValue.record([
            ("code", .string(cause == .deadline ? "deadline" : "stopped")), ("message", .string(text)),
        ])
        let end = JSONValue.record([
            ("ended", .moment(ended)), ("seconds", .seconds(ended - started)),
            ("status", .count(Int(status.rawValue))), ("cause", .string(status.cause)), ("error", error),
        ])
        let record = JSONValue.object(beginning + (end.object ?? []))
        if let state,
            !RunLog.abandon(run, path: state, status: Int(status.rawValue), record: record.line, now: ended)
        {
            text += "; the run's record could not be written"
        }
        switch format {
        case .text: Terminal.complain("finlua: \(text)")
        case .json:
            Terminal.print(LogLine(level: .error, message: text, time: ended).rendered(.json), to: Terminal.error)
        }
        _exit(status.rawValue)
    }
}

/// What is said of a run whose time is over.
enum Deadline {
    static func message(_ timeout: Duration) -> String {
        "the run took longer than its deadline of \(timeout.text) (--timeout) and was stopped"
    }
}
