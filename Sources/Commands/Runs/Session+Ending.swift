import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import ScriptAPI
import StateStore

/// How a session ends: what it says, the record it leaves, the exit status.
extension Session {
    /// Ends a run that never began.
    func refuse(_ error: any Error) -> ExitStatus {
        let complaint = Complaint(error)
        ending.isLocked = error is Overlap
        ending.error = complaint.status
        let status = ending.status
        console.say(ending.signal == nil ? complaint.text : status.cause)
        return status
    }

    /// Ends a run: its record is written, and what kept it from ending well is said.
    func conclude(
        _ run: OpenRun, _ error: (any Error)?, client: FinoutClient, account: SessionAccount, arguments: [String]
    ) -> ExitStatus {
        if let requested = (error as? LuaError)?.exitStatus {
            ending.requested = ExitStatus(rawValue: Int32(truncatingIfNeeded: requested)) ?? .defect
        } else if let error {
            ending.error = Complaint(error).status
        }
        let ended = HostLoop.now
        let record = RunRecord(
            run: run.id, attempts: run.attempts, began: run.began, identity: run.identity, arguments: arguments,
            service: account.configuration.baseURL, today: run.began.day, started: started, ended: ended,
            status: ending.status, error: ending.error == nil ? nil : error, statistics: client.statistics)
        do throws(StateError) {
            try run.end(ending.status, record: record.json(notes).texts(account.configuration.redacted).line)
        } catch {
            lose(error)
        }
        explain(error, run)
        if settings.summarizes || console.isTerminal {
            let summary = RunSummary(run: run.id, statistics: client.statistics, took: ended - started)
            console.line(text: summary.text, json: summary.line(at: ended))
        }
        return ending.status
    }

    /// Something that the run was to leave is lost.
    func lose(_ error: any Error) {
        ending.isLost = true
        console.say(Complaint(error).text)
    }

    private func explain(_ error: (any Error)?, _ run: OpenRun) {
        let status = ending.status
        let hint = resumeHint(run, status)
        if ending.signal != nil {
            return console.say(status.cause + stoppedPlace(error) + (hint.map { "; \($0)" } ?? ""))
        }
        if let error, let cause = ending.error, !(ending.deadlinePassed && cause != .limit) {
            console.say(Complaint(error).text + (hint.map { "\nhint: \($0)" } ?? ""))
        } else if ending.deadlinePassed {
            let failed = notes.lastFailedAttempt.map {
                "; the last attempt that failed, at \(Quantity.clock($0.at)), was \($0.route): \($0.reason)"
            }
            console.say(
                Deadline.message(settings.timeout) + (failed ?? "") + (hint.map { "\nhint: \($0)" } ?? ""))
        }
    }

    /// Where a script that did not wait was stopped.
    private func stoppedPlace(_ error: (any Error)?) -> String {
        guard let error = error as? LuaError, error.failure.code == LuaFailure.stoppedCode, let place = error.where
        else { return "" }
        return " at \(place)"
    }

    /// What is left for a script that nothing can stop.
    func abandonment(
        of run: OpenRun, in state: StateStore, account: SessionAccount, arguments: [String]
    ) -> Abandonment {
        let record = RunRecord(
            run: run.id, attempts: run.attempts, began: run.began, identity: run.identity, arguments: arguments,
            service: account.configuration.baseURL, today: run.began.day, started: started, ended: started,
            status: .limit, error: nil, statistics: ClientStatistics())
        return Abandonment(
            run: run.id, state: state.path == ":memory:" ? nil : state.path,
            beginning: record.beginning.texts(account.configuration.redacted).object ?? [], started: started,
            timeout: settings.timeout, format: settings.log.format)
    }

    /// How to go on with what was submitted, where that is worth a try.
    private func resumeHint(_ run: OpenRun, _ status: ExitStatus) -> String? {
        guard [.interrupted, .terminated, .limit, .unavailable, .budget].contains(status), settings.state != .memory,
            case .service = settings.account, let count = try? run.usableQueries(), count > 0
        else { return nil }
        return
            "\(count) \(count == 1 ? "query is" : "queries are") submitted and will be there for 24 hours: go on with "
            + commandLine.resuming(settings.resumes)
    }
}
