import Finout
import Glibc
import HostLoop
import StateStore

/// A run that has begun, or goes on.
@HostLoop struct OpenRun {
    let id: String
    /// 1, and one more for each time it was resumed.
    let attempts: Int
    /// When its first attempt began: its day is the run's today.
    let began: Moment
    let identity: RunIdentity
    let journal: RunJournal
    private let log: RunLog

    /// Goes on with the last run of `identity` if `resumes` and there is one that left no result and whose queries
    /// are still there; else begins a new one.
    init(_ identity: RunIdentity, in store: StateStore, resumes: Bool) throws(StateError) {
        let now = HostLoop.now
        let pid = Int(getpid())
        log = RunLog(store)
        self.identity = identity
        let last = try log.last(script: identity.script, arguments: identity.arguments, account: identity.account)
        if resumes, let last, !last.isRunning,
            last.status.flatMap({ ExitStatus(rawValue: Int32($0)) })?.isResult != true,
            now - last.started < RouteTable.resultsKept
        {
            try log.resume(last.id, pid: pid)
            (id, attempts, began) = (last.id, last.attempts + 1, last.started)
        } else {
            id = try log.begin(
                script: identity.script, arguments: identity.arguments, account: identity.account, pid: pid, now: now)
            (attempts, began) = (1, now)
        }
        journal = RunJournal(store, run: id)
    }

    /// Whether earlier attempts may have left queries.
    var isResumed: Bool { attempts > 1 }

    /// Submitted queries whose results will be there when somebody resumes the run.
    func usableQueries() throws(StateError) -> Int {
        let oldest = HostLoop.now - RouteTable.resultsKept
        return try journal.queries().count { $0.submitted > oldest }
    }

    /// Leaves the record and, in the same step, what the script keeps.
    func end(_ status: ExitStatus, record: String, keeping values: ScriptValues? = nil) throws(StateError) {
        try log.end(id, status: Int(status.rawValue), record: record, keeping: values, now: HostLoop.now)
    }
}
