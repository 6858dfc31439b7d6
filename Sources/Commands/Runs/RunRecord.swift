import Confinement
import Finout
import HostLoop
import LuaRuntime
import Monitoring
import RowDecoder
import ScriptAPI

/// The record a run leaves in the state, which scrubs it.
struct RunRecord: Sendable {
    let run: String
    let attempts: Int
    /// When its first attempt began.
    let began: Moment
    let identity: RunIdentity
    let arguments: [String]
    let service: String
    let today: Day
    /// When this attempt began and ended.
    let started: Moment
    var ended: Moment
    var status: ExitStatus
    var error: (any Error)?
    var statistics: ClientStatistics
    /// What was used of each limit of the run.
    var limits: JSONValue?
    /// What each task did, where the run was stopped.
    var tasks: JSONValue?

    /// What is known when it begins.
    var beginning: JSONValue {
        .record([
            ("run", .string(run)), ("attempts", .count(attempts)), ("script", .string(identity.script)),
            ("arguments", .array(arguments.map(JSONValue.string))), ("finlua", .string(Version.finlua)),
            ("lua", .string(LuaMachine.release)), ("account", .string(identity.account)),
            ("service", .string(service)), ("as_of", .string("\(today)")), ("began", .moment(began)),
            ("started", .moment(started)),
        ])
    }

    /// The whole of it.
    func json(_ notes: RunNotes.Content) -> JSONValue {
        .object((beginning.object ?? []) + (ending(notes).object ?? []))
    }

    private func ending(_ notes: RunNotes.Content) -> JSONValue {
        .record([
            ("ended", .moment(ended)), ("seconds", .seconds(ended - started)),
            ("status", .count(Int(status.rawValue))), ("cause", .string(status.cause)), ("error", errorValue),
            ("walls", notes.walls.map { .string($0.description) }),
            ("limits", limits), ("tasks", tasks),
            ("rows", .count(statistics.rows)), ("pages", .count(statistics.pages)),
            ("submissions", .count(statistics.submissions)), ("resumed", .count(statistics.resumed)),
            ("shared", .count(statistics.shared)), ("splits", .count(statistics.splits)),
            ("possibly_paid_twice", .count(statistics.possiblyPaidTwice)),
            ("requests", .counts(statistics.requests)), ("retries", .counts(statistics.retries)),
            ("waits", .record(statistics.waits.sorted { $0.key < $1.key }.map { ($0.key, .seconds($0.value)) })),
            ("checks", notes.findings.checks.isEmpty ? nil : .array(notes.findings.checks.map(\.json))),
            ("queries", .array(notes.queries.map(\.json))),
            ("failed_attempts", .array(notes.failedAttempts.map(\.json))),
            ("warnings", .array(notes.warnings.map(JSONValue.string))),
            (
                "outputs",
                .array(notes.outputs.map { .record([("path", .string($0.path)), ("bytes", .count($0.bytes))]) })
            ),
            (
                "changes",
                notes.changes.isEmpty ? nil : .array(notes.changes.compactMap { try? JSONValue(parsing: $0.json) })
            ),
            (
                "notices",
                .array(
                    notes.notices.map {
                        .record([("endpoint", .string($0.endpoint)), ("messages", .count($0.messages))])
                    })
            ),
        ])
    }

    private var errorValue: JSONValue? {
        guard let error, (error as? LuaError)?.exitStatus == nil else { return nil }
        let complaint = Complaint(error)
        let message = (error as? LuaError)?.failure.message ?? complaint.message
        return .record(
            [("message", .string(message)), ("hint", complaint.hint.map(JSONValue.string))]
                + complaint.fields.map { ($0.name, $0.value) })
    }
}

extension Check {
    fileprivate var json: JSONValue {
        .record([
            ("state", .string(state.word)), ("text", .string(text)), ("value", datum?.value.map(JSONValue.number)),
        ])
    }
}

extension RunNotes.AskedQuery {
    fileprivate var json: JSONValue {
        .record([
            ("query", .string(id)), ("window", .string(window)), ("resumed", .boolean(isResumed)),
            ("began", .moment(began)), ("completed", completed.map(JSONValue.moment)),
            ("rows", rows.map(JSONValue.count)),
        ])
    }
}

extension RunNotes.FailedAttempt {
    fileprivate var json: JSONValue {
        .record([
            ("route", .string(route)), ("attempt", .count(attempt)), ("reason", .string(reason)), ("at", .moment(at)),
        ])
    }
}
