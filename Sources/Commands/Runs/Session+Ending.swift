import Finout
import HostLoop
import LuaRuntime
import Monitoring
import Notify
import RowDecoder
import RunLimits
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
        if ending.signal == nil { console.say(complaint) } else { console.say(status.cause) }
        reason = ending.signal == nil ? complaint.message : status.cause
        return status
    }

    /// Ends a run: its record is written, and what kept it from ending well is said.
    func conclude(
        _ run: OpenRun, _ error: (any Error)?, client: FinoutClient, account: SessionAccount, arguments: [String]
    ) async -> ExitStatus {
        let error = limited(error)
        if let requested = (error as? LuaError)?.exitStatus {
            ending.requested = ExitStatus(rawValue: Int32(truncatingIfNeeded: requested)) ?? .defect
        } else if let error {
            ending.error = Complaint(error).status
        }
        let failed = notes.content?.findings.failed ?? []
        ending.checkFailed = !failed.isEmpty
        statistics = client.statistics
        let ended = HostLoop.now
        func leave(_ error: (any Error)?, keeping values: ScriptValues? = nil) throws(StateError) {
            let record = RunRecord(
                run: run.id, attempts: run.attempts, began: run.began, identity: run.identity, arguments: arguments,
                service: account.configuration.baseURL, today: today(of: run), started: started, ended: ended,
                status: ending.status, error: error, statistics: client.statistics, limits: meter.json,
                tasks: toldTasks?.json)
            let text = record.json(notes.content ?? RunNotes.Content()).line
            try run.end(ending.status, record: text, keeping: values)
        }
        var steps = commits
        var result = ending.status
        steps.add(.values) {
            result = self.ending.status
            try leave(nil, keeping: self.isReplay(run) ? nil : self.values)
        }
        var failure = ending.error == nil ? nil : error
        var isDone = false
        do {
            isDone = try await steps.perform(while: { ending.status.isResult })
        } catch {
            if let error = error as? NotifyError { leaveUntold(error) } else { lose(error) }
            failure = error
        }
        if !isDone {
            discardOutputs()
            do { try leave(failure) } catch { lose(error) }
            explain(error, run)
        } else if verdicts == nil {
            for check in failed { console.say("check \(check.state.word): \(check.text)") }
        }
        if settings.summarizes || console.isTerminal {
            let summary = RunSummary(
                run: run.id, statistics: client.statistics, took: ended - started, meter: meter,
                changes: notes.content?.changes ?? [])
            console.line(text: summary.text, json: summary.line(at: ended))
        }
        // A signal that came after the record was written is too late.
        return isDone ? result : ending.status
    }

    /// Something that the run was to leave is lost.
    func lose(_ error: any Error) {
        ending.isLost = true
        let complaint = Complaint(error)
        reason = complaint.message
        console.say(complaint)
    }

    /// Somebody could not be told: the run has not ended well, and the next one tells it.
    private func leaveUntold(_ error: NotifyError) {
        let complaint = Complaint(error)
        ending.error = complaint.status
        reason = complaint.message
        guard ending.signal == nil else { return }
        console.say(complaint, advice: "Nothing that the run was to remember is kept: the next one tells it")
    }

    private func explain(_ error: (any Error)?, _ run: OpenRun) {
        let status = ending.status
        let hint = resumeHint(run, status)
        if ending.signal != nil {
            reason = status.cause + stoppedPlace(error)
            console.say(status.cause + stoppedPlace(error) + (hint.map { "; \($0)" } ?? ""))
        } else if let error, ending.error != nil {
            let complaint = Complaint(error)
            reason = reason ?? complaint.message
            console.say(complaint, advice: hint)
        }
        if let tasks = toldTasks?.json {
            let line = LogLine(
                level: .error, message: "tasks", fields: [("tasks", .literal(tasks.line))], time: HostLoop.now)
            console.lines(text: toldTasks?.text ?? "", json: line)
        }
    }

    /// What is told of the tasks: only of a run that was stopped.
    private var toldTasks: TaskListing? {
        ending.signal != nil || ending.limit != nil || ending.error == .limit ? tasks : nil
    }

    /// The error of the limit that ended the run, with what was going on, in place of what became of the script then.
    private func limited(_ error: (any Error)?) -> (any Error)? {
        let failure = (error as? LuaError)?.failure
        if failure?.code == RunLimit.wall.code, HostLoop.now >= deadline { ending.limit = ending.limit ?? .wall }
        guard let limit = ending.limit else { return error }
        var told = LuaFailure(meter.excess(limit))
        if limit == .wall, let failure, failure.code == limit.code {
            told.message += "; " + failure.message
        } else if limit == .wall, let failed = notes.content?.lastFailedAttempt {
            told.message +=
                "; the last attempt that failed, at \(Quantity.clock(failed.at)), was \(failed.route): \(failed.reason)"
        }
        return LuaError(failure: told, where: (error as? LuaError)?.where)
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
            service: account.configuration.baseURL, today: today(of: run), started: started, ended: started,
            status: .limit, error: nil, statistics: ClientStatistics())
        return Abandonment(
            record: record, state: state.path == ":memory:" ? nil : state.path, notes: notes, meter: meter,
            format: settings.log.format, verdicts: verdicts,
            metrics: verdicts == nil ? settings.cron.metrics : nil)
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
